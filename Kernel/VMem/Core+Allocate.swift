import Primitives

/// Free addresses chosen for a request.
struct Choice<Address: ArenaAddress> {
  /// The tag whose gap it is.
  var tag: TagReference<Address>
  var start: Address
}

extension Core {
  /// Allocates as `request` says. O(segments).
  mutating func allocate(_ request: Request<Address>) throws(AllocationError<Address>) -> TagReference<
    Address
  > {
    let placement = try Placement(request, quantumMask: quantumMask)
    let choice = try choose(request, placement)
    guard claimTags(request.tagCount, usesReserve: request.usesReserve) else { throw .outOfTags(request) }
    let tag = place(choice, countMinusOne: placement.countMinusOne, owner: request.owner)
    if request.isFragmentable {
      tag.flags.formUnion(.isFragmentable.union(.isReserved))
      reservedTagCount += 1
    }
    if request.policy == .nextFit { cursor = choice.start &+ placement.countMinusOne &+ 1 }
    allocations[request.policy] &+= 1
    return tag
  }

  /// Finds the placement that `request` would get; changes nothing.
  func choose(
    _ request: Request<Address>, _ placement: Placement<Address>
  ) throws(AllocationError<Address>) -> Choice<Address> {
    if let at = request.at { return try exact(at, request, placement) }
    let choice =
      switch request.policy {
      case .instantFit, .firstFit: lowest(placement)
      case .bestFit: smallest(placement)
      case .nextFit: afterCursor(placement) ?? lowest(placement)
      }
    guard let choice else { throw .noSpace(request) }
    return choice
  }

  private func lowest(_ placement: Placement<Address>) -> Choice<Address>? {
    var tag = sentinel.next
    while tag != sentinel {
      if tag.hasGap, let start = placement.lowestStart(low: tag.gapFirst, high: tag.gapLast) {
        return Choice(tag: tag, start: start)
      }
      tag = tag.next
    }
    return nil
  }

  private func smallest(_ placement: Placement<Address>) -> Choice<Address>? {
    var best: Choice<Address>?
    var tag = sentinel.next
    while tag != sentinel {
      if tag.hasGap, best.map({ tag.gap.countMinusOne < $0.tag.gap.countMinusOne }) ?? true,
        let start = placement.lowestStart(low: tag.gapFirst, high: tag.gapLast)
      {
        best = Choice(tag: tag, start: start)
      }
      tag = tag.next
    }
    return best
  }

  private func afterCursor(_ placement: Placement<Address>) -> Choice<Address>? {
    guard cursor <= placement.last else { return nil }
    var narrowed = placement
    narrowed.first = max(placement.first, cursor)
    return lowest(narrowed)
  }

  private func exact(
    _ at: Address, _ request: Request<Address>, _ placement: Placement<Address>
  ) throws(AllocationError<Address>) -> Choice<Address> {
    guard let wanted = AddressRange(first: at, countMinusOne: placement.countMinusOne),
      placement.lowestStart(low: wanted.first, high: wanted.last) == at
    else { throw .noSpace(request) }
    let tag = predecessor(of: at)
    if tag.hasGap, tag.gapFirst <= at, wanted.last <= tag.gapLast { return Choice(tag: tag, start: at) }
    throw obstacle(to: wanted, from: tag)
  }

  /// What stands in the way of `wanted`: the lowest allocation in it, unless a hole comes first.
  private func obstacle(
    to wanted: AddressRange<Address>, from predecessor: TagReference<Address>
  ) -> AllocationError<Address> {
    if !predecessor.isBarrier, predecessor.range.contains(wanted.first) {
      return .conflict(wanted: wanted, with: predecessor.range, owner: predecessor.owner)
    }
    let next = predecessor.next
    if !next.isBarrier, predecessor.hasGap, predecessor.gapFirst <= wanted.first, next.first <= wanted.last {
      return .conflict(wanted: wanted, with: next.range, owner: next.owner)
    }
    return .outsideSpans(wanted)
  }

  /// Cuts an allocation out of the chosen gap.
  private mutating func place(
    _ choice: Choice<Address>, countMinusOne: Address, owner: Owner
  ) -> TagReference<Address> {
    let before = choice.tag
    let gap = before.gap
    let tag = takeTag()
    let last = choice.start + countMinusOne
    tag.first = choice.start
    tag.flags = TagFlags()
    tag.owner = owner
    if choice.start == gap.first { clearGap(of: before) }
    insert(tag, after: before)
    if last != gap.last { setGap(of: tag, from: last + 1) }
    noteAllocation(of: countMinusOne)
    return tag
  }

  private mutating func noteAllocation(of countMinusOne: Address) {
    inUse &+= countMinusOne &+ 1
    allocatedCount += 1
    inUseHighWaterMinusOne = max(inUseHighWaterMinusOne, inUse &- 1)
    allocatedHighWater = max(allocatedHighWater, allocatedCount)
  }
}
