import Primitives

/// The bookkeeping of one arena, without lock, imports or caches: a pure function of the calls made to it.
///
/// Methods that change nothing are `mutating` as well: Swift 6.3 passes `self` to others by value, which for a
/// structure of this size is a copy on every call.
struct Core<Address: ArenaAddress>: ~Copyable {
  /// Quantum minus one, and the quantum's logarithm.
  let quantumMask: Address
  let quantumShift: Address
  /// Closes the ring: a barrier without a span. Its hole begins after the highest span.
  let sentinel: TagReference<Address>

  /// Unused tags, linked through `next`; the last one links to the sentinel.
  var freeTags: TagReference<Address>
  /// Unused tags that any request may take: neither reserved for an allocation nor held back for a tag source.
  var spareTagCount = 0
  var reservedTagCount = 0
  /// Tags that only requests of a tag source may take.
  var heldBackTagCount = 0
  /// Unused groups, linked through `parent`.
  var freeGroups: GroupReference<Address>?

  /// Gaps by size.
  var classes: SizeClasses<Address>
  /// Allocations by first address.
  var hash: HashTable<Address>
  /// The tree of groups by address.
  var root: GroupReference<Address>?
  /// Where the next next-fit search begins.
  var cursor: Address = 0

  var spanCount = 0
  var importedSpanCount = 0
  /// Addresses in all spans, in imported ones, and in allocations. They
  /// wrap: with something there, 0 means the whole space.
  var total: Address = 0
  var imported: Address = 0
  var inUse: Address = 0
  var inUseHighWaterMinusOne: Address = 0
  var allocatedCount = 0
  var allocatedHighWater = 0
  var cacheHits: UInt32 = 0
  var allocations = PolicyCounts()
  var failures: UInt32 = 0
  var frees: UInt32 = 0
  var faults = FaultPlan()
  /// Whether the arena keeps a log.
  private(set) var isLogged = false
  /// Whether fast paths stand aside, because every step is counted or noted. They read it before they take the lock,
  /// so nothing but `plan` and `log` writes it: a visit of a fault point, which counts, must not.
  private(set) var isWatched = false

  init(
    quantum: Address, sentinel: TagReference<Address>, classes: consuming SizeClasses<Address>,
    hash: consuming HashTable<Address>
  ) {
    quantumMask = quantum - 1
    quantumShift = Address(quantum.trailingZeroBitCount)
    self.sentinel = sentinel
    self.classes = classes
    self.hash = hash
    freeTags = sentinel
    sentinel.first = 0
    sentinel.next = sentinel
    sentinel.previous = sentinel
    sentinel.group = nil
    sentinel.flags = .isBarrier
    sentinel.owner = .none
  }
}

// MARK: Watching

extension Core {
  mutating func plan(_ plan: FaultPlan) {
    faults = plan
    isWatched = isLogged || plan.isActive
  }

  mutating func log(_ isOn: Bool) {
    isLogged = isOn
    isWatched = isOn || faults.isActive
  }
}

// MARK: Tags

extension Core {
  /// Whether `count` tags may be taken now.
  mutating func hasTags(_ count: Int, usesReserve: Bool = false) -> Bool {
    spareTagCount + (usesReserve ? heldBackTagCount : 0) >= count
  }

  /// As `hasTags`, at a place where the tags are then taken: a fault point.
  mutating func claimTags(_ count: Int, usesReserve: Bool = false) -> Bool {
    !faults.strike(.tag) && hasTags(count, usesReserve: usesReserve)
  }

  /// Holds `count` tags back for a tag source. They may come to be there later only.
  mutating func holdBack(_ count: Int) {
    spareTagCount += heldBackTagCount - count
    heldBackTagCount = count
  }

  @inline(__always)
  mutating func give(_ tag: TagReference<Address>) {
    tag.next = freeTags
    tag.flags = .isFree
    freeTags = tag
    spareTagCount &+= 1
  }

  @inline(__always)
  mutating func takeTag() -> TagReference<Address> {
    let tag = freeTags
    freeTags = tag.next
    spareTagCount &-= 1
    return tag
  }
}

// MARK: Ring and gaps

extension Core {
  @inline(__always)
  mutating func insert(_ tag: TagReference<Address>, after previous: TagReference<Address>) {
    let next = previous.next
    tag.previous = previous
    tag.next = next
    previous.next = tag
    next.previous = tag
  }

  @inline(__always)
  mutating func unlink(_ tag: TagReference<Address>) {
    let previous = tag.previous
    let next = tag.next
    previous.next = next
    next.previous = previous
  }

  /// Lets free addresses from `first` to the next tag follow `tag`, which has no gap and is in ring and group.
  @inline(__always)
  mutating func setGap(of tag: TagReference<Address>, from first: Address) {
    tag.gapFirst = first
    tag.flags.formUnion(.hasGap)
    tag.home.gaps &+= 1
    classes.insert(tag, quanta: tag.gapCountMinusOne &>> quantumShift)
  }

  /// Takes the gap of `tag` out of the index by size; it must have one.
  @inline(__always)
  mutating func clearGap(of tag: TagReference<Address>) {
    tag.flags.subtract(.hasGap)
    tag.home.gaps &-= 1
    classes.remove(tag)
  }

  /// Takes the gap of `tag` away if it has one.
  mutating func clearGapIfAny(of tag: TagReference<Address>) {
    if tag.hasGap { clearGap(of: tag) }
  }
}
