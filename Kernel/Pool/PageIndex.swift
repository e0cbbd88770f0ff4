/// Which slab a page belongs to, for every page of the address space: a tree of pages of addresses, two levels at 32
/// bits and four at 64.
///
/// Paths that lead nowhere end at one empty node for each level, whose pages all belong to `Slab.none`, so that a
/// look-up has no test in it and any address at all may be looked up.
///
/// At 32 bits the root has each leaf's address less that of the leaf's first entry in a table of all pages: so the
/// number of a page finds its entry without being cut to ten bits, which saves an instruction of each free.
@safe
public struct PageIndex: @unchecked Sendable {
  @inline(__always) static var isNarrow: Bool { MemoryLayout<UInt>.size == 4 }
  /// Entries of a node, which is a page: 10 bits of them at 32 bits, 9 at 64.
  @inline(__always) static var nodeBits: UInt { isNarrow ? 10 : 9 }
  @inline(__always) static var nodeEntries: Int { 1 << Int(nodeBits) }
  /// Levels: 32 = 12 + 2 * 10, 48 = 12 + 4 * 9.
  @inline(__always) static var levels: Int { isNarrow ? 2 : 4 }

  /// The root, then the empty node of each level below it, the leaf's last, then `Slab.none`.
  private let root: UnsafeMutablePointer<UInt>

  static var byteCount: Int { levels * PageSource.pageSize + MemoryLayout<Slab>.stride }

  /// Makes an empty index in `byteCount` bytes at `storage`, aligned to a pointer.
  @unsafe init(makingAt storage: UnsafeMutableRawPointer) {
    let none = unsafe (storage + Self.levels * PageSource.pageSize).bindMemory(to: Slab.self, capacity: 1)
    unsafe none.initialize(to: .none)
    var target = UInt(bitPattern: none)
    for level in stride(from: Self.levels - 1, through: 0, by: -1) {
      let node = unsafe (storage + level * PageSource.pageSize)
        .bindMemory(to: UInt.self, capacity: Self.nodeEntries)
      for position in 0..<Self.nodeEntries {
        unsafe (node + position).initialize(to: target &- Self.bias(position, level: level))
      }
      target = UInt(bitPattern: node)
    }
    unsafe root = storage.assumingMemoryBound(to: UInt.self)
  }

  /// The index that was made at `root`.
  @unsafe @inline(__always) public init(at root: UnsafeMutableRawPointer) {
    unsafe self.root = root.assumingMemoryBound(to: UInt.self)
  }

  /// What is subtracted from the address of a node in entry `position` of the node at `level` above it.
  @inline(__always)
  private static func bias(_ position: Int, level: Int) -> UInt {
    isNarrow && level == 0 ? UInt(position) << 12 : 0
  }

  @inline(__always)
  private static func position(_ address: UInt, level: Int) -> Int {
    let shift = 12 &+ nodeBits &* UInt(truncatingIfNeeded: levels &- 1 &- level)
    return Int(truncatingIfNeeded: (address &>> shift) & (UInt(nodeEntries) &- 1))
  }

  /// The slab of the page that holds `address`. Constant time; any address will do, of 64 bits the lower 48.
  @inline(__always)
  func slab(at address: UInt) -> SlabReference {
    // Every path ends at a slab, `Slab.none` at worst.
    if Self.isNarrow {
      let leaf = unsafe root[Int(truncatingIfNeeded: address &>> 22)]
      let entry = unsafe UnsafePointer<UnsafeMutablePointer<Slab>>(
        bitPattern: leaf &+ (address &>> 12) &* UInt(MemoryLayout<UInt>.size))
      return unsafe SlabReference(entry.unsafelyUnwrapped.pointee)
    }
    let leaf = unsafe node(address, 3)
    return unsafe SlabReference(
      UnsafeMutablePointer(bitPattern: leaf[Self.position(address, level: 3)]).unsafelyUnwrapped)
  }

  private func empty(_ level: Int) -> UnsafeMutablePointer<UInt> { unsafe root + level * Self.nodeEntries }

  /// The node below entry `position` of `node` at `level`.
  @inline(__always)
  private func child(
    _ node: UnsafeMutablePointer<UInt>, _ position: Int, _ level: Int
  ) -> UnsafeMutablePointer<UInt> {
    // Entries above the leaves are nodes, the empty ones at worst.
    unsafe UnsafeMutablePointer(bitPattern: node[position] &+ Self.bias(position, level: level))
      .unsafelyUnwrapped
  }

  /// The node at `level` on the way to `address`; the empty one if there is none.
  @inline(__always)
  private func node(_ address: UInt, _ level: Int) -> UnsafeMutablePointer<UInt> {
    var node = unsafe root
    for above in 0..<level { unsafe node = child(node, Self.position(address, level: above), above) }
    return unsafe node
  }

  /// The level of the first node that is missing on the way to `address`; nil if none is.
  func missingLevel(_ address: UInt) -> Int? {
    for level in 1..<Self.levels where unsafe node(address, level) == empty(level) { return level }
    return nil
  }

  /// Makes `page` the node at `level` on the way to `address`, which `missingLevel` just named. O(entries of a node).
  func adopt(_ page: UnsafeMutableRawPointer, _ address: UInt, level: Int) {
    let entries = unsafe page.bindMemory(to: UInt.self, capacity: Self.nodeEntries)
    // Levels below the root have no bias.
    unsafe entries.initialize(repeating: empty(level)[0], count: Self.nodeEntries)
    let position = Self.position(address, level: level - 1)
    let above = unsafe node(address, level - 1)
    unsafe above[position] = UInt(bitPattern: page) &- Self.bias(position, level: level - 1)
  }

  /// Enters `slab`, or that there is none, for the page of `address`, the way to which is there.
  func set(_ slab: SlabReference?, at address: UInt) {
    let leaf = unsafe node(address, Self.levels - 1)
    let none = unsafe empty(Self.levels - 1)[0]
    var entry = none
    if let slab { entry = unsafe UInt(bitPattern: slab.pointer) }
    unsafe leaf[Self.position(address, level: Self.levels - 1)] = entry
  }

  /// Takes one node out that leads nowhere, if there is one: its page. O(entries of all nodes).
  func takeUnusedNode() -> UnsafeMutableRawPointer? { unsafe takeUnused(below: root, level: 1) }

  private func takeUnused(below node: UnsafeMutablePointer<UInt>, level: Int) -> UnsafeMutableRawPointer? {
    guard level < Self.levels else { return nil }
    for position in 0..<Self.nodeEntries {
      let child = unsafe child(node, position, level - 1)
      if unsafe child == empty(level) { continue }
      if let found = unsafe takeUnused(below: child, level: level + 1) { return unsafe found }
      if unsafe leadsNowhere(child, level) {
        unsafe node[position] = UInt(bitPattern: empty(level)) &- Self.bias(position, level: level - 1)
        return UnsafeMutableRawPointer(child)
      }
    }
    return nil
  }

  private func leadsNowhere(_ node: UnsafeMutablePointer<UInt>, _ level: Int) -> Bool {
    let target = unsafe empty(level)[0]
    for position in 0..<Self.nodeEntries where unsafe node[position] != target { return false }
    return true
  }
}
