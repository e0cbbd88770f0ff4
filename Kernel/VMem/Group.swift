/// Up to `capacity` neighbouring tags with the highest level of a free segment among them: a node of the index by
/// address, a tree balanced by height (AVL).
///
/// A group, not each tag, is a node, so that most operations leave the tree as it is. It lies where a tag might: its
/// memory comes from the unused tags, so that an arena that never asks by address has none.
///
/// A tag does not know its group, nor a group what is above it: both are found by descending from the root by address. So a
/// tag needs no word for this index, and a group no more words than a tag has.
///
/// Having a reference means the same as having a `TagReference`.
@safe
struct GroupReference<Address: ArenaAddress>: Equatable, @unchecked Sendable {
  /// Tags a group can have; one more makes it two. Small enough that scanning a group costs about as much as the
  /// descent to it in a large arena.
  static var capacity: Int { 16 }
  /// A group that shrinks below this is joined with a neighbour, and both are parted evenly if they have more than
  /// `mergeLimit` together. So each group but a single one has at least `minimum`, and n tags need no more than
  /// n / minimum + 1 groups. The limit is below the capacity lest a join and a split alternate.
  static var minimum: Int { 6 }
  static var mergeLimit: Int { 12 }

  /// Count and height in one word, in the place of a tag's `previous`: never so large that it could be an address.
  static var largestMeta: UInt { 0xffff }
  private static var countBits: UInt { 10 }

  private typealias Fields = TagLayout<Address>
  private let place: UnsafeMutableRawPointer

  /// The caller promises that the tag, an unused one, serves as this group from now on.
  @unsafe init(in tag: TagReference<Address>) { unsafe place = tag.place }

  static func == (left: GroupReference, right: GroupReference) -> Bool { unsafe left.place == right.place }

  /// The tag whose memory it is.
  var memory: TagReference<Address> { unsafe TagReference(place) }

  // Each access is sound by what having a reference means.
  private func field<Value>(_ offset: Int, _: Value.Type) -> UnsafeMutablePointer<Value> {
    unsafe (place + offset).assumingMemoryBound(to: Value.self)
  }

  /// The first of its tags in address order.
  var head: TagReference<Address> {
    get { unsafe field(Fields.first, TagReference<Address>.self).pointee }
    nonmutating set { unsafe field(Fields.first, TagReference<Address>.self).pointee = newValue }
  }

  var left: GroupReference? {
    get { unsafe field(Fields.next, GroupReference?.self).pointee }
    nonmutating set { unsafe field(Fields.next, GroupReference?.self).pointee = newValue }
  }

  private var meta: UInt {
    get { unsafe field(Fields.previous, UInt.self).pointee }
    nonmutating set { unsafe field(Fields.previous, UInt.self).pointee = newValue }
  }

  var right: GroupReference? {
    get { unsafe field(Fields.firstLink, GroupReference?.self).pointee }
    nonmutating set { unsafe field(Fields.firstLink, GroupReference?.self).pointee = newValue }
  }

  /// The highest level of a free segment in this group; 0 for none.
  var ownLargest: Level {
    get { Level(unsafe field(Fields.secondLink, UInt16.self)[0]) }
    nonmutating set { unsafe field(Fields.secondLink, UInt16.self)[0] = UInt16(truncatingIfNeeded: newValue) }
  }

  /// The highest level in the subtree below it, itself included.
  var largest: Level {
    get { Level(unsafe field(Fields.secondLink, UInt16.self)[1]) }
    nonmutating set { unsafe field(Fields.secondLink, UInt16.self)[1] = UInt16(truncatingIfNeeded: newValue) }
  }

  /// Tags; above the capacity only while no memory for a further group is left, and `mostCounted` for that or more.
  var count: Int {
    get { Int(bitPattern: meta & UInt(bitPattern: GroupReference.mostCounted)) }
    nonmutating set {
      let count = UInt(bitPattern: min(newValue, GroupReference.mostCounted))
      meta = meta & ~UInt(bitPattern: GroupReference.mostCounted) | count
    }
  }

  static var mostCounted: Int { 0x3ff }

  var height: Int {
    get { Int(bitPattern: meta >> GroupReference.countBits) }
    nonmutating set {
      meta =
        meta & UInt(bitPattern: GroupReference.mostCounted) | UInt(bitPattern: newValue)
        << GroupReference.countBits
    }
  }

  /// Makes it a group of its own, without relations.
  func initialize(head: TagReference<Address>, count: Int) {
    self.head = head
    left = nil
    right = nil
    meta = 0
    self.count = count
    height = 1
    ownLargest = 0
    largest = 0
  }
}

/// A size as the tree stores it: monotone, 0 for no free segment, and at most 16 bits.
///
/// Up to 2,048 quanta each size has a level of its own; above, each power of two has 1,024. So the tree is exact
/// where free segments are many, and a huge one from which small pieces are cut keeps its level most of the time: the
/// path to the root then stays as it is. A segment whose level is that of a request may be up to 1/1024 too small.
typealias Level = UInt32

extension FixedWidthInteger {
  /// The level of a size that is given as one less than its number of quanta.
  var level: Level {
    if self >> 11 == 0 { return Level(truncatingIfNeeded: self) &+ 1 }
    let excess = Self.bitWidth - 11 - leadingZeroBitCount
    let mantissa = Level(truncatingIfNeeded: self &>> Self(truncatingIfNeeded: excess))
    return Level(truncatingIfNeeded: excess) &* 1024 &+ mantissa &+ 1
  }
}
