import Primitives

/// The bookkeeping of one arena, without lock, imports or caches: a pure function of the calls made to it.
struct Core<Address: ArenaAddress> {
  /// Quantum minus one.
  let quantumMask: Address
  let quantumShift: Address
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
    quantumShift = Address(quantum.trailingZeroBitCount)
    self.sentinel = sentinel
    freeTags = sentinel
    sentinel.first = 0
    sentinel.next = sentinel
    sentinel.previous = sentinel
    sentinel.flags = .isBarrier
    sentinel.owner = .none
  }

  /// Free tags that only requests of a tag source may take.
  var heldBackTagCount = 0
  /// Addresses in imported spans; with one there, 0 means the whole space.
  var imported: Address = 0
  var importedSpanCount = 0
  /// Allocations that lie in magazines, and their addresses.
  var cachedCount = 0
  var cached: Address = 0
  var cacheHits: UInt32 = 0
  var faults = FaultPlan()

  /// Whether `count` tags may be taken now.
  func hasTags(_ count: Int, usesReserve: Bool = false) -> Bool {
    freeTagCount - reservedTagCount - (usesReserve ? 0 : heldBackTagCount) >= count
  }

  /// As `hasTags`, at a place where the tags are then taken: a fault point.
  mutating func claimTags(_ count: Int, usesReserve: Bool = false) -> Bool {
    !faults.strike(.tag) && hasTags(count, usesReserve: usesReserve)
  }

  mutating func give(_ tag: TagReference<Address>) {
    tag.next = freeTags
    tag.flags = .isFree
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
