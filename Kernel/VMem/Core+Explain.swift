extension Core {
  /// How `request` would fare; changes nothing. O(segments).
  mutating func explain(_ request: Request<Address>) throws(AllocationError<Address>) -> Explanation<Address>
  {
    settleGaps()
    let placement = try Placement(request, quantumMask: quantumMask)
    let choice = try? choose(request, placement)
    guard let choice else {
      return explanation(ruledOutBy: hasPendingGap(for: placement) ? .tags : firstFailing(request, placement))
    }
    let tags = tagCount(for: choice, placement) + (request.isFragmentable ? 1 : 0)
    guard hasTags(tags, usesReserve: request.usesReserve) else {
      return explanation(ruledOutBy: .tags)
    }
    let range = AddressRange(first: choice.start, last: choice.start + placement.countMinusOne)
    return Explanation(placement: range, ruledOutBy: nil, largestFree: largestSegment())
  }

  private mutating func explanation(ruledOutBy constraint: Explanation<Address>.Constraint) -> Explanation<
    Address
  > {
    Explanation(placement: nil, ruledOutBy: constraint, largestFree: largestSegment())
  }

  /// Adds the constraints one after the other until nothing is left.
  private mutating func firstFailing(
    _ request: Request<Address>, _ placement: Placement<Address>
  ) -> Explanation<Address>.Constraint {
    var trial = placement
    trial.first = .min
    trial.last = .max
    trial.alignmentMask = quantumMask
    trial.phase = 0
    trial.nocrossMask = .max
    if !fits(trial) { return .size }
    trial.first = placement.first
    trial.last = placement.last
    if !fits(trial) { return .bounds }
    trial.alignmentMask = placement.alignmentMask
    trial.phase = placement.phase
    if !fits(trial) { return .alignment }
    trial.nocrossMask = placement.nocrossMask
    if !fits(trial) { return .nocross }
    return .exact
  }

  private mutating func fits(_ placement: Placement<Address>) -> Bool { lowest(placement) != nil }
}
