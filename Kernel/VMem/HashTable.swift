/// Allocations by first address: chained buckets.
///
/// An allocation that would bring the load above two is left out, and found through the tree instead. So the
/// table may stay small for good when storage is added in small pieces.
@safe
struct HashTable<Address: ArenaAddress>: ~Copyable {
  private let buckets: UnsafeMutablePointer<TagReference<Address>?>
  /// Buckets, a power of two.
  let count: Int
  /// Entries that may still be added.
  private var room: Int
  private let quantumShift: Address
  /// 32 minus the logarithm of `count`.
  private let hashShift: UInt32

  /// `buckets` has room for `count` places, a power of two of at least 2, the arena's alone.
  @unsafe init(buckets: UnsafeMutablePointer<TagReference<Address>?>, count: Int, quantumShift: Address) {
    unsafe buckets.initialize(repeating: nil, count: count)
    unsafe self.buckets = buckets
    self.count = count
    room = 2 * count
    self.quantumShift = quantumShift
    hashShift = UInt32(32 - count.trailingZeroBitCount)
  }

  /// Multiplication by 2^32 divided by the golden ratio spreads runs and strides alike (Knuth, volume 3, 6.4).
  @inline(__always)
  private func bucket(of first: Address) -> Slot<Address> {
    let number = first &>> quantumShift
    let folded = UInt32(truncatingIfNeeded: number) ^ highHalf(number)
    let index = (folded &* 0x9e37_79b9) &>> hashShift
    // Below `count`, because only as many bits are left.
    return unsafe Slot(buckets + Int(truncatingIfNeeded: index))
  }

  private func highHalf(_ number: Address) -> UInt32 {
    Address.bitWidth > 32 ? UInt32(truncatingIfNeeded: number >> 32) : 0
  }

  /// The place that points to the allocation that starts at `first`, if it is in the table.
  ///
  /// The first one of the bucket is looked at outside the loop: it mostly serves, and a loop costs its alignment.
  @inline(__always)
  func find(_ first: Address) -> Slot<Address>? {
    let slot = bucket(of: first)
    guard let tag = slot.tag else { return nil }
    return tag.first == first ? slot : find(first, behind: tag)
  }

  @inline(never)
  private func find(_ first: Address, behind tag: TagReference<Address>) -> Slot<Address>? {
    var slot = tag.hashNextSlot
    while let candidate = slot.tag {
      if candidate.first == first { return slot }
      slot = candidate.hashNextSlot
    }
    return nil
  }

  /// Takes out the allocation that `slot` points to.
  @inline(__always)
  mutating func remove(at slot: Slot<Address>) {
    slot.tag = slot.tag?.hashNext
    room &+= 1
  }

  @inline(__always)
  mutating func insert(_ tag: TagReference<Address>) {
    guard room > 0 else { return }
    room &-= 1
    let slot = bucket(of: tag.first)
    tag.hashNext = slot.tag
    slot.tag = tag
  }

  /// Takes an allocation out if it is in the table. Its first address must still be the one it was added with.
  @inline(never)
  mutating func remove(_ tag: TagReference<Address>) {
    guard let slot = find(tag.first), slot.tag == tag else { return }
    remove(at: slot)
  }

  /// Entries of the table, for the checker.
  var entryCount: Int { 2 * count - room }

  /// Calls `body` with each entry.
  func visitEntries(_ body: (TagReference<Address>) -> Void) {
    for index in 0..<count {
      var tag = unsafe buckets[index]
      while let entry = tag {
        tag = entry.hashNext
        body(entry)
      }
    }
  }
}
