// Which group a tag belongs to, and what the groups say about their gaps. The tree itself is in `Core+Tree.swift`.

extension Core {
  mutating func give(_ group: GroupReference<Address>) {
    group.parent = freeGroups
    freeGroups = group
  }

  /// Makes `tag`, which is in the ring already, a member of its predecessor's group; of its successor's if it is
  /// the lowest of all. `part` follows, once its gap is set.
  @inline(__always)
  mutating func join(_ tag: TagReference<Address>) {
    if let group = tag.previous.group {
      tag.group = group
      group.count &+= 1
    } else {
      joinAsLowest(tag)
    }
  }

  /// Parts the group of `tag` if it has become too large.
  @inline(__always)
  mutating func partIfNeeded(_ tag: TagReference<Address>) {
    if let group = tag.group, group.count > Group<Address>.capacity { split(group) }
  }

  private mutating func joinAsLowest(_ tag: TagReference<Address>) {
    if let group = tag.next.group {
      tag.group = group
      group.head = tag
      group.count &+= 1
    } else {
      root = newGroup(head: tag, count: 1)
      tag.group = root
    }
  }

  /// Takes `tag`, which has left the ring, out of its group, which loses a gap of `level` with it; 0 for none.
  @inline(__always)
  mutating func leave(_ tag: TagReference<Address>, level: Level) {
    let group = tag.home
    let count = group.count &- 1
    group.count = count
    if group.head == tag { group.head = tag.next }
    if level != 0 { lower(group, from: level) }
    if count < Group<Address>.minimum { refill(group) }
  }

  /// Notes that a gap of `level` came to `group`. O(log groups).
  @inline(__always)
  mutating func raise(_ group: GroupReference<Address>, to level: Level) {
    if level > group.ownLargest { lift(group, to: level) }
  }

  private mutating func lift(_ group: GroupReference<Address>, to level: Level) {
    group.ownLargest = level
    var node: GroupReference<Address>? = group
    while let current = node, level > current.largest {
      current.largest = level
      node = current.parent
    }
  }

  /// Notes that a gap of `level` left `group`, or shrank. O(capacity + log groups), and nothing unless it was the
  /// largest.
  @inline(__always)
  mutating func lower(_ group: GroupReference<Address>, from level: Level) {
    if level == group.ownLargest { recount(group) }
  }

  /// Finds the largest gap of `group` anew, after its largest left it.
  @inline(never)
  mutating func recount(_ group: GroupReference<Address>) {
    let before = group.largest
    let own = group.gaps == 0 ? 0 : highestLevel(of: group, atMost: group.ownLargest)
    if own == group.ownLargest { return }
    // A gap that has grown, which its caller will note only after this.
    if own > group.ownLargest { return lift(group, to: own) }
    group.ownLargest = own
    var node = group
    // Above a subtree that was not the largest, and above one that still is as large, nothing changes.
    while true {
      let largest = node.largestOfSubtree
      if largest == node.largest { return }
      node.largest = largest
      guard let parent = node.parent, parent.largest == before else { return }
      node = parent
    }
  }

  /// The highest level of a gap in `group`, which has at least one; none is above `limit`. It looks no further
  /// than the last gap, or one that reaches the limit.
  private mutating func highestLevel(of group: GroupReference<Address>, atMost limit: Level) -> Level {
    var largest: Level = 0
    var tag = group.head
    var gaps = group.gaps
    while true {
      let next = tag.next
      if tag.hasGap {
        largest = max(largest, level(next.first &- tag.gapFirst &- 1))
        gaps &-= 1
        if gaps == 0 || largest == limit { return largest }
      }
      tag = next
    }
  }

  mutating func highestLevel(from head: TagReference<Address>, count: Int) -> Level {
    var largest: Level = 0
    var tag = head
    for _ in 0..<count {
      let next = tag.next
      if tag.hasGap { largest = max(largest, level(next.first &- tag.gapFirst &- 1)) }
      tag = next
    }
    return largest
  }

  private mutating func newGroup(head: TagReference<Address>, count: Int) -> GroupReference<Address>? {
    guard let group = freeGroups else { return nil }
    freeGroups = group.parent
    group.head = head
    group.left = nil
    group.right = nil
    group.parent = nil
    group.count = count
    group.gaps = 0
    group.height = 1
    group.ownLargest = 0
    group.largest = 0
    return group
  }

  /// Moves the upper half of `group` into a new one. Storage has enough groups by the rule in `Group.minimum`.
  @inline(never)
  mutating func split(_ group: GroupReference<Address>) {
    let kept = group.count / 2
    var tag = group.head
    for _ in 0..<kept { tag = tag.next }
    guard let upper = newGroup(head: tag, count: group.count - kept) else { return }
    group.count = kept
    relabel(upper)
    group.gaps &-= upper.gaps
    upper.ownLargest = highestLevel(from: upper.head, count: upper.count)
    upper.largest = upper.ownLargest
    insert(upper, after: group)
    recount(group)
  }

  private mutating func relabel(_ group: GroupReference<Address>) {
    var tag = group.head
    for _ in 0..<group.count {
      tag.group = group
      if tag.hasGap { group.gaps &+= 1 }
      tag = tag.next
    }
  }

  /// Ends a group that has become empty, joins one that has become small with a neighbour, and parts both evenly if that is too much for one.
  @inline(never)
  private mutating func refill(_ group: GroupReference<Address>) {
    if group.count == 0 {
      remove(group)
      return give(group)
    }
    var lower = group
    var upper = group
    if let previous = group.head.previous.group {
      lower = previous
    } else if let next = group.successor {
      upper = next
    } else {
      return
    }
    merge(upper, into: lower)
    if lower.count > Group<Address>.mergeLimit { split(lower) }
  }

  /// Moves all of `upper` into `lower`, its neighbour below.
  private mutating func merge(_ upper: GroupReference<Address>, into lower: GroupReference<Address>) {
    var tag = upper.head
    for _ in 0..<upper.count {
      tag.group = lower
      tag = tag.next
    }
    lower.count += upper.count
    lower.gaps &+= upper.gaps
    let largest = upper.ownLargest
    remove(upper)
    give(upper)
    raise(lower, to: largest)
  }
}

extension GroupReference {
  /// The highest level in the subtree, from its parts.
  var largestOfSubtree: Level {
    var largest = ownLargest
    if let left { largest = max(largest, left.largest) }
    if let right { largest = max(largest, right.largest) }
    return largest
  }
}

extension Core {
  /// Free segments. O(groups).
  mutating func gapCount() -> Int {
    var count = 0
    var group = root
    while let left = group?.left { group = left }
    while let current = group {
      count += Int(current.gaps)
      group = current.successor
    }
    return count
  }

  /// Tags of `group` that have a gap, counted anew.
  mutating func gapCount(of group: GroupReference<Address>) -> Int {
    var count = 0
    var tag = group.head
    for _ in 0..<group.count {
      if tag.hasGap { count += 1 }
      tag = tag.next
    }
    return count
  }
}
