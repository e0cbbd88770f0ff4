extension Core {
  /// The number of the first of VMem-I1 to VMem-I8 that does not hold, 0 if all do. O(segments).
  mutating func firstBrokenInvariant() -> Int {
    if !ringIsOrdered() { return 1 }
    if !freeSegmentsAreApart() { return 2 }
    if !sumsAgree() { return 3 }
    if !tagsAreCounted() { return 4 }
    if !groupsAreWhole() { return 5 }
    if !treeIsBalanced() { return 6 }
    if !listsAreExact() { return 7 }
    if !hashIsExact() { return 8 }
    return 0
  }

  /// VMem-I1: forward and backward links agree, and addresses rise from each tag's end to the next tag.
  private mutating func ringIsOrdered() -> Bool {
    var tag = sentinel
    repeat {
      let next = tag.next
      if next.previous != tag { return false }
      if next != sentinel, tag != sentinel {
        // The hole before a span may be empty, a segment may not.
        if tag.isBarrier ? next.first < tag.first : next.first <= tag.first { return false }
        if !tag.isFree, next.first < tag.end || tag.end < tag.first { return false }
        // A gap is the one thing that lies between a tag's end and the next one.
        if !tag.isFree, tag.hasGap == (next.first == tag.end) { return false }
      }
      tag = next
    } while tag != sentinel
    return sentinel.isBarrier && !sentinel.hasGap
  }

  /// VMem-I2: a free segment is between taken ones, on quanta; no allocation and no span is empty; gaps are counted,
  /// and what has one is followed by an allocation or the end of the span.
  private mutating func freeSegmentsAreApart() -> Bool {
    var gaps = 0
    var tag = sentinel.next
    while tag != sentinel {
      let next = tag.next
      if tag.isFree {
        if next.isFree || tag.previous.isFree || tag.first & quantumMask != 0 { return false }
      } else {
        if tag.end & quantumMask != 0 { return false }
        if tag.hasGap { gaps += 1 }
        if tag.hasGap, next.isFree || tag.gapFirst == next.first { return false }
        if tag.isAllocation, tag.first == tag.end, tag.first != 0 || inUse != 0 { return false }
        if tag.isBarrier, next.isBarrier, !tag.hasGap { return false }
      }
      tag = next
    }
    return gaps == pendingGapCount && (gaps != 0) == mode.contains(.hasPendingGaps)
  }

  /// VMem-I3: the sums are what the segments add up to.
  private mutating func sumsAgree() -> Bool {
    var spans = 0
    var allocations = 0
    var segments = 0
    var used: Address = 0
    var free: Address = 0
    var tag = sentinel.next
    while tag != sentinel {
      if tag.isFree {
        segments += 1
        free &+= tag.countMinusOne &+ 1
      } else {
        if tag.hasGap {
          segments += 1
          free &+= tag.gap.countMinusOne &+ 1
        }
        if tag.isBarrier {
          spans += 1
        } else {
          allocations += 1
          used &+= tag.end &- tag.first
        }
      }
      tag = tag.next
    }
    return spans == spanCount && allocations == allocatedCount && segments == freeSegmentCount()
      && used == inUse && used &+ free == total
  }

  /// VMem-I4: every unused tag is on the list, and what is reserved is there.
  private mutating func tagsAreCounted() -> Bool {
    var count = 0
    var tag = freeTags
    while tag != sentinel {
      if tag.isInRing { return false }
      count += 1
      tag = tag.next
    }
    var reserved = 0
    tag = sentinel.next
    while tag != sentinel {
      if !tag.isInRing { return false }
      if !tag.isFree, tag.flags.contains(.isReserved) { reserved += 1 }
      tag = tag.next
    }
    return count == unusedTagCount && reserved == reservedTagCount
  }

  /// VMem-I5: if the index stands, the groups in order are the ring without the sentinel, each has at least `minimum`
  /// tags unless it is alone, and their number is right. Each is found by address, and the one found last is remembered as it is.
  private mutating func groupsAreWhole() -> Bool {
    guard isIndexed else { return root == nil && groupCount == 0 }
    if let found {
      let (group, next) = groups(from: found.group.head.first, withLevel: 0)
      guard group == found.group, next?.head ?? sentinel == found.end else { return false }
    }
    var tag = sentinel.next
    var count = 0
    while tag != sentinel {
      guard let group = self.group(of: tag), group.head == tag, group.count > 0 else { return false }
      if group.count < GroupReference<Address>.minimum, groupCount > 1 { return false }
      count += 1
      for _ in 0..<memberCount(of: group) {
        if tag == sentinel { return false }
        tag = tag.next
      }
    }
    return count == groupCount
  }

  /// VMem-I6: heights differ by one at most, and every level is the highest of what it stands for.
  private mutating func treeIsBalanced() -> Bool {
    var group = firstGroup
    while let current = group {
      if !(-1...1).contains(current.balance) { return false }
      if current.height != max(current.left?.height ?? 0, current.right?.height ?? 0) + 1 { return false }
      if current.largest != current.largestOfSubtree { return false }
      if current.ownLargest != highestLevel(of: current) { return false }
      group = successor(of: current)
    }
    return true
  }

  /// VMem-I7: each free segment is in the list of its class and cell, and in no other; a bit is set for each list that
  /// is not empty.
  private mutating func listsAreExact() -> Bool {
    var seen = 0
    let expected = freeSegmentCount() - pendingGapCount
    // Lists whose bit is not set are passed over: a segment in one of them is missing from the count in the end.
    var number = lists.firstUsed(from: 0)
    while let used = number {
      var cells = lists.cells(used, first: .min, last: .max)
      while cells != 0 {
        let cell = cells.trailingZeroBitCount
        let head = lists.head(used, cell: cell)
        var tag = head.listNext
        if tag == head { return false }
        while tag != head {
          seen += 1
          if seen > expected || !tag.isFree || tag.listNext.listPrevious != tag { return false }
          if lists.place(of: tag.first, quanta: quanta(of: tag)) != (used, cell) { return false }
          tag = tag.listNext
        }
        cells &= cells &- 1
      }
      number = used + 1 < FreeLists<Address>.numberCount ? lists.firstUsed(from: used + 1) : nil
    }
    return seen == expected && lists.summaryIsExact()
  }

  /// VMem-I8: the table has each allocation without a gap, where it is looked for, and nothing else.
  private mutating func hashIsExact() -> Bool {
    var seen = 0
    var isExact = true
    hash.visitEntries { tag in
      seen += 1
      if !tag.isInRing || !tag.isAllocation || tag.hasGap || hash.find(tag.first) != tag { isExact = false }
    }
    var expected = 0
    var tag = sentinel.next
    while tag != sentinel {
      if tag.isAllocation, !tag.hasGap { expected += 1 }
      tag = tag.next
    }
    return isExact && seen == expected
  }
}
