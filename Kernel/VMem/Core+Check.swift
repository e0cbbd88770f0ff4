extension Core {
  /// The number of the first invariant of the theory that does not hold, 0 if all do. O(segments).
  mutating func firstBrokenInvariant() -> Int {
    if !ringIsOrdered() { return 1 }
    if !gapsAreExact() { return 2 }
    if !sumsAgree() { return 3 }
    if !tagsAreCounted() { return 4 }
    if !groupsAreWhole() { return 5 }
    if !treeIsBalanced() { return 6 }
    if !classesAreExact() { return 7 }
    if !hashIsExact() { return 8 }
    return 0
  }

  /// VMem-I1: forward and backward links agree, and addresses rise from each tag's end to the next tag.
  private mutating func ringIsOrdered() -> Bool {
    var tag = sentinel
    repeat {
      let next = tag.next
      if next.previous != tag { return false }
      if next != sentinel, tag != sentinel, next.first < tag.end { return false }
      tag = next
    } while tag != sentinel
    return sentinel.isBarrier && !sentinel.hasGap
  }

  /// VMem-I2: gaps lie between their tag and the next one, on quanta; allocations are not empty; no span is empty.
  private mutating func gapsAreExact() -> Bool {
    var tag = sentinel.next
    while tag != sentinel {
      if tag.end & quantumMask != 0 { return false }
      if tag.hasGap, tag.gapFirst > tag.gapLast { return false }
      if !tag.isBarrier, tag.first == tag.end, tag.first != 0 || inUse != 0 { return false }
      if tag.isBarrier, tag.next.isBarrier, !tag.hasGap { return false }
      tag = tag.next
    }
    return true
  }

  /// VMem-I3: the sums are what the segments add up to.
  private mutating func sumsAgree() -> Bool {
    var spans = 0
    var allocations = 0
    var gaps = 0
    var used: Address = 0
    var free: Address = 0
    var tag = sentinel.next
    while tag != sentinel {
      if tag.hasGap {
        gaps += 1
        free &+= tag.gapCountMinusOne &+ 1
      }
      if tag.isBarrier {
        spans += 1
      } else {
        allocations += 1
        used &+= tag.end &- tag.first
      }
      tag = tag.next
    }
    return spans == spanCount && allocations == allocatedCount && gaps == gapCount() && used == inUse
      && used &+ free == total
  }

  /// VMem-I4: every unused tag is on the list, and what is reserved is there.
  private mutating func tagsAreCounted() -> Bool {
    var count = 0
    var tag = freeTags
    while tag != sentinel {
      if tag.flags != .isFree { return false }
      count += 1
      tag = tag.next
    }
    var reserved = 0
    tag = sentinel.next
    while tag != sentinel {
      if tag.flags.contains(.isReserved) { reserved += 1 }
      tag = tag.next
    }
    return count == spareTagCount + reservedTagCount + heldBackTagCount && reserved == reservedTagCount
  }

  /// VMem-I5: the groups in order are the ring without the sentinel, and each has between `minimum` and `capacity`
  /// tags unless it is alone or groups ran out.
  private mutating func groupsAreWhole() -> Bool {
    var tag = sentinel.next
    var group = root
    while let left = group?.left { group = left }
    let isAlone = root.map { $0.left == nil && $0.right == nil } ?? true
    while let current = group {
      if current.head != tag || current.count == 0 { return false }
      if current.count < Group<Address>.minimum, !isAlone { return false }
      if current.count > Group<Address>.capacity, freeGroups != nil { return false }
      for _ in 0..<current.count {
        if tag == sentinel || tag.group != current { return false }
        tag = tag.next
      }
      group = current.successor
    }
    return tag == sentinel
  }

  /// VMem-I6: heights differ by one at most, and every level is the highest of what it stands for.
  private mutating func treeIsBalanced() -> Bool {
    var group = root
    if let root, root.parent != nil { return false }
    while let left = group?.left { group = left }
    while let current = group {
      if let left = current.left, left.parent != current { return false }
      if let right = current.right, right.parent != current { return false }
      if !(-1...1).contains(current.balance) { return false }
      if current.height != max(current.left?.height ?? 0, current.right?.height ?? 0) + 1 { return false }
      if current.largest != current.largestOfSubtree { return false }
      if Int(current.gaps) != gapCount(of: current) { return false }
      if current.ownLargest != highestLevel(from: current.head, count: current.count) { return false }
      group = current.successor
    }
    return true
  }

  /// VMem-I7: each gap is in the list of its size's class, and in no other; a bit is set for each list that is not
  /// empty.
  private mutating func classesAreExact() -> Bool {
    var seen = 0
    var isExact = true
    let gapCount = gapCount()
    // Classes whose bit is not set are passed over: a gap in one of them is missing from the count in the end.
    var used = classes.firstUsed(from: 0)
    while let index = used {
      let before = seen
      classes.forEach(in: index) { tag in
        seen += 1
        let quanta = tag.gapCountMinusOne >> quantumShift
        if !tag.hasGap || tag.gapSlot.tag != tag || SizeClasses<Address>.index(quanta: quanta) != index {
          isExact = false
        }
      }
      if seen == before || seen > gapCount { return false }
      used = index + 1 < SizeClasses<Address>.count ? classes.firstUsed(from: index + 1) : nil
    }
    return isExact && seen == gapCount
  }

  /// VMem-I8: the table has only allocations, each where it is looked for, and those it lacks it had no room for.
  private mutating func hashIsExact() -> Bool {
    var seen = 0
    var isExact = true
    hash.visitEntries { tag in
      seen += 1
      if tag.isBarrier || tag.flags.contains(.isFree) || hash.find(tag.first)?.tag != tag { isExact = false }
    }
    return isExact && seen == hash.entryCount && seen <= allocatedCount
  }
}
