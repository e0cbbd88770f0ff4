import Primitives

extension Core {
  /// The segment that contains `address`, or else the lowest above it. As `predecessor`.
  mutating func segment(atOrAfter address: Address) -> Segment<Address>? {
    var tag = predecessor(of: address)
    repeat {
      if tag.isFree, tag.last >= address {
        return Segment(range: tag.segment, kind: .free, owner: .none)
      }
      if tag.isAllocation, tag.range.last >= address {
        let kind: Segment<Address>.Kind = tag.isCached ? .cached : .allocated
        return Segment(range: tag.range, kind: kind, owner: tag.owner)
      }
      if tag.hasGap, tag.last >= address {
        return Segment(range: tag.gap, kind: .free, owner: .none)
      }
      tag = tag.next
    } while tag != sentinel
    return nil
  }

  /// The span that contains `address`, or else the lowest above it. O(segments).
  mutating func span(atOrAfter address: Address) -> AddressRange<Address>? {
    var barrier = sentinel.next
    while barrier != sentinel {
      let following = nextBarrier(after: barrier)
      if following.first &- 1 >= address {
        return AddressRange(first: barrier.end, last: following.first &- 1)
      }
      barrier = following
    }
    return nil
  }

  mutating func isAllocated(_ range: AddressRange<Address>) -> Bool {
    let range = AddressRange(uncheckedFirst: range.first, last: range.last | quantumMask)
    if let tag = hash.find(range.first) { return tag.isAllocation(of: range) }
    // What has a gap behind it is not in the table.
    return pendingGapCount != 0 && predecessor(of: range.first).isAllocation(of: range)
  }

  mutating func statistics() -> Statistics {
    var statistics = Statistics()
    statistics.total = widened(total, isWhole: spanCount > 0)
    statistics.inUse = widened(inUse, isWhole: allocatedCount > 0)
    statistics.inUseHighWater = usage.wasWhole ? UInt64(Address.max) &+ 1 : UInt64(usage.highWater)
    statistics.largestFreeMinusOne = largestSegment().map { UInt64($0.countMinusOne) }
    statistics.spans = spanCount
    statistics.allocatedSegments = allocatedCount
    statistics.allocatedSegmentsHighWater = usage.countHighWater
    statistics.freeSegments = freeSegmentCount()
    statistics.freeTags = spareTagCount + heldBackTagCount
    statistics.importedSpans = importedSpanCount
    statistics.imported = widened(imported, isWhole: importedSpanCount > 0)
    statistics.reservedTags = reservedTagCount
    statistics.allocations = allocations
    statistics.failures = failures
    statistics.frees = frees
    statistics.isWhole = spanCount > 0 && total == 0
    return statistics
  }

  private mutating func widened(_ sum: Address, isWhole: Bool) -> UInt64 {
    sum == 0 && isWhole ? UInt64(Address.max) &+ 1 : UInt64(sum)
  }
}

extension Core {
  /// The allocation with the lowest address, magazines' contents aside.
  mutating func lowestAllocation() -> TagReference<Address>? {
    var tag = sentinel.next
    while tag != sentinel {
      if tag.isAllocation, !tag.isCached { return tag }
      tag = tag.next
    }
    return nil
  }
}
