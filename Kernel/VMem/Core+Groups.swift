// The index by address: which group a tag belongs to, and what the groups say of their free segments. The tree itself
// is in `Core+Tree.swift`.

extension Core {
  /// Puts all tags of the ring into groups; whether that is done. It is not in an arena that never does, nor while
  /// unused tags are too few to serve as groups. O(tags).
  @inline(never)
  mutating func buildIndex() -> Bool {
    let ring = tagCount - groupCount - unusedTagCount
    let full = GroupReference<Address>.mergeLimit
    guard canIndex, spareTagCount > ring / full + 3 else { return false }
    enter(.isIndexed)
    var tag = sentinel.next
    var last: GroupReference<Address>?
    var remaining = ring
    while tag != sentinel {
      // The rest is shared by two lest the last group be too small.
      let count = remaining >= 2 * full ? full : remaining > full ? remaining / 2 : remaining
      guard let group = newGroup(head: tag, count: count, isUrgent: true) else { break }
      // Not by membership: what the tags behind these say of their group is what the storage happened to hold.
      var largest: Level = 0
      for _ in 0..<count {
        tag.group = group
        if tag.isFree { largest = max(largest, level(tag.countMinusOne)) }
        tag = tag.next
      }
      group.ownLargest = largest
      group.largest = largest
      if let last { insert(group, after: last) } else { root = group }
      last = group
      remaining -= count
    }
    return true
  }

  /// Makes `tag`, which is in the ring already, a member of its predecessor's group; of its successor's if it is the
  /// lowest of all. Its level, if it is free, is noted by the caller.
  mutating func join(_ tag: TagReference<Address>) {
    let group: GroupReference<Address>
    if let before = tag.previous.group {
      group = before
    } else if let behind = tag.next.group {
      group = behind
      group.head = tag
    } else {
      // An arena's first tag. Without memory for the first group there is no index.
      root = newGroup(head: tag, count: 1, isUrgent: true)
      tag.group = root
      if root == nil { leave(.isIndexed) }
      return
    }
    tag.group = group
    group.count += 1
    if group.count > GroupReference<Address>.capacity { split(group) }
  }

  /// Takes `tag`, which has left the ring from before `next`, out of its group. O(log groups + capacity).
  mutating func leave(
    _ group: GroupReference<Address>, _ tag: TagReference<Address>, _ next: TagReference<Address>
  ) {
    if group.head == tag { group.head = next }
    group.count = GroupReference<Address>.isUncounted(group.count) ? countMembers(of: group) : group.count - 1
    if group.count < GroupReference<Address>.minimum { refill(group) }
  }

  private mutating func countMembers(of group: GroupReference<Address>) -> Int {
    var count = 0
    var tag = group.head
    while tag != sentinel, tag.group == group {
      count += 1
      tag = tag.next
    }
    return count
  }

  /// Notes that `tag` became a free segment of `quanta + 1` quanta. O(log groups).
  mutating func raise(_ tag: TagReference<Address>, to quanta: Address) {
    if let group = tag.group { raise(group, to: quanta.level) }
  }

  private mutating func raise(_ group: GroupReference<Address>, to level: Level) {
    if level <= group.ownLargest { return }
    group.ownLargest = level
    var node: GroupReference<Address>? = group
    while let current = node, level > current.largest {
      current.largest = level
      node = current.parent
    }
  }

  /// Notes that `tag` is no longer a free segment of `quanta + 1` quanta. O(capacity + log groups), and nothing unless
  /// it was the largest of its group.
  mutating func lower(_ tag: TagReference<Address>, from quanta: Address) {
    if let group = tag.group, quanta.level == group.ownLargest { recount(group) }
  }

  /// Notes that a free segment changed its size.
  mutating func relevel(_ tag: TagReference<Address>, from old: Address, to new: Address) {
    guard let group = tag.group else { return }
    let level = new.level
    if level >= group.ownLargest {
      raise(group, to: level)
    } else if old.level == group.ownLargest {
      recount(group)
    }
  }

  /// Finds the highest level of `group` anew, after its largest segment shrank or left it.
  private mutating func recount(_ group: GroupReference<Address>) {
    let before = group.largest
    let own = highestLevel(of: group)
    if own == group.ownLargest { return }
    // A segment that has grown, which its caller will note only after this.
    if own > group.ownLargest { return raise(group, to: own) }
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

  /// The highest level of a free segment in `group`.
  mutating func highestLevel(of group: GroupReference<Address>) -> Level {
    var largest: Level = 0
    var tag = group.head
    while tag != sentinel, tag.group == group {
      if tag.isFree { largest = max(largest, level(tag.countMinusOne)) }
      tag = tag.next
    }
    return largest
  }

  /// Memory for a group from the unused tags. Two are left for what is under way, unless it is urgent.
  private mutating func newGroup(
    head: TagReference<Address>, count: Int, isUrgent: Bool
  ) -> GroupReference<Address>? {
    guard spareTagCount > (isUrgent ? 0 : 2) else { return nil }
    let tag = takeTag()
    if hint == tag { hint = sentinel }
    groupCount += 1
    let group = unsafe GroupReference(in: tag)
    group.initialize(head: head, count: count)
    return group
  }

  private mutating func give(_ group: GroupReference<Address>) {
    groupCount -= 1
    give(group.memory)
  }

  /// Moves the upper half of `group` into a new one; if there is no memory for one, a later call will.
  private mutating func split(_ group: GroupReference<Address>, isUrgent: Bool = false) {
    let all = GroupReference<Address>.isUncounted(group.count) ? countMembers(of: group) : group.count
    let kept = all / 2
    var tag = group.head
    for _ in 0..<kept { tag = tag.next }
    guard let upper = newGroup(head: tag, count: all - kept, isUrgent: isUrgent) else { return }
    group.count = kept
    for _ in kept..<all {
      tag.group = upper
      tag = tag.next
    }
    upper.ownLargest = highestLevel(of: upper)
    upper.largest = upper.ownLargest
    insert(upper, after: group)
    recount(group)
  }

  /// Ends a group that has become empty, joins one that has become small with a neighbour, and parts both evenly if that
  /// is too much for one.
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
    if lower.count > GroupReference<Address>.mergeLimit { split(lower, isUrgent: true) }
  }

  /// Moves all of `upper` into `lower`, its neighbour below.
  private mutating func merge(_ upper: GroupReference<Address>, into lower: GroupReference<Address>) {
    var tag = upper.head
    while tag != sentinel, tag.group == upper {
      tag.group = lower
      tag = tag.next
    }
    lower.count += upper.count
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

  /// Whether a count stands for so many or more: there was no memory to part the group for long.
  static func isUncounted(_ count: Int) -> Bool { count >= mostCounted }
}
