/// Which slab a page belongs to, for every page of the address space: a tree of pages of pointers, two levels at 32
/// bits and four at 64.
///
/// Paths that lead nowhere end at one empty node for each level, whose pages all belong to `Slab.none`, so that a
/// look-up has no test in it and any address at all may be looked up.
@safe
struct PageIndex {
  /// Entries of a node, which is a page: 10 bits of them at 32 bits, 9 at 64.
  @inline(__always) static var nodeBits: UInt { MemoryLayout<UInt>.size == 4 ? 10 : 9 }
  @inline(__always) static var nodeEntries: Int { 1 << Int(nodeBits) }
  /// Levels: 32 = 12 + 2 * 10, 48 = 12 + 4 * 9.
  @inline(__always) static var levels: Int { MemoryLayout<UInt>.size == 4 ? 2 : 4 }

  /// The root, then the empty node of each level below it, the leaf's last, then `Slab.none`.
  private let root: UnsafeMutablePointer<UnsafeMutableRawPointer>

  static var byteCount: Int { levels * PageSource.pageSize + MemoryLayout<Slab>.stride }

  /// Makes an empty index in `byteCount` bytes at `storage`, aligned to a pointer.
  @unsafe init(at storage: UnsafeMutableRawPointer) {
    let none = unsafe (storage + Self.levels * PageSource.pageSize).bindMemory(to: Slab.self, capacity: 1)
    unsafe none.initialize(to: .none)
    var target = UnsafeMutableRawPointer(none)
    for level in stride(from: Self.levels - 1, through: 0, by: -1) {
      let node = unsafe (storage + level * PageSource.pageSize)
        .bindMemory(to: UnsafeMutableRawPointer.self, capacity: Self.nodeEntries)
      unsafe node.initialize(repeating: target, count: Self.nodeEntries)
      unsafe target = UnsafeMutableRawPointer(node)
    }
    unsafe root = storage.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
  }

  @inline(__always)
  private static func position(_ address: UInt, level: Int) -> Int {
    let shift = 12 &+ nodeBits &* UInt(truncatingIfNeeded: levels &- 1 &- level)
    return Int(truncatingIfNeeded: (address &>> shift) & (UInt(nodeEntries) &- 1))
  }

  /// The slab of the page that holds `address`. Constant time; any address will do at 32 bits, at 64 one whose upper
  /// 16 bits are ignored.
  @inline(__always)
  func slab(at address: UInt) -> SlabReference {
    // Every path ends at a slab, `Slab.none` at worst.
    if MemoryLayout<UInt>.size == 4 {
      // No mask: of 32 bits, 10 are left.
      let leaf = unsafe root[Int(truncatingIfNeeded: address &>> 22)].assumingMemoryBound(
        to: UnsafeMutablePointer<Slab>.self)
      return unsafe SlabReference(leaf[Int(truncatingIfNeeded: (address &>> 12) & 1023)])
    }
    var node = unsafe root
    for level in 0..<3 {
      unsafe node = node[Self.position(address, level: level)].assumingMemoryBound(
        to: UnsafeMutableRawPointer.self)
    }
    return unsafe SlabReference(node[Self.position(address, level: 3)].assumingMemoryBound(to: Slab.self))
  }

  private func empty(_ level: Int) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
    unsafe root + level * Self.nodeEntries
  }

  /// The node at `level` on the way to `address`; the empty one if there is none.
  private func node(_ address: UInt, _ level: Int) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
    var node = unsafe root
    for above in 0..<level {
      unsafe node = node[Self.position(address, level: above)].assumingMemoryBound(
        to: UnsafeMutableRawPointer.self)
    }
    return unsafe node
  }

  /// The level of the first node that is missing on the way to `address`; nil if none is.
  func missingLevel(_ address: UInt) -> Int? {
    for level in 1..<Self.levels where unsafe node(address, level) == empty(level) { return level }
    return nil
  }

  /// Makes `page` the node at `level` on the way to `address`, which `missingLevel` just named. O(entries of a node).
  func adopt(_ page: UnsafeMutableRawPointer, _ address: UInt, level: Int) {
    let nodes = unsafe page.bindMemory(to: UnsafeMutableRawPointer.self, capacity: Self.nodeEntries)
    let target = unsafe empty(level)[0]
    unsafe nodes.initialize(repeating: target, count: Self.nodeEntries)
    let above = unsafe node(address, level - 1)
    unsafe above[Self.position(address, level: level - 1)] = unsafe page
  }

  /// Enters `slab`, or that there is none, for the page of `address`, the way to which is there.
  func set(_ slab: SlabReference?, at address: UInt) {
    let leaf = unsafe node(address, Self.levels - 1)
    let none = unsafe empty(Self.levels - 1)[0]
    let target = unsafe slab.map { unsafe UnsafeMutableRawPointer($0.pointer) }
    unsafe leaf[Self.position(address, level: Self.levels - 1)] = target ?? none
  }

  /// Takes one node out that leads nowhere, if there is one: its page. O(entries of all nodes).
  func takeUnusedNode() -> UnsafeMutableRawPointer? { unsafe takeUnused(below: root, level: 1) }

  private func takeUnused(
    below node: UnsafeMutablePointer<UnsafeMutableRawPointer>, level: Int
  ) -> UnsafeMutableRawPointer? {
    guard level < Self.levels else { return nil }
    let empty = unsafe UnsafeMutableRawPointer(empty(level))
    for position in 0..<Self.nodeEntries {
      let entry = unsafe node[position]
      if unsafe entry == empty { continue }
      let child = unsafe entry.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
      if let found = unsafe takeUnused(below: child, level: level + 1) { return unsafe found }
      if unsafe leadsNowhere(child, level) {
        unsafe node[position] = unsafe empty
        return unsafe entry
      }
    }
    return nil
  }

  private func leadsNowhere(_ node: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ level: Int) -> Bool {
    let target = unsafe empty(level)[0]
    for position in 0..<Self.nodeEntries where unsafe node[position] != target { return false }
    return true
  }
}
