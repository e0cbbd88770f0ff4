import Primitives

/// Where the fields of a boundary tag lie, in bytes from its start.
///
/// A tag is five words where an address is one:
///
/// | field | a segment that is free | an allocation, or the hole before a span |
/// |---|---|---|
/// | `first` | its first address | the same |
/// | `next` | the tag behind it; bit 0 set | the tag behind it |
/// | `previous` | the tag before it | the same |
/// | `first link` | the next of its list of free segments | the next of its hash chain, or `gapFirst` |
/// | `second link` | the one before it in that list | label and flags |
///
/// The links of a free segment are where a list's head has them, so that a head is a tag to who unlinks a neighbour.
enum TagLayout<Address: ArenaAddress> {
  static var word: Int { MemoryLayout<UInt>.stride }
  static var first: Int { 0 }
  static var next: Int { max(MemoryLayout<Address>.size, word) }
  static var previous: Int { next + word }
  static var firstLink: Int { previous + word }
  static var secondLink: Int { firstLink + word }
  /// An address wider than a word does not fit where the link is.
  static var gapFirst: Int { isWide ? secondLink + word : firstLink }
  static var isWide: Bool { MemoryLayout<Address>.size > word }

  static var alignment: Int { max(MemoryLayout<Address>.alignment, MemoryLayout<UInt>.alignment) }
  /// Bytes of a tag.
  static var stride: Int {
    let size = secondLink + word + (isWide ? MemoryLayout<Address>.size : 0)
    return (size + alignment - 1) & ~(alignment - 1)
  }
}

/// What is known of an allocation or a hole. Combined by `union`, never by a literal: `[.a, .b]` is an array, and thus
/// a heap, in a debug build of the kernel.
struct TagFlags: OptionSet {
  var rawValue: UInt

  /// It is the hole before a span, not an allocation.
  static var isBarrier: TagFlags { TagFlags(rawValue: 1 << 16) }
  /// A tag is held back for a middle free of this allocation.
  static var isReserved: TagFlags { TagFlags(rawValue: 1 << 17) }
  /// The allocation was made as fragmentable.
  static var isFragmentable: TagFlags { TagFlags(rawValue: 1 << 18) }
  /// The span after this barrier came from the source.
  static var isImported: TagFlags { TagFlags(rawValue: 1 << 19) }
  /// The allocation came through a quantum cache and goes back there.
  static var isCacheable: TagFlags { TagFlags(rawValue: 1 << 20) }
  /// It lies in a magazine: free for the clients, allocated for the arena.
  static var isCached: TagFlags { TagFlags(rawValue: 1 << 21) }
  /// Free addresses follow for which there was no tag: they begin at `gapFirst`, and it is in no hash chain.
  static var hasGap: TagFlags { TagFlags(rawValue: 1 << 22) }

  static var all: UInt { 0x7f << 16 }

  /// Where the flags begin, above the label.
  static var shift: UInt { 16 }
  /// Where an allocation that a magazine takes has the number of its size, above label and flags: 0 to 63, 0 for one
  /// quantum. It does not change while the flag `isCacheable` is there: nothing may free a part of such an allocation.
  static var sizeShift: UInt { 23 }
}

/// What stands above the label of an allocation that the magazine for a size takes, while it is in a client's hands. One
/// comparison tells that it has so many quanta, came through a cache, lies in no magazine, and has no other flag.
struct CacheMark: Equatable {
  /// As wide as a word, so that none has to be made of it.
  let bits: UInt

  /// The mark for `size + 1` quanta, at most 64.
  @inline(__always)
  init(_ size: Int) {
    bits =
      (TagFlags.isCacheable.rawValue | UInt(truncatingIfNeeded: size) &<< TagFlags.sizeShift)
      &>> TagFlags.shift
  }
}

/// Where a tag is. Having one means: it points to a tag in storage that was handed to the arena, which outlives
/// every use of the arena; or to the head of a list, of which only the two links are used.
@safe
struct TagReference<Address: ArenaAddress>: Equatable, @unchecked Sendable {
  typealias Fields = TagLayout<Address>
  let place: UnsafeMutableRawPointer

  /// The caller promises that the tag's storage belongs to the arena for as long as the arena lives.
  @unsafe @inline(__always)
  init(_ place: UnsafeMutableRawPointer) { unsafe self.place = place }

  @inline(__always)
  static func == (left: TagReference, right: TagReference) -> Bool { unsafe left.place == right.place }

  // Each access is sound by what having a reference means.
  @inline(__always)
  private func field<Value>(_ offset: Int, _: Value.Type) -> UnsafeMutablePointer<Value> {
    unsafe (place + offset).assumingMemoryBound(to: Value.self)
  }

  var first: Address {
    @inline(__always) get { unsafe field(Fields.first, Address.self).pointee }
    @inline(__always) nonmutating set { unsafe field(Fields.first, Address.self).pointee = newValue }
  }

  private var nextBits: UInt {
    @inline(__always) get { unsafe field(Fields.next, UInt.self).pointee }
    @inline(__always) nonmutating set { unsafe field(Fields.next, UInt.self).pointee = newValue }
  }

  /// Whether it is a free segment.
  var isFree: Bool { @inline(__always) get { nextBits & 1 != 0 } }

  /// The tag behind it.
  var next: TagReference {
    // A tag's address is even, and none is at 0.
    @inline(__always) get {
      unsafe TagReference(UnsafeMutableRawPointer(bitPattern: nextBits & ~1).unsafelyUnwrapped)
    }
  }

  /// The tag behind it, where it is known not to be free.
  var nextOfTaken: TagReference {
    @inline(__always) get { unsafe TagReference(field(Fields.next, UnsafeMutableRawPointer.self).pointee) }
  }

  /// Sets the tag behind it, and whether it is a free segment itself.
  @inline(__always)
  func setNext(_ tag: TagReference, isFree: Bool) {
    nextBits = unsafe UInt(bitPattern: tag.place) | (isFree ? 1 : 0)
  }

  /// As `setNext`, and it stays what it is.
  @inline(__always)
  func relink(next tag: TagReference) {
    nextBits = unsafe UInt(bitPattern: tag.place) | nextBits & 1
  }

  @inline(__always)
  func markTaken() { nextBits &= ~1 }

  var previous: TagReference {
    @inline(__always) get {
      unsafe TagReference(field(Fields.previous, UnsafeMutableRawPointer.self).pointee)
    }
    @inline(__always) nonmutating set {
      unsafe field(Fields.previous, UnsafeMutableRawPointer.self).pointee = newValue.place
    }
  }

  /// Whether it is in the ring: unused tags, and those that serve as groups, have a small number where a tag in the
  /// ring has its predecessor (`GroupReference`).
  var isInRing: Bool {
    unsafe field(Fields.previous, UInt.self).pointee > GroupReference<Address>.largestMeta
  }

  @inline(__always)
  func markUnused() { unsafe field(Fields.previous, UInt.self).pointee = 0 }

  // MARK: Of free segments, and of the heads of their lists

  var listNext: TagReference {
    @inline(__always) get {
      unsafe TagReference(field(Fields.firstLink, UnsafeMutableRawPointer.self).pointee)
    }
    @inline(__always) nonmutating set {
      unsafe field(Fields.firstLink, UnsafeMutableRawPointer.self).pointee = newValue.place
    }
  }

  var listPrevious: TagReference {
    @inline(__always) get {
      unsafe TagReference(field(Fields.secondLink, UnsafeMutableRawPointer.self).pointee)
    }
    @inline(__always) nonmutating set {
      unsafe field(Fields.secondLink, UnsafeMutableRawPointer.self).pointee = newValue.place
    }
  }

  // MARK: Of allocations and holes

  var hashNext: TagReference? {
    @inline(__always) get { unsafe field(Fields.firstLink, TagReference?.self).pointee }
    @inline(__always) nonmutating set {
      unsafe field(Fields.firstLink, TagReference?.self).pointee = newValue
    }
  }

  /// The first free address behind it, if it has `hasGap`.
  var gapFirst: Address {
    get { unsafe field(Fields.gapFirst, Address.self).pointee }
    nonmutating set { unsafe field(Fields.gapFirst, Address.self).pointee = newValue }
  }

  private var labelBits: UInt {
    @inline(__always) get { unsafe field(Fields.secondLink, UInt.self).pointee }
    @inline(__always) nonmutating set { unsafe field(Fields.secondLink, UInt.self).pointee = newValue }
  }

  var owner: Owner {
    get { Owner(rawValue: UInt16(truncatingIfNeeded: labelBits)) }
    nonmutating set { labelBits = labelBits & ~0xffff | UInt(newValue.rawValue) }
  }

  var flags: TagFlags {
    @inline(__always) get { TagFlags(rawValue: labelBits & TagFlags.all) }
  }

  /// Sets label and flags together.
  @inline(__always)
  func setLabel(_ owner: Owner, _ flags: TagFlags) { labelBits = UInt(owner.rawValue) | flags.rawValue }

  /// Labels what comes out of a magazine.
  @inline(__always)
  func handOut(_ owner: Owner) {
    labelBits = labelBits & ~(TagFlags.isCached.rawValue | 0xffff) | UInt(owner.rawValue)
  }

  /// Notes that the magazine of `mark` takes it.
  @inline(__always)
  func markCacheable(_ mark: CacheMark) { labelBits |= mark.bits &<< TagFlags.shift }

  /// Notes that no magazine takes it any more.
  func markUncacheable() {
    let kept = TagFlags.all & ~TagFlags.isCached.union(.isCacheable).rawValue
    labelBits &= kept | 0xffff
  }

  /// The half word above the label: in bytes, two from the label's own, since x86 puts the low ones first.
  private var mark: UInt {
    @inline(__always) get { UInt(unsafe field(Fields.secondLink + 2, UInt16.self).pointee) }
  }

  /// Whether it lies in a magazine.
  var isCached: Bool {
    @inline(__always) get { mark & TagFlags.isCached.rawValue &>> TagFlags.shift != 0 }
  }

  /// Whether it is in a client's hands and the magazine of `mark` takes it.
  @inline(__always)
  func isCacheable(_ mark: CacheMark) -> Bool { self.mark == mark.bits }

  /// Whether it is an allocation that the magazine of `mark` takes, and in a magazine or not; for the checker. There may
  /// be a gap behind it.
  func isOf(_ mark: CacheMark, inMagazine isCached: Bool) -> Bool {
    let gap = TagFlags.hasGap.rawValue &>> TagFlags.shift
    let cached = TagFlags.isCached.rawValue &>> TagFlags.shift
    return isInRing && !isFree && self.mark & ~gap == (isCached ? mark.bits | cached : mark.bits)
  }

  @inline(__always)
  func insert(_ flag: TagFlags) { labelBits |= flag.rawValue }

  @inline(__always)
  func remove(_ flag: TagFlags) { labelBits &= ~flag.rawValue }
}

extension TagReference {
  /// The last address of a free segment. Wraps on purpose: the tag behind the last address of the space starts at 0
  /// (Theorem Merge-T1).
  var last: Address { @inline(__always) get { next.first &- 1 } }

  /// One less than the addresses of a free segment.
  var countMinusOne: Address { @inline(__always) get { next.first &- first &- 1 } }

  /// A free segment's addresses.
  var segment: AddressRange<Address> { AddressRange(first: first, last: last) }

  var isBarrier: Bool { !isFree && flags.contains(.isBarrier) }
  var isAllocation: Bool { !isFree && flags.isDisjoint(with: .isBarrier) }
  var hasGap: Bool { !isFree && flags.contains(.hasGap) }

  /// The first address behind an allocation, or behind the hole of a barrier: where its span starts.
  var end: Address { flags.contains(.hasGap) ? gapFirst : next.first }

  /// An allocation's addresses.
  var range: AddressRange<Address> { AddressRange(first: first, last: end &- 1) }

  /// The free addresses behind an allocation that have no tag; only if `hasGap`.
  var gap: AddressRange<Address> { AddressRange(first: gapFirst, last: last) }

  /// Whether it stands for exactly `range`, in a client's hands.
  func isAllocation(of range: AddressRange<Address>) -> Bool {
    isInRing && !isFree && first == range.first && end &- 1 == range.last
      && flags.isDisjoint(with: .isBarrier.union(.isCached))
  }
}
