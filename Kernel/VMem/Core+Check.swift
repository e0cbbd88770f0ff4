extension Core {
  /// The number of the first invariant of the theory that does not hold, 0 if all do. O(segments).
  func firstBrokenInvariant() -> Int {
    if !ringIsOrdered() { return 1 }
    if !gapsAreExact() { return 2 }
    if !sumsAgree() { return 3 }
    if !tagsAreCounted() { return 4 }
    return 0
  }

  /// VMem-I1: forward and backward links agree; addresses rise; barriers alone may share theirs.
  private func ringIsOrdered() -> Bool {
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
  private func gapsAreExact() -> Bool {
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
  private func sumsAgree() -> Bool {
    var spans = 0
    var allocations = 0
    var used: Address = 0
    var free: Address = 0
    var tag = sentinel.next
    while tag != sentinel {
      if tag.hasGap { free &+= tag.gap.countMinusOne &+ 1 }
      if tag.isBarrier {
        spans += 1
      } else {
        allocations += 1
        used &+= tag.end &- tag.first
      }
      tag = tag.next
    }
    return spans == spanCount && allocations == allocatedCount && used == inUse && used &+ free == total
  }

  /// VMem-I4: every free tag is on the list, and what is reserved is there.
  private func tagsAreCounted() -> Bool {
    var count = 0
    var tag = freeTags
    while tag != sentinel {
      count += 1
      tag = tag.next
    }
    var reserved = 0
    tag = sentinel.next
    while tag != sentinel {
      if tag.flags.contains(.isReserved) { reserved += 1 }
      tag = tag.next
    }
    return count == freeTagCount && reserved == reservedTagCount && reserved <= count
  }
}
