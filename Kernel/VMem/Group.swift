/// Up to `Group.capacity` neighbouring tags, with the largest gap among them: a node of the tree by addresses.
///
/// The tree is balanced by height (AVL). A group, not each tag, is a node, so that most operations leave the tree
/// as it is.
struct Group<Address: ArenaAddress> {
  /// Tags a group can have; one more makes it two. Small enough that scanning a group costs about as much as the
  /// descent to it in a large arena.
  static var capacity: Int { 16 }
  /// A group that shrinks below this is joined with a neighbour, and both are parted evenly if they have more than
  /// `mergeLimit` together. So each group but a single one has at least `minimum`, and n tags need no more than
  /// n / minimum + 1 groups. The limit is below the capacity lest a join and a split alternate.
  static var minimum: Int { 6 }
  static var mergeLimit: Int { 12 }

  /// The first of its tags in address order.
  var head: TagReference<Address>
  var left: GroupReference<Address>?
  var right: GroupReference<Address>?
  var parent: GroupReference<Address>?
  /// The highest level of a gap in this group, and in the subtree below it; 0 for no gap.
  var ownLargest: Level
  var largest: Level
  /// Tags, and those of them that have a gap.
  var count: Int16
  var gaps: Int16
  var height: Int16
}

/// Where a group is. Having one means the same as having a `TagReference`.
@safe
struct GroupReference<Address: ArenaAddress>: Equatable, @unchecked Sendable {
  private let place: UnsafeMutablePointer<Group<Address>>

  /// The caller promises that the group's storage belongs to the arena for as long as the arena lives.
  @unsafe init(_ place: UnsafeMutablePointer<Group<Address>>) {
    unsafe self.place = place
  }

  static func == (left: GroupReference, right: GroupReference) -> Bool { unsafe left.place == right.place }

  // Each access is sound by what having a reference means.
  var head: TagReference<Address> {
    get { unsafe place.pointee.head }
    nonmutating set { unsafe place.pointee.head = newValue }
  }

  var left: GroupReference? {
    get { unsafe place.pointee.left }
    nonmutating set { unsafe place.pointee.left = newValue }
  }

  var right: GroupReference? {
    get { unsafe place.pointee.right }
    nonmutating set { unsafe place.pointee.right = newValue }
  }

  var parent: GroupReference? {
    get { unsafe place.pointee.parent }
    nonmutating set { unsafe place.pointee.parent = newValue }
  }

  var ownLargest: Level {
    get { unsafe place.pointee.ownLargest }
    nonmutating set { unsafe place.pointee.ownLargest = newValue }
  }

  var largest: Level {
    get { unsafe place.pointee.largest }
    nonmutating set { unsafe place.pointee.largest = newValue }
  }

  var count: Int {
    get { unsafe Int(place.pointee.count) }
    nonmutating set { unsafe place.pointee.count = Int16(truncatingIfNeeded: newValue) }
  }

  var gaps: Int16 {
    get { unsafe place.pointee.gaps }
    nonmutating set { unsafe place.pointee.gaps = newValue }
  }

  var height: Int16 {
    get { unsafe place.pointee.height }
    nonmutating set { unsafe place.pointee.height = newValue }
  }
}

/// A size as the tree stores it: monotone, 0 for no gap.
///
/// Up to 4,096 quanta each size has a level of its own; above, each power of two has 2,048. So the tree is exact
/// where gaps are many, and a huge gap from which small pieces are cut keeps its level most of the time: the path
/// to the root then stays as it is. A gap whose level is that of a request may be up to 1/2048 too small.
typealias Level = UInt32

extension FixedWidthInteger {
  /// The level of a size that is given as one less than its number of quanta.
  @inline(__always)
  var level: Level {
    if self >> 12 == 0 { return Level(truncatingIfNeeded: self) &+ 1 }
    let excess = Self.bitWidth - 12 - leadingZeroBitCount
    let mantissa = Level(truncatingIfNeeded: self &>> Self(truncatingIfNeeded: excess))
    return Level(truncatingIfNeeded: excess) &* 2048 &+ mantissa &+ 1
  }
}
