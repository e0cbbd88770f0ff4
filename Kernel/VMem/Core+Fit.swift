// Which gap to take, by size.

extension Core {
  /// How many gaps of a request's own class are looked at before the tree is asked. A class above the exact ones
  /// holds sizes that differ by up to an eighth; the first few usually serve.
  private static var glances: Int { 4 }

  /// A gap of at least `countMinusOne + 1`, found in the fewest steps. O(log groups + capacity); constant if there
  /// is a gap of a higher class.
  @inline(__always)
  mutating func anyGap(countMinusOne: Address) -> TagReference<Address>? {
    let quanta = countMinusOne &>> quantumShift
    if quanta < Address(SizeClasses<Address>.exactCount) {
      guard let used = classes.firstUsed(from: Int(truncatingIfNeeded: quanta)) else { return nil }
      return classes[used]
    }
    return anyLargeGap(countMinusOne: countMinusOne, index: SizeClasses<Address>.index(quanta: quanta))
  }

  @inline(never)
  private mutating func anyLargeGap(countMinusOne: Address, index: Int) -> TagReference<Address>? {
    if let gap = glance(at: index, countMinusOne: countMinusOne) { return gap }
    if let used = classes.firstUsed(from: index + 1) { return classes[used] }
    return classes[index] == nil ? nil : lowestGap(countMinusOne: countMinusOne)
  }

  private mutating func glance(at index: Int, countMinusOne: Address) -> TagReference<Address>? {
    var tag = classes[index]
    for _ in 0..<Core.glances {
      guard let candidate = tag else { return nil }
      if candidate.gapCountMinusOne >= countMinusOne { return candidate }
      tag = candidate.gapNext
    }
    return nil
  }

  /// A placement found in few steps, if any exists.
  ///
  /// A gap that is larger than the size by the alignment has an aligned placement, so one is looked for by size
  /// first. If it does not serve, because of bounds or a boundary, the lowest placement is found by address.
  mutating func instant(_ placement: Placement<Address>) -> Choice<Address>? {
    let slack = placement.alignmentMask & ~quantumMask
    let (padded, overflow) = placement.countMinusOne.addingReportingOverflow(slack)
    if !overflow, let tag = anyGap(countMinusOne: padded),
      let start = placement.lowestStart(low: tag.gapFirst, high: tag.gapLast)
    {
      return Choice(tag: tag, start: start)
    }
    return lowest(placement)
  }

  /// The placement in the smallest gap that has one, the lowest among equals.
  ///
  /// Gaps are visited by rising size. Unconstrained, the first exact class that is not empty has the answer:
  /// O(log gaps) amortised. In a class above the exact ones every gap of the class is looked at. With constraints
  /// every gap is looked at that is large enough and in a class not above that of the answer.
  mutating func smallest(_ placement: Placement<Address>) -> Choice<Address>? {
    guard let root, root.largest >= level(placement.countMinusOne) else { return nil }
    var index = SizeClasses<Address>.index(quanta: placement.countMinusOne >> quantumShift)
    while let used = classes.firstUsed(from: index) {
      if let choice = smallest(placement, in: used) { return choice }
      index = used + 1
      if index == SizeClasses<Address>.count { break }
    }
    return nil
  }

  private mutating func smallest(_ placement: Placement<Address>, in index: Int) -> Choice<Address>? {
    if index < SizeClasses<Address>.exactCount {
      guard let first = classes.lowest(inExact: index) else { return nil }
      if let start = placement.lowestStart(low: first.gapFirst, high: first.gapLast) {
        return Choice(tag: first, start: start)
      }
    }
    var best: Choice<Address>?
    classes.forEach(in: index) { tag in
      if let best, !tag.isBetter(than: best.tag) { return }
      if let start = placement.lowestStart(low: tag.gapFirst, high: tag.gapLast) {
        best = Choice(tag: tag, start: start)
      }
    }
    return best
  }
}

extension TagReference {
  /// Whether best fit prefers its gap: it is smaller, or as large and lower.
  func isBetter(than other: TagReference) -> Bool {
    let size = gapCountMinusOne
    let otherSize = other.gapCountMinusOne
    return size < otherSize || size == otherSize && gapFirst < other.gapFirst
  }
}
