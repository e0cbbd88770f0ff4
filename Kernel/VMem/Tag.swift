import Primitives

/// A boundary tag: an allocation, or the barrier before a span, together with the free addresses that follow.
///
/// Free space needs no tag of its own; it belongs to the tag before it. Therefore each allocation costs exactly
/// one tag wherever it is placed, and freeing the whole, the front or the back of one costs none.
struct Tag<Address: ArenaAddress> {
  /// The first address of the allocation; for a barrier, of the hole before the span.
  var first: Address
  /// The first free address after it, if `hasGap`.
  var gapFirst: Address
  /// The neighbours in address order; the list is a ring through the sentinel.
  var next: TagReference<Address>
  var previous: TagReference<Address>
  /// The next allocation of the same hash bucket.
  var hashNext: TagReference<Address>?
  /// The next gap of the same list of gaps, the place that points to this one, and the first gap below it in its
  /// heap; if `hasGap`.
  var gapNext: TagReference<Address>?
  var gapSlot: Slot<Address>
  var gapChild: TagReference<Address>?
  /// The group of neighbours that it belongs to; none for the sentinel and unused tags.
  var group: GroupReference<Address>?
  var owner: Owner
  var flags: TagFlags
}

/// Combined by `union`, never by a literal: `[.a, .b]` is an array, and thus a heap, in a debug build of the kernel.
struct TagFlags: OptionSet {
  var rawValue: UInt8

  /// Free addresses follow.
  static var hasGap: TagFlags { TagFlags(rawValue: 1) }
  /// It is a barrier, not an allocation.
  static var isBarrier: TagFlags { TagFlags(rawValue: 2) }
  /// A tag is held back for a middle free of this allocation.
  static var isReserved: TagFlags { TagFlags(rawValue: 4) }
  /// The allocation was made as fragmentable.
  static var isFragmentable: TagFlags { TagFlags(rawValue: 8) }
  /// The span after this barrier came from the source.
  static var isImported: TagFlags { TagFlags(rawValue: 16) }
  /// The allocation came through a quantum cache and goes back there.
  static var isCacheable: TagFlags { TagFlags(rawValue: 32) }
  /// It lies in a magazine: free for the clients, allocated for the arena.
  static var isCached: TagFlags { TagFlags(rawValue: 64) }
  /// The tag is unused.
  static var isFree: TagFlags { TagFlags(rawValue: 128) }
}

/// A place that holds a reference to a tag, or none: a head of a list, or a field of another tag.
@safe
struct Slot<Address: ArenaAddress>: Equatable {
  let place: UnsafeMutablePointer<TagReference<Address>?>

  /// The caller promises that the place is part of the arena's storage.
  @unsafe init(_ place: UnsafeMutablePointer<TagReference<Address>?>) {
    unsafe self.place = place
  }

  static func == (left: Slot, right: Slot) -> Bool { unsafe left.place == right.place }

  var tag: TagReference<Address>? {
    get { unsafe place.pointee }
    nonmutating set { unsafe place.pointee = newValue }
  }
}

/// Where a tag is. Having one means: it points to a tag in storage that was handed to the arena, which outlives
/// every use of the arena.
@safe
struct TagReference<Address: ArenaAddress>: Equatable, @unchecked Sendable {
  private let place: UnsafeMutablePointer<Tag<Address>>

  /// The caller promises that the tag's storage belongs to the arena for as long as the arena lives.
  @unsafe init(_ place: UnsafeMutablePointer<Tag<Address>>) {
    unsafe self.place = place
  }

  static func == (left: TagReference, right: TagReference) -> Bool { unsafe left.place == right.place }

  // Each access is sound by what having a reference means.
  var first: Address {
    get { unsafe place.pointee.first }
    nonmutating set { unsafe place.pointee.first = newValue }
  }

  var gapFirst: Address {
    get { unsafe place.pointee.gapFirst }
    nonmutating set { unsafe place.pointee.gapFirst = newValue }
  }

  var next: TagReference {
    get { unsafe place.pointee.next }
    nonmutating set { unsafe place.pointee.next = newValue }
  }

  var previous: TagReference {
    get { unsafe place.pointee.previous }
    nonmutating set { unsafe place.pointee.previous = newValue }
  }

  var hashNext: TagReference? {
    get { unsafe place.pointee.hashNext }
    nonmutating set { unsafe place.pointee.hashNext = newValue }
  }

  var gapNext: TagReference? {
    get { unsafe place.pointee.gapNext }
    nonmutating set { unsafe place.pointee.gapNext = newValue }
  }

  var gapSlot: Slot<Address> {
    get { unsafe place.pointee.gapSlot }
    nonmutating set { unsafe place.pointee.gapSlot = newValue }
  }

  var gapChild: TagReference? {
    get { unsafe place.pointee.gapChild }
    nonmutating set { unsafe place.pointee.gapChild = newValue }
  }

  var group: GroupReference<Address>? {
    get { unsafe place.pointee.group }
    nonmutating set { unsafe place.pointee.group = newValue }
  }

  /// The group of a tag that has one: every tag in the ring but the sentinel (VMem-I5).
  var home: GroupReference<Address> { unsafe place.pointee.group.unsafelyUnwrapped }

  var owner: Owner {
    get { unsafe place.pointee.owner }
    nonmutating set { unsafe place.pointee.owner = newValue }
  }

  var flags: TagFlags {
    get { unsafe place.pointee.flags }
    nonmutating set { unsafe place.pointee.flags = newValue }
  }

  // The fields as places. They stay where they are: the tag is in storage that does not move.
  var gapNextSlot: Slot<Address> {
    unsafe withUnsafeMutablePointer(to: &place.pointee.gapNext) { unsafe Slot($0) }
  }

  var gapChildSlot: Slot<Address> {
    unsafe withUnsafeMutablePointer(to: &place.pointee.gapChild) { unsafe Slot($0) }
  }

  var hashNextSlot: Slot<Address> {
    unsafe withUnsafeMutablePointer(to: &place.pointee.hashNext) { unsafe Slot($0) }
  }
}

extension TagReference {
  var hasGap: Bool { flags.contains(.hasGap) }
  var isBarrier: Bool { flags.contains(.isBarrier) }

  /// The last free address after it; meaningful if `hasGap`. Wraps on purpose: the tag after the last address of
  /// the space starts at 0.
  var gapLast: Address { next.first &- 1 }

  /// One less than the number of free addresses after it; meaningful if `hasGap`.
  var gapCountMinusOne: Address { next.first &- gapFirst &- 1 }

  /// The first address after the allocation, or after the hole of a barrier: where its span starts.
  var end: Address { hasGap ? gapFirst : next.first }

  /// The allocation's addresses; not for barriers.
  var range: AddressRange<Address> { AddressRange(first: first, last: end &- 1) }

  /// Whether it stands for exactly `range`, in a client's hands.
  func isAllocation(of range: AddressRange<Address>) -> Bool {
    first == range.first && end &- 1 == range.last
      && flags.isDisjoint(with: .isBarrier.union(.isCached).union(.isFree))
  }

  /// The free addresses after it; only if `hasGap`.
  var gap: AddressRange<Address> { AddressRange(first: gapFirst, last: gapLast) }
}
