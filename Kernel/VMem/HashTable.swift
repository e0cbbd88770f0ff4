/// Allocations by first address: chained buckets.
@safe
struct HashTable<Address: ArenaAddress>: ~Copyable {
  private let buckets: UnsafeMutablePointer<TagReference<Address>?>
  /// Buckets: any number from 1 on.
  let count: UInt32

  /// `buckets` has room for `count` places, the arena's alone.
  @unsafe init(buckets: UnsafeMutablePointer<TagReference<Address>?>, count: Int) {
    unsafe buckets.initialize(repeating: nil, count: count)
    unsafe self.buckets = buckets
    self.count = UInt32(truncatingIfNeeded: count)
  }

  /// The bucket of an address, as a tag of which only the hash link is used: so the chain is alike all along.
  ///
  /// Multiplication by 2^32 divided by the golden ratio spreads runs and strides alike (Knuth, volume 3, 6.4). A
  /// second one scales the product to the number of buckets, which need not be a power of two. That addresses are
  /// multiples of the quantum does no harm: the factor is odd, so no two of them have the same product.
  @inline(__always)
  private func bucket(of first: Address) -> TagReference<Address> {
    let folded = UInt32(truncatingIfNeeded: first) ^ highHalf(first)
    let index = (folded &* 0x9e37_79b9).multipliedFullWidth(by: count).high
    // Below `count`, as a fraction of it.
    let place = unsafe UnsafeMutableRawPointer(buckets + Int(truncatingIfNeeded: index))
    return unsafe TagReference(place - TagLayout<Address>.firstLink)
  }

  @inline(__always)
  private func highHalf(_ number: Address) -> UInt32 {
    Address.bitWidth > 32 ? UInt32(truncatingIfNeeded: number >> 32) : 0
  }

  /// Takes the allocation that starts at `first` out, and answers it.
  @inline(__always)
  func take(_ first: Address) -> TagReference<Address>? {
    let bucket = bucket(of: first)
    guard let tag = bucket.hashNext else { return nil }
    if tag.first != first { return take(first, behind: tag) }
    bucket.hashNext = tag.hashNext
    return tag
  }

  @inline(never)
  private func take(_ first: Address, behind tag: TagReference<Address>) -> TagReference<Address>? {
    guard let before = predecessor(of: first, behind: tag), let found = before.hashNext else { return nil }
    before.hashNext = found.hashNext
    return found
  }

  /// What links to the allocation that starts at `first`: another allocation or the bucket.
  ///
  /// The first one of the bucket is looked at outside the loop: it mostly serves, and a loop costs its alignment.
  @inline(__always)
  func predecessor(of first: Address) -> TagReference<Address>? {
    let bucket = bucket(of: first)
    guard let tag = bucket.hashNext else { return nil }
    return tag.first == first ? bucket : predecessor(of: first, behind: tag)
  }

  @inline(never)
  private func predecessor(of first: Address, behind tag: TagReference<Address>) -> TagReference<Address>? {
    var before = tag
    while let tag = before.hashNext {
      if tag.first == first { return before }
      before = tag
    }
    return nil
  }

  /// The allocation that starts at `first`.
  @inline(__always)
  func find(_ first: Address) -> TagReference<Address>? {
    guard let tag = bucket(of: first).hashNext else { return nil }
    return tag.first == first ? tag : predecessor(of: first, behind: tag)?.hashNext
  }

  @inline(__always)
  func insert(_ tag: TagReference<Address>) {
    let bucket = bucket(of: tag.first)
    tag.hashNext = bucket.hashNext
    bucket.hashNext = tag
  }

  /// Takes an allocation out. Its first address must still be the one it was added with.
  func remove(_ tag: TagReference<Address>) {
    if let before = predecessor(of: tag.first) { before.hashNext = tag.hashNext }
  }

  /// Calls `body` with each entry.
  func visitEntries(_ body: (TagReference<Address>) -> Void) {
    for index in 0..<Int(count) {
      var tag = unsafe buckets[index]
      while let entry = tag {
        tag = entry.hashNext
        body(entry)
      }
    }
  }

  /// Puts all entries into `larger`, an empty table, and none are left here.
  func moveEntries(to larger: borrowing HashTable) {
    for index in 0..<Int(count) {
      while let tag = unsafe buckets[index] {
        unsafe buckets[index] = tag.hashNext
        larger.insert(tag)
      }
    }
  }

  /// The memory of the buckets.
  var memory: UnsafeMutableRawBufferPointer {
    let start = unsafe UnsafeMutableRawPointer(buckets)
    return unsafe UnsafeMutableRawBufferPointer(
      start: start, count: Int(count) * MemoryLayout<TagReference<Address>?>.stride)
  }
}
