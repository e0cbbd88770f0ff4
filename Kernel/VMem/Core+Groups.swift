// The index by address: which group a tag belongs to, and what the groups say of their free segments. The tree itself
// is in `Core+Tree.swift`.

extension Core {
  /// Puts all tags of the ring into groups; whether that is done. It is not in an arena that never does, nor while
  /// unused tags are too few to serve as groups. O(tags + groups * log groups).
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
      for _ in 0..<count {
        if tag.isFree { group.ownLargest = max(group.ownLargest, level(tag.countMinusOne)) }
        tag = tag.next
      }
      group.largest = group.ownLargest
      if let last { insert(group, after: last) } else { root = group }
      last = group
      remaining -= count
    }
    return true
  }

  /// Makes `tag`, which is in the ring already, a member of its predecessor's group; of the first if it is the lowest
  /// of all. Its level, if it is free, is noted by the caller.
  mutating func join(_ tag: TagReference<Address>) {
    let previous = tag.previous
    if previous != sentinel, let group = self.group(of: previous) {
      add(to: group)
    } else if let first = firstGroup {
      first.head = tag
      add(to: first)
    } else {
      // An arena's first tag. Without memory for the first group there is no index.
      root = newGroup(head: tag, count: 1, isUrgent: true)
      if root == nil { leave(.isIndexed) }
    }
  }

  private mutating func add(to group: GroupReference<Address>) {
    group.count += 1
    if group.count > GroupReference<Address>.capacity { split(group) }
  }

  /// Takes `tag`, which has left the ring from before `next`, out of its group. O(log groups + capacity).
  mutating func leave(
    _ group: GroupReference<Address>, _ tag: TagReference<Address>, _ next: TagReference<Address>
  ) {
    // The group found last is this one, so none is remembered as ending at `tag`.
    if group.head == tag { group.head = next }
    group.count = group.isUncounted ? memberCount(of: group) : group.count - 1
    if group.count < GroupReference<Address>.minimum { refill(group) }
  }

  /// Tags of `group`; O(that) where it has more than it can count.
  mutating func memberCount(of group: GroupReference<Address>) -> Int {
    guard group.isUncounted else { return group.count }
    let end = successor(of: group)?.head ?? sentinel
    var count = 0
    var tag = group.head
    while tag != end {
      count += 1
      tag = tag.next
    }
    return count
  }

  /// Notes that `tag` became a free segment of `quanta + 1` quanta. O(log groups).
  mutating func raise(_ tag: TagReference<Address>, to quanta: Address) {
    if let group = self.group(of: tag) { raise(group, to: quanta.level) }
  }

  private mutating func raise(_ group: GroupReference<Address>, to level: Level) {
    if level <= group.ownLargest { return }
    group.ownLargest = level
    if level > group.largest { raiseAll(to: level, downTo: group) }
  }

  /// Notes that `tag` is no longer a free segment of `quanta + 1` quanta. O(capacity + log groups), and O(log groups)
  /// unless it was the largest of its group.
  mutating func lower(_ tag: TagReference<Address>, from quanta: Address) {
    if let group = self.group(of: tag), quanta.level == group.ownLargest { recount(group) }
  }

  /// Notes that a free segment changed its size.
  mutating func relevel(_ tag: TagReference<Address>, from old: Address, to new: Address) {
    let level = new.level
    let former = old.level
    if level == former { return }
    guard let group = self.group(of: tag) else { return }
    if level >= group.ownLargest {
      raise(group, to: level)
    } else if former == group.ownLargest {
      recount(group)
    }
  }

  /// Finds the highest level of `group` anew, after its largest segment shrank or left it.
  private mutating func recount(_ group: GroupReference<Address>) {
    let own = highestLevel(of: group)
    // A segment that has grown, which its caller will note only after this.
    if own >= group.ownLargest { return raise(group, to: own) }
    group.ownLargest = own
    if group.largestOfSubtree != group.largest { lowerAll(above: group) }
  }

  /// The highest level of a free segment in `group`.
  mutating func highestLevel(of group: GroupReference<Address>) -> Level {
    var largest: Level = 0
    var tag = group.head
    for _ in 0..<memberCount(of: group) {
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
    let all = memberCount(of: group)
    let kept = all / 2
    var tag = group.head
    for _ in 0..<kept { tag = tag.next }
    guard let upper = newGroup(head: tag, count: all - kept, isUrgent: isUrgent) else { return }
    group.count = kept
    insert(upper, after: group)
    raise(upper, to: highestLevel(of: upper))
    recount(group)
  }

  /// Ends a group that has become empty, joins one that has become small with a neighbour, and parts both evenly if that
  /// is too much for one.
  private mutating func refill(_ group: GroupReference<Address>) {
    if group.count == 0 {
      // The only one: any other is joined before.
      root = nil
      found = nil
      return give(group)
    }
    let previous = group.head.previous
    if previous != sentinel, let lower = self.group(of: previous) {
      merge(group, into: lower)
    } else if let upper = successor(of: group) {
      merge(upper, into: group)
    }
  }

  /// Moves all of `upper` into `lower`, its neighbour below, and parts them again if they are too many.
  private mutating func merge(_ upper: GroupReference<Address>, into lower: GroupReference<Address>) {
    let largest = upper.ownLargest
    let count = memberCount(of: lower) + memberCount(of: upper)
    remove(upper)
    give(upper)
    lower.count = count
    raise(lower, to: largest)
    if count > GroupReference<Address>.mergeLimit { split(lower, isUrgent: true) }
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

  /// Whether its count stands for so many or more: there was no memory to part it for long.
  var isUncounted: Bool { count >= GroupReference.mostCounted }
}
