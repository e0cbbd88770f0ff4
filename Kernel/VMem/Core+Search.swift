// By address: along the ring from the hint where that is a few steps, through the tree of groups otherwise.

/// Where searches change their ways.
enum ArenaLimits {
  /// How many tags are passed in the ring before the index by address is worth having.
  static var patience: Int { 64 }
}

extension Core {
  /// Whether the index stands, or may be made.
  var canIndex: Bool { addressIndex != .never }

  /// The last tag in address order that starts at or below `address`; the sentinel if there is none.
  /// O(log groups + capacity) with the index.
  mutating func predecessor(of address: Address) -> TagReference<Address> {
    var tag = sentinel
    if hint.isInRing, hint != sentinel, hint.first <= address { tag = hint }
    var steps = isIndexed ? 8 : ArenaLimits.patience
    while true {
      let next = tag.next
      if next == sentinel || next.first > address { break }
      tag = next
      steps -= 1
      if steps == 0 {
        if hasIndex() {
          tag = predecessorInTree(address)
          break
        }
      }
    }
    hint = tag
    return tag
  }

  /// Whether the index by address stands, now at the latest.
  private mutating func hasIndex() -> Bool { isIndexed || buildIndex() }

  private mutating func predecessorInTree(_ address: Address) -> TagReference<Address> {
    guard var tag = group(at: address)?.head else { return sentinel }
    while true {
      let next = tag.next
      if next == sentinel || next.first > address { return tag }
      tag = next
    }
  }

  /// The lowest placement there is. With the index O(log groups + capacity) if only the bounds constrain it: every group
  /// that can hold the size has a segment that does, unless a bound cuts it or the level is not exact. Otherwise O(that)
  /// for each group that has a segment large enough, none of whose segments serves.
  mutating func lowest(_ placement: Placement<Address>) -> Choice<Address>? {
    if !isIndexed {
      var steps = ArenaLimits.patience
      var tag = predecessor(of: placement.first)
      if !isIndexed {
        repeat {
          if let choice = fit(placement, tag) { return choice }
          tag = tag.next
          if tag == sentinel || tag.first > placement.last { return nil }
          steps -= 1
        } while steps != 0 || !buildIndex()
      }
    }
    return lowestInTree(placement)
  }

  @inline(__always)
  private mutating func fit(_ placement: Placement<Address>, _ tag: TagReference<Address>) -> Choice<Address>?
  {
    guard tag.isFree, tag.countMinusOne >= placement.countMinusOne,
      let start = placement.lowestStart(low: tag.first, high: tag.last)
    else { return nil }
    return Choice(tag: tag, start: start)
  }

  private mutating func lowestInTree(_ placement: Placement<Address>) -> Choice<Address>? {
    let level = level(placement.countMinusOne)
    guard let root, root.largest >= level else { return nil }
    var (group, next) = groups(from: placement.first, withLevel: level)
    if let group, group.ownLargest >= level, let choice = lowest(placement, in: group) { return choice }
    while let current = next {
      let first = current.head.first
      if first > placement.last { return nil }
      if let choice = lowest(placement, in: current) { return choice }
      // No other group begins there: each has several tags.
      (group, next) = groups(from: first, withLevel: level)
    }
    return nil
  }

  /// The lowest placement in the segments of `group`.
  private mutating func lowest(
    _ placement: Placement<Address>, in group: GroupReference<Address>
  ) -> Choice<Address>? {
    var tag = group.head
    var remaining = memberCount(of: group)
    while remaining > 0 {
      if let choice = fit(placement, tag) {
        for _ in 0..<remaining { tag = tag.next }
        found = FoundGroup(group: group, end: tag)
        return choice
      }
      tag = tag.next
      remaining &-= 1
    }
    return nil
  }

  /// The largest free segment, the lowest among equals. O(segments of the highest class that has one).
  mutating func largestSegment() -> AddressRange<Address>? {
    var largest = largestPendingGap()
    guard let number = lists.lastUsed() else { return largest }
    var cells = lists.cells(number, first: .min, last: .max)
    while cells != 0 {
      let head = lists.head(number, cell: cells.trailingZeroBitCount)
      var tag = head.listNext
      while tag != head {
        let segment = tag.segment
        if largest.map({ segment.isLarger(than: $0) }) ?? true { largest = segment }
        tag = tag.listNext
      }
      cells &= cells &- 1
    }
    return largest
  }

  private mutating func largestPendingGap() -> AddressRange<Address>? {
    if pendingGapCount == 0 { return nil }
    var largest: AddressRange<Address>?
    var tag = sentinel.next
    while tag != sentinel {
      if tag.hasGap, largest.map({ tag.gap.isLarger(than: $0) }) ?? true { largest = tag.gap }
      tag = tag.next
    }
    return largest
  }

  /// The level of a size.
  @inline(__always)
  mutating func level(_ countMinusOne: Address) -> Level { (countMinusOne &>> quantumShift).level }
}

extension AddressRange {
  /// Whether it has more addresses, or as many and lower ones.
  fileprivate func isLarger(than other: AddressRange) -> Bool {
    countMinusOne > other.countMinusOne || countMinusOne == other.countMinusOne && first < other.first
  }
}
