import Primitives

/// Free addresses chosen for a request.
struct Choice<Address: ArenaAddress> {
  /// The tag whose gap it is.
  var tag: TagReference<Address>
  var start: Address
}

extension Core {
  /// Allocates as `request` says.
  mutating func allocate(_ request: Request<Address>) throws(AllocationError<Address>) -> TagReference<
    Address
  > {
    let placement = try Placement(request, quantumMask: quantumMask)
    let choice = try choose(request, placement)
    guard claimTags(request.tagCount, usesReserve: request.usesReserve) else { throw .outOfTags(request) }
    let tag = place(
      at: choice.start, countMinusOne: placement.countMinusOne, in: choice.tag, owner: request.owner)
    if request.isFragmentable {
      tag.flags.formUnion(.isFragmentable.union(.isReserved))
      reservedTagCount += 1
      spareTagCount -= 1
    }
    if request.policy == .nextFit { cursor = choice.start &+ placement.countMinusOne &+ 1 }
    allocations[request.policy] &+= 1
    return tag
  }

  /// The short way, for instant fit without constraints; `nil` if anything is in its way.
  @inline(__always)
  mutating func allocatePlain(countMinusOne: Address, owner: Owner) -> TagReference<Address>? {
    guard spareTagCount > 0, !faults.isActive, let before = anyGap(countMinusOne: countMinusOne) else {
      return nil
    }
    allocations.noteInstantFit()
    return place(at: before.gapFirst, countMinusOne: countMinusOne, in: before, owner: owner)
  }

  /// Finds the placement that `request` would get.
  ///
  /// It changes no segment; the order within a list of gaps may become another.
  mutating func choose(
    _ request: Request<Address>, _ placement: Placement<Address>
  ) throws(AllocationError<Address>) -> Choice<Address> {
    if let at = request.at { return try exact(at, request, placement) }
    let choice =
      switch request.policy {
      case .instantFit: instant(placement)
      case .firstFit: lowest(placement)
      case .bestFit: smallest(placement)
      case .nextFit: afterCursor(placement) ?? lowest(placement)
      }
    guard let choice else { throw .noSpace(request) }
    return choice
  }

  private mutating func afterCursor(_ placement: Placement<Address>) -> Choice<Address>? {
    guard cursor <= placement.last else { return nil }
    var narrowed = placement
    narrowed.first = max(placement.first, cursor)
    return lowest(narrowed)
  }

  private mutating func exact(
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
  private mutating func obstacle(
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
}

// MARK: Placing

extension Core {
  /// Cuts an allocation out of the gap of `before`. O(1), and O(log groups + capacity) where a largest gap goes or
  /// a group becomes too large.
  @inline(__always)
  private mutating func place(
    at start: Address, countMinusOne: Address, in before: TagReference<Address>, owner: Owner
  ) -> TagReference<Address> {
    let gapFirst = before.gapFirst
    let next = before.next
    let gapEnd = next.first
    let end = start &+ countMinusOne &+ 1
    clearGap(of: before)
    let tag = takeTag()
    tag.first = start
    tag.flags = TagFlags()
    tag.owner = owner
    tag.previous = before
    tag.next = next
    before.next = tag
    next.previous = tag
    join(tag)
    if start != gapFirst { setGap(of: before, from: gapFirst) }
    if end != gapEnd { setGap(of: tag, from: end) }
    hash.insert(tag)
    if let group = before.group { lower(group, from: (gapEnd &- gapFirst &- 1).extent) }
    partIfNeeded(tag)
    noteAllocation(of: countMinusOne)
    return tag
  }

  @inline(__always)
  private mutating func noteAllocation(of countMinusOne: Address) {
    let used = inUse &+ countMinusOne
    inUse = used &+ 1
    if used > inUseHighWaterMinusOne { inUseHighWaterMinusOne = used }
    allocatedCount &+= 1
    if allocatedCount > allocatedHighWater { allocatedHighWater = allocatedCount }
  }
}
