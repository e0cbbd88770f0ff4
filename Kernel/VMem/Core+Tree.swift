// The tree of groups: height-balanced (Adelson-Velsky and Landis), ordered by address, each node with the highest
// level of its subtree. Every way through it begins at the root.

/// A group, and the tag behind its last one: the head of the next group, or the sentinel.
struct FoundGroup<Address: ArenaAddress> {
  var group: GroupReference<Address>
  var end: TagReference<Address>
}

/// The groups from the root down to one of them.
struct TreePath<Address: ArenaAddress> {
  /// A height-balanced tree that is as high has 1.2 * 10^10 nodes at least.
  static var capacity: Int { 48 }

  // First, lest the group before the next place be addressed by a negative distance from the stack pointer: `Scripts/check-library`
  // looks for a red zone by that.
  private(set) var count = 0
  private var groups: InlineArray<48, GroupReference<Address>?> = InlineArray(repeating: nil)

  var last: GroupReference<Address>? { count == 0 ? nil : groups[count - 1] }

  @inline(__always)
  mutating func append(_ group: GroupReference<Address>) {
    precondition(count < TreePath.capacity, "a tree of groups too high")
    // In bounds by the line above.
    unsafe groups[unchecked: count] = group
    count &+= 1
  }

  @inline(__always)
  mutating func removeLast() -> GroupReference<Address>? {
    guard count > 0 else { return nil }
    count &-= 1
    // Below what was appended.
    return unsafe groups[unchecked: count]
  }

  subscript(index: Int) -> GroupReference<Address>? {
    get { groups[index] }
    set { groups[index] = newValue }
  }
}

// MARK: Ways down

extension Core {
  /// The group that `tag`, which is in the ring, belongs to; none before there is any. O(log groups), and constant
  /// where it is the one that was found last: an operation asks a few times, for neighbours.
  mutating func group(of tag: TagReference<Address>) -> GroupReference<Address>? {
    if let found, !tag.isBefore(found.group.head), found.end == sentinel || tag.isBefore(found.end) {
      return found.group
    }
    return find { tag.isBefore($0) }
  }

  /// The last group that begins at or below `address`; none if all begin above. Likewise.
  mutating func group(at address: Address) -> GroupReference<Address>? {
    if let found, found.group.head.first <= address, found.end == sentinel || address < found.end.first {
      return found.group
    }
    return find { address < $0.first }
  }

  /// The last group of whose head `isAbove` is false, and remembers it.
  @inline(__always)
  private mutating func find(_ isAbove: (TagReference<Address>) -> Bool) -> GroupReference<Address>? {
    var group: GroupReference<Address>?
    var end = sentinel
    var node = root
    while let current = node {
      let head = current.head
      if isAbove(head) {
        end = head
        node = current.left
      } else {
        group = current
        node = current.right
      }
    }
    found = group.map { FoundGroup(group: $0, end: end) }
    return group
  }

  var firstGroup: GroupReference<Address>? {
    mutating get {
      var node = root
      while let left = node?.left { node = left }
      return node
    }
  }

  /// The next group in address order. O(log groups).
  mutating func successor(of group: GroupReference<Address>) -> GroupReference<Address>? {
    // No other group begins there: each has several tags. And every group has level 0.
    groups(from: group.head.first, withLevel: 0).next
  }

  /// The last group that begins at or below `address`, and the first behind that with a segment of at least `level`.
  /// O(log groups).
  mutating func groups(
    from address: Address, withLevel level: Level
  ) -> (at: GroupReference<Address>?, next: GroupReference<Address>?) {
    var group: GroupReference<Address>?
    // Of the groups behind it on the way down the nearest one that has such a segment, itself or in the groups behind it.
    var nearest: GroupReference<Address>?
    var node = root
    while let current = node {
      if address < current.head.first {
        if current.ownLargest >= level || current.largestBehind >= level { nearest = current }
        node = current.left
      } else {
        group = current
        node = current.right
      }
    }
    guard let nearest else { return (group, nil) }
    return (group, nearest.ownLargest >= level ? nearest : nearest.right?.first(withLevel: level))
  }

  private mutating func trace(_ path: inout TreePath<Address>, to group: GroupReference<Address>) {
    let head = group.head
    var node = root
    while let current = node {
      path.append(current)
      if current == group { return }
      node = head.isBefore(current.head) ? current.left : current.right
    }
  }
}

extension TagReference {
  /// Whether it comes before `head`, which is the first of a group, in the ring. Two
  /// neighbours may begin at one address: a barrier whose hole is empty, and the segment behind it.
  @inline(__always)
  fileprivate func isBefore(_ head: TagReference) -> Bool {
    let first = head.first
    return self.first < first || self.first == first && next == head
  }
}

extension GroupReference {
  /// The highest level of the groups of this subtree that are behind this one.
  fileprivate var largestBehind: Level { right?.largest ?? 0 }

  /// The first group of this subtree with a segment of at least `level`; there must be one.
  fileprivate func first(withLevel level: Level) -> GroupReference {
    var node = self
    while true {
      if let left = node.left, left.largest >= level {
        node = left
      } else if node.ownLargest >= level {
        return node
      } else if let right = node.right {
        node = right
      } else {
        return node
      }
    }
  }
}

// MARK: Levels

extension Core {
  /// Notes that `group` has a segment of `level` in the levels of all from the root down to it.
  mutating func raiseAll(to level: Level, downTo group: GroupReference<Address>) {
    var node = root
    while let current = node {
      if level > current.largest { current.largest = level }
      if current == group { return }
      node = group.head.isBefore(current.head) ? current.left : current.right
    }
  }

  /// Corrects the levels of `group` and of those above it, after its own was lowered. Above a subtree whose level stays
  /// nothing changes.
  mutating func lowerAll(above group: GroupReference<Address>) {
    var path = TreePath<Address>()
    trace(&path, to: group)
    while let node = path.removeLast() {
      let largest = node.largestOfSubtree
      if largest == node.largest { return }
      node.largest = largest
    }
  }
}

// MARK: Shape

/// Which child of a group. What the tree does on one side it does on the other mirrored: it is written once.
private enum Side {
  case left, right

  var other: Side { self == .left ? .right : .left }
}

extension Core {
  /// Puts `new`, whose own level is known, right behind `group`. O(log groups).
  mutating func insert(_ new: GroupReference<Address>, after group: GroupReference<Address>) {
    found = nil
    var path = TreePath<Address>()
    trace(&path, to: group)
    if var node = group.right {
      path.append(node)
      while let left = node.left {
        node = left
        path.append(node)
      }
      node.left = new
    } else {
      group.right = new
    }
    rebalance(&path)
  }

  /// Takes `group` out of the tree. O(log groups).
  mutating func remove(_ group: GroupReference<Address>) {
    found = nil
    var path = TreePath<Address>()
    trace(&path, to: group)
    guard group.left != nil, var next = group.right else {
      _ = path.removeLast()
      hang(group.left ?? group.right, insteadOf: group, below: path.last)
      return rebalance(&path)
    }
    // The next one leaves its place, which has nothing on the left, and takes that of the group.
    let place = path.count - 1
    while let lower = next.left {
      path.append(next)
      next = lower
    }
    hang(next.right, insteadOf: next, below: path.last)
    hang(next, insteadOf: group, below: place == 0 ? nil : path[place - 1])
    next.take(theRelationsOf: group)
    path[place] = next
    rebalance(&path)
  }

  /// Hangs `new` where `old` hangs.
  private mutating func hang(
    _ new: GroupReference<Address>?, insteadOf old: GroupReference<Address>,
    below parent: GroupReference<Address>?
  ) {
    guard let parent else {
      root = new
      return
    }
    if parent.left == old { parent.left = new } else { parent.right = new }
  }

  /// Restores height, balance and levels from the end of `path` up to the root, or to where nothing changes any more.
  private mutating func rebalance(_ path: inout TreePath<Address>) {
    while let node = path.removeLast() {
      let (height, largest) = (node.height, node.largest)
      let top = node.rebalanced()
      if top != node {
        hang(top, insteadOf: node, below: path.last)
      } else if node.height == height, node.largest == largest {
        return
      }
    }
  }
}

extension GroupReference {
  private subscript(side: Side) -> GroupReference? {
    get { side == .left ? left : right }
    nonmutating set { if side == .left { left = newValue } else { right = newValue } }
  }

  /// Height of the right subtree minus that of the left.
  var balance: Int { (right?.height ?? 0) &- (left?.height ?? 0) }

  /// Takes the place of `group` in the tree, with what those above know of it.
  fileprivate func take(theRelationsOf group: GroupReference) {
    left = group.left
    right = group.right
    height = group.height
    largest = group.largest
  }

  /// Computes height and level from the children.
  fileprivate func refresh() {
    height = max(left?.height ?? 0, right?.height ?? 0) &+ 1
    largest = largestOfSubtree
  }

  /// What is the top of this subtree when it is balanced again, and its heights and levels are right.
  fileprivate func rebalanced() -> GroupReference {
    refresh()
    let lean = balance
    guard lean < -1 || lean > 1 else { return self }
    let heavy: Side = lean > 1 ? .right : .left
    if let child = self[heavy], heavy == .right ? child.balance < 0 : child.balance > 0 {
      self[heavy] = child.lifting(heavy.other)
    }
    return lifting(heavy)
  }

  /// Lifts the child of `side` above this one; answers the child.
  // One copy for both that ask: the compiler would make two, at -Osize too.
  @inline(never)
  private func lifting(_ side: Side) -> GroupReference {
    guard let child = self[side] else { return self }
    self[side] = child[side.other]
    child[side.other] = self
    refresh()
    child.refresh()
    return child
  }
}
