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
  /// Tags that were ever given, the sentinel aside, and those of them that serve as groups.
  var tagCount = 0
  var groupCount = 0
  /// Gaps without a tag.
  var pendingGapCount = 0

  /// What keeps the short ways from being taken. Read and written under the lock only.
  private(set) var mode = Mode()
  /// Whether steps are counted or noted, and the short ways stand aside. It is read before the lock is taken too, so
  /// nothing but `plan` and `log` writes it: a visit of a fault point, which counts, must not.
  private(set) var isWatched = false
  /// Sizes that magazines take, in quanta, and the same or 0: while steps are noted or someone waits for a free, the
  /// shortest ways to magazines are closed.
  var cachedSizes: Address = 0
  private(set) var openSizes: Address = 0
  /// The same, or 0 if there is a lock to be taken first.
  private(set) var unsharedSizes: Address = 0

  /// Free segments by size.
  var lists: FreeLists<Address>
  /// Allocations by first address.
  var hash: HashTable<Address>
  /// The index by address, if it stands: a tree of groups.
  var root: GroupReference<Address>?
  /// The group that was found last, as long as no group has come or gone.
  var found: FoundGroup<Address>?
  let addressIndex: AddressIndex
  /// A tag to begin a search by address at: what was freed or found last.
  var hint: TagReference<Address>
  /// Where the next next-fit search begins.
  var cursor: Address = 0

  var spanCount = 0
  var importedSpanCount = 0
  /// Addresses in all spans and in imported ones. They wrap: with something there, 0 means the whole space.
  var total: Address = 0
  var imported: Address = 0
  /// Allocations, and addresses in them.
  var usage = Usage<Address>()
  /// Allocations taken out of magazines to be freed. What else was taken out was handed out.
  var reaped: UInt32 = 0
  var allocations = PolicyCounts()
  var failures: UInt32 = 0
  /// Frees of parts, less allocations that came to be, or ceased to be, in another way than by `allocate` and whole frees.
  var otherFrees: UInt32 = 0
  var faults = FaultPlan()

  init(
    quantum: Address, sentinel: TagReference<Address>, lists: consuming FreeLists<Address>,
    hash: consuming HashTable<Address>, addressIndex: AddressIndex
  ) {
    quantumMask = quantum - 1
    quantumShift = Address(quantum.trailingZeroBitCount)
    self.sentinel = sentinel
    self.lists = lists
    self.hash = hash
    self.addressIndex = addressIndex
    freeTags = sentinel
    hint = sentinel
    sentinel.first = 0
    sentinel.setNext(sentinel, isFree: false)
    sentinel.previous = sentinel
    // In no client's hands: magazines have it where they have nothing.
    sentinel.setLabel(.none, .isBarrier.union(.isCached))
    if addressIndex == .always { mode.formUnion(.isIndexed) }
  }
}

/// Whether and since when an arena can find segments by address in few steps: for exact ranges, bounds, first and next fit, freeing
/// parts, and best of all sizes where lists alone cannot tell.
public enum AddressIndex: UInt8, Sendable {
  /// Never: such searches follow the ring. No tags are set aside for it.
  case never
  /// From the first search on that would take many steps; that one puts all tags into the index.
  case onDemand
  /// From the beginning: every search has the bound that the theory states.
  case always
}

/// What an operation must look after beside the segments; nothing, on the short ways.
struct Mode: OptionSet {
  var rawValue: UInt32

  /// Steps are counted or noted: a fault plan or a log.
  static var isWatched: Mode { Mode(rawValue: 1) }
  /// The index by address stands.
  static var isIndexed: Mode { Mode(rawValue: 2) }
  /// There are gaps without a tag.
  static var hasPendingGaps: Mode { Mode(rawValue: 4) }
  /// There are, or were, imported spans.
  static var isImporting: Mode { Mode(rawValue: 8) }
  /// There are quantum caches.
  static var hasCaches: Mode { Mode(rawValue: 32) }
  /// Someone waits for something to be freed.
  static var isAwaited: Mode { Mode(rawValue: 16) }

  /// There is a lock to be taken.
  static var isShared: Mode { Mode(rawValue: 64) }

  /// Nothing else is to be looked after, under the lock.
  var isBare: Bool { isSubset(of: .isShared) }
  /// Nothing but caches, under the lock.
  var isCachingOnly: Bool { subtracting(.isShared) == .hasCaches }
}

// MARK: Mode

extension Core {
  var isIndexed: Bool { mode.contains(.isIndexed) }

  mutating func enter(_ mode: Mode) {
    self.mode.formUnion(mode)
    openMagazines()
  }

  mutating func leave(_ mode: Mode) {
    self.mode.subtract(mode)
    openMagazines()
  }

  private mutating func openMagazines() {
    openSizes = mode.isDisjoint(with: .isWatched.union(.isAwaited)) ? cachedSizes : 0
    unsharedSizes = mode.contains(.isShared) ? 0 : openSizes
  }

  /// Lets magazines take sizes of up to `sizes` quanta.
  mutating func cacheSizes(_ sizes: Int) {
    cachedSizes = Address(truncatingIfNeeded: sizes)
    enter(.hasCaches)
  }

  mutating func plan(_ plan: FaultPlan, isLogged: Bool) {
    faults = plan
    watch(isLogged || plan.isActive)
  }

  mutating func watch(_ isOn: Bool) {
    isWatched = isOn
    if isOn { enter(.isWatched) } else { leave(.isWatched) }
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
    tag.setNext(freeTags, isFree: false)
    tag.markUnused()
    freeTags = tag
    spareTagCount &+= 1
  }

  @inline(__always)
  mutating func takeTag() -> TagReference<Address> {
    let tag = freeTags
    freeTags = tag.nextOfTaken
    spareTagCount &-= 1
    return tag
  }

  /// Tags that are in no use.
  var unusedTagCount: Int { spareTagCount + reservedTagCount + heldBackTagCount }

  /// Free segments, those without a tag included.
  mutating func freeSegmentCount() -> Int {
    tagCount - groupCount - unusedTagCount - spanCount - allocatedCount + pendingGapCount
  }
}

// MARK: Ring

extension Core {
  /// Puts `tag`, whose other fields are set, into the ring, and into the index if there is one.
  mutating func link(_ tag: TagReference<Address>, after previous: TagReference<Address>, isFree: Bool) {
    let next = previous.next
    tag.previous = previous
    tag.setNext(next, isFree: isFree)
    previous.relink(next: tag)
    next.previous = tag
    if isIndexed { join(tag) }
  }

  /// Takes `tag` out of the ring and the index, and gives it back.
  mutating func discard(_ tag: TagReference<Address>) {
    let previous = tag.previous
    let next = tag.next
    let group = isIndexed ? self.group(of: tag) : nil
    previous.relink(next: next)
    next.previous = previous
    give(tag)
    if let group { leave(group, tag, next) }
  }

  /// One less than the quanta of a free segment.
  @inline(__always)
  func quanta(of tag: TagReference<Address>) -> Address { tag.countMinusOne &>> quantumShift }

  /// Makes a free segment from `first` up to the tag behind `previous`, which is none.
  mutating func addSegment(from first: Address, after previous: TagReference<Address>) {
    let tag = takeTag()
    tag.first = first
    link(tag, after: previous, isFree: true)
    let size = quanta(of: tag)
    lists.insert(tag, size)
    if isIndexed { raise(tag, to: size) }
  }

  /// Moves the start of a free segment.
  mutating func moveStart(of tag: TagReference<Address>, to first: Address) {
    let old = quanta(of: tag)
    tag.first = first
    resized(tag, from: old)
  }

  /// Notes that a free segment changed from `old`, one less than its quanta then.
  mutating func resized(_ tag: TagReference<Address>, from old: Address) {
    let size = quanta(of: tag)
    lists.move(tag, from: old, to: size)
    if isIndexed { relevel(tag, from: old, to: size) }
  }
}

extension Core {
  var allocatedCount: Int { usage.count }
  var inUse: Address { usage.addresses }
  /// Whole and part frees. What was allocated and lives no more was freed: so a whole free counts nothing but that.
  var frees: UInt32 { allocations.total &- UInt32(truncatingIfNeeded: usage.count) &+ otherFrees }
}

// MARK: Growth

extension Core {
  /// Moves all allocations to `table`; answers the memory of the old one.
  mutating func replaceHash(by table: consuming HashTable<Address>) -> UnsafeMutableRawBufferPointer {
    hash.moveEntries(to: table)
    let memory = unsafe hash.memory
    hash = table
    return unsafe memory
  }
}
