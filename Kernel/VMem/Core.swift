import Primitives

/// The bookkeeping of one arena, without lock, imports or caches: a pure function of the calls made to it.
struct Core<Address: ArenaAddress> {
  /// Quantum minus one.
  let quantumMask: Address
  /// Closes the ring: a barrier without a span. Its hole begins after the highest span.
  let sentinel: TagReference<Address>
  /// Unused tags, linked through `next`; the last one links to the sentinel.
  var freeTags: TagReference<Address>
  var freeTagCount = 0
  var reservedTagCount = 0
  var spanCount = 0
  /// Where the next next-fit search begins.
  var cursor: Address = 0
  /// Addresses in all spans and in all allocations. They wrap: with something there, 0 means the whole space.
  var total: Address = 0
  var inUse: Address = 0
  var inUseHighWaterMinusOne: Address = 0
  var allocatedCount = 0
  var allocatedHighWater = 0
  var allocations = PolicyCounts()
  var failures: UInt32 = 0
  var frees: UInt32 = 0

  init(quantum: Address, sentinel: TagReference<Address>) {
    quantumMask = quantum - 1
    self.sentinel = sentinel
    freeTags = sentinel
    sentinel.first = 0
    sentinel.next = sentinel
    sentinel.previous = sentinel
    sentinel.flags = .isBarrier
    sentinel.owner = .none
  }

  /// Tags that an operation may take.
  var availableTags: Int { freeTagCount - reservedTagCount }

  mutating func give(_ tag: TagReference<Address>) {
    tag.next = freeTags
    freeTags = tag
    freeTagCount += 1
  }

  mutating func takeTag() -> TagReference<Address> {
    let tag = freeTags
    freeTags = tag.next
    freeTagCount -= 1
    return tag
  }

  func insert(_ tag: TagReference<Address>, after previous: TagReference<Address>) {
    let next = previous.next
    tag.previous = previous
    tag.next = next
    previous.next = tag
    next.previous = tag
  }

  func unlink(_ tag: TagReference<Address>) {
    tag.previous.next = tag.next
    tag.next.previous = tag.previous
  }

  func setGap(of tag: TagReference<Address>, from first: Address) {
    tag.gapFirst = first
    tag.flags.insert(.hasGap)
  }

  func clearGap(of tag: TagReference<Address>) {
    tag.flags.remove(.hasGap)
  }

  /// The last tag in address order that starts at or below `address`; the sentinel if there is none.
  func predecessor(of address: Address) -> TagReference<Address> {
    var found = sentinel
    var tag = sentinel.next
    while tag != sentinel, tag.first <= address {
      found = tag
      tag = tag.next
    }
    return found
  }
}
