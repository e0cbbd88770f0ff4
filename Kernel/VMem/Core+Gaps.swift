// Gaps: free addresses without a tag. Freeing the front or the back of an allocation between two others makes a free
// segment where none was, and must not fail for want of a tag. Without one the tag before remembers where the free
// addresses begin (`hasGap`), and leaves its hash chain, whose link it needs for that. There are gaps only while tags
// are short: the first allocation for which there are tags again gives each its own.

extension Core {
  /// Makes the addresses from `first` to the tag behind `tag`, an allocation or a barrier, free.
  mutating func addGap(after tag: TagReference<Address>, from first: Address) {
    if spareTagCount > 0 {
      addSegment(from: first, after: tag)
    } else {
      if !tag.flags.contains(.isBarrier) { hash.remove(tag) }
      tag.insert(.hasGap)
      tag.gapFirst = first
      pendingGapCount += 1
      enter(.hasPendingGaps)
    }
  }

  /// Forgets the gap of `tag`, which stays out of the table.
  mutating func forgetGap(of tag: TagReference<Address>) {
    tag.remove(.hasGap)
    pendingGapCount -= 1
    if pendingGapCount == 0 { leave(.hasPendingGaps) }
  }

  /// Makes the gap before `tag`, if there is one, part of it; it is about to become free.
  mutating func adoptGap(before tag: TagReference<Address>) {
    if pendingGapCount == 0 { return }
    let before = tag.previous
    guard before.hasGap else { return }
    tag.first = before.gapFirst
    retire(gapOf: before)
  }

  /// Forgets the gap of `tag`, an allocation or a barrier, because its addresses have a tag.
  private mutating func retire(gapOf tag: TagReference<Address>) {
    forgetGap(of: tag)
    if !tag.flags.contains(.isBarrier) { hash.insert(tag) }
  }

  /// Whether a gap without a tag could hold what no free segment can. O(tags), where there are such gaps.
  mutating func hasPendingGap(for placement: Placement<Address>) -> Bool {
    if pendingGapCount == 0 { return false }
    var tag = sentinel.next
    while tag != sentinel {
      if tag.hasGap, placement.lowestStart(low: tag.gapFirst, high: tag.last) != nil { return true }
      tag = tag.next
    }
    return false
  }

  /// Gives gaps tags of their own as far as there are any. O(tags), where there are both.
  mutating func settleGaps() {
    if pendingGapCount > 0, spareTagCount > 0 { settleNow() }
  }

  @inline(never)
  private mutating func settleNow() {
    var tag = sentinel.next
    while tag != sentinel, pendingGapCount > 0, spareTagCount > 0 {
      if tag.hasGap {
        let first = tag.gapFirst
        retire(gapOf: tag)
        addSegment(from: first, after: tag)
      }
      tag = tag.next
    }
  }
}
