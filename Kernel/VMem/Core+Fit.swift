// Which free segment to take, by size.

extension Core {
  /// How many segments a search through the lists looks at before it is worth having the index by address.
  private static var patience: Int { 512 }
  /// The same for best fit where the index stands, and how many groups that then looks into.
  private static var shortPatience: Int { 16 }
  private static var groupPatience: Int { 32 }
  /// How many of a class are looked at before the next one, at first: larger ones hold a constrained request more
  /// often.
  private static var firstProbes: Int { 3 }

  /// A placement found in few steps, if any exists.
  ///
  /// A segment that is larger than the size by the alignment has an aligned placement wherever it lies (Theorem Fit-T7),
  /// so without bounds and boundary the first of those serves. Then those of every size that is large enough are looked at by
  /// rising size, in the cells that the bounds leave: a few of each class, then all; and by address, where these are
  /// many.
  mutating func instant(_ placement: Placement<Address>) -> Choice<Address>? {
    let slack = placement.alignmentMask & ~quantumMask
    let (padded, overflow) = placement.countMinusOne.addingReportingOverflow(slack)
    if !overflow, let tag = lists.anyAtOnce(padded &>> quantumShift),
      let start = placement.lowestStart(low: tag.first, high: tag.last)
    {
      return Choice(tag: tag, start: start)
    }
    if isIndexed { return lowest(placement) }
    switch anyPlacement(placement, probes: Core.firstProbes, patience: .max) {
    case .found(let choice): return choice
    case .none: return nil
    case .unknown: break
    }
    switch anyPlacement(placement, probes: .max, patience: canIndex ? Core.patience : .max) {
    case .found(let choice): return choice
    case .none: return nil
    case .unknown: return lowest(placement)
    }
  }

  /// What a search through the lists came to: `unknown` if it did not look at everything.
  private enum Finding {
    case found(Choice<Address>)
    case none
    case unknown
  }

  /// Looks at up to `probes` segments of each class that is large enough, and at `patience` in all.
  private mutating func anyPlacement(_ placement: Placement<Address>, probes: Int, patience: Int) -> Finding {
    var isWhole = true
    var remaining = patience
    var number = FreeLists<Address>.number(placement.countMinusOne &>> quantumShift)
    while let used = lists.firstUsed(from: number) {
      var left = min(probes, remaining)
      let atFirst = left
      var cells = lists.cells(used, first: placement.first, last: placement.last)
      search: while cells != 0 {
        let head = lists.head(used, cell: cells.trailingZeroBitCount)
        var tag = head.listNext
        while tag != head {
          if left == 0 {
            isWhole = false
            break search
          }
          if let start = placement.lowestStart(low: tag.first, high: tag.last) {
            return .found(Choice(tag: tag, start: start))
          }
          left &-= 1
          tag = tag.listNext
        }
        cells &= cells &- 1
      }
      remaining &-= atFirst &- left
      number = used + 1
      if number == FreeLists<Address>.numberCount { break }
    }
    return isWhole ? .none : .unknown
  }

  /// The smallest segment above the exact sizes of at least `quanta + 1` quanta, the lowest among equals; `nil` if there is
  /// none, or if its class has so many that the index by address is to be asked.
  mutating func smallestLarge(_ quanta: Address) -> TagReference<Address>? {
    let exactCount = Int(FreeLists<Address>.exactCount)
    var number = max(FreeLists<Address>.number(quanta), exactCount)
    var patience = canIndex ? Core.patience : .max
    while let used = lists.firstUsed(from: number) {
      var best: TagReference<Address>?
      let head = lists.head(used, cell: 0)
      var tag = head.listNext
      while tag != head {
        if self.quanta(of: tag) >= quanta, best.map({ tag.isBetter(than: $0) }) ?? true { best = tag }
        if patience == 0 { return nil }
        patience &-= 1
        tag = tag.listNext
      }
      if let best { return best }
      number = used + 1
      if number == FreeLists<Address>.numberCount { return nil }
    }
    return nil
  }

  /// The placement in the smallest segment that has one, the lowest among equals.
  ///
  /// Segments are visited by rising size, all that are large enough and in a class not above that of the answer, and
  /// in the cells that the bounds leave. Where these are many, those that are large enough may be few, or the lowest of
  /// them may be just of the size: the index by address tells. So the worst is O(segments of the class) only where
  /// more than `groupPatience` groups have one that is large enough and the lowest are larger.
  mutating func smallest(_ placement: Placement<Address>) -> Choice<Address>? {
    var number = FreeLists<Address>.number(placement.countMinusOne &>> quantumShift)
    var patience = !canIndex ? .max : isIndexed ? Core.shortPatience : Core.patience
    while let used = lists.firstUsed(from: number) {
      switch smallest(placement, in: used, &patience) {
      case .found(let choice): return choice
      case .none: break
      case .unknown:
        switch smallestByAddress(placement) {
        case .found(let choice): return choice
        case .none: return nil
        case .unknown:
          // The same class again, all of it.
          patience = .max
          continue
        }
      }
      number = used + 1
      if number == FreeLists<Address>.numberCount { break }
    }
    return nil
  }

  /// The same in one class; `unknown` after `patience` segments.
  private mutating func smallest(
    _ placement: Placement<Address>, in number: Int, _ patience: inout Int
  ) -> Finding {
    var cells = lists.cells(number, first: placement.first, last: placement.last)
    var best: Choice<Address>?
    while cells != 0 {
      let head = lists.head(number, cell: cells.trailingZeroBitCount)
      var tag = head.listNext
      while tag != head {
        if patience == 0 { return .unknown }
        patience &-= 1
        if best.map({ tag.isBetter(than: $0.tag) }) ?? true,
          let start = placement.lowestStart(low: tag.first, high: tag.last)
        {
          best = Choice(tag: tag, start: start)
        }
        tag = tag.listNext
      }
      // Of an exact class all are as large, and a lower cell has the lower ones.
      if best != nil, number < Int(FreeLists<Address>.exactCount) { break }
      cells &= cells &- 1
    }
    return best.map { .found($0) } ?? .none
  }

  /// The same by address: of all segments that are large enough, or the lowest that is just of the size, since none is
  /// smaller. `unknown` after `groupPatience` groups.
  private mutating func smallestByAddress(_ placement: Placement<Address>) -> Finding {
    guard isIndexed || buildIndex() else { return .unknown }
    let level = level(placement.countMinusOne)
    var best: Choice<Address>?
    var (current, next) = groups(from: placement.first, withLevel: level)
    if current.map({ $0.ownLargest < level }) ?? true { current = next }
    var patience = Core.groupPatience
    while let group = current, group.head.first <= placement.last {
      if patience == 0 { return .unknown }
      patience &-= 1
      var tag = group.head
      for _ in 0..<memberCount(of: group) {
        if tag.isFree, tag.countMinusOne >= placement.countMinusOne,
          best.map({ tag.isBetter(than: $0.tag) }) ?? true,
          let start = placement.lowestStart(low: tag.first, high: tag.last)
        {
          let choice = Choice(tag: tag, start: start)
          if tag.countMinusOne == placement.countMinusOne { return .found(choice) }
          best = choice
        }
        tag = tag.next
      }
      (_, current) = groups(from: group.head.first, withLevel: level)
    }
    return best.map { .found($0) } ?? .none
  }
}

extension TagReference {
  /// Whether best fit prefers it: it is smaller, or as large and lower.
  func isBetter(than other: TagReference) -> Bool {
    let size = countMinusOne
    let otherSize = other.countMinusOne
    return size < otherSize || size == otherSize && first < other.first
  }
}
