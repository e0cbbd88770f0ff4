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
    if let tag = allocateExact(request) { return tag }
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
    guard spareTagCount > 0, !isWatched, let before = anyGap(countMinusOne: countMinusOne) else {
      return nil
    }
    allocations.noteInstantFit()
    return place(at: before.gapFirst, countMinusOne: countMinusOne, in: before, owner: owner)
  }

  /// Whether a plain request has no place now, tags aside.
  mutating func cannotHold(_ request: Request<Address>) -> Bool {
    spareTagCount > 0 && !isWatched && anyGap(countMinusOne: request.countMinusOne | quantumMask) == nil
  }

  /// The short way, for an exact range without further constraints; `nil` if anything is in its way.
  private mutating func allocateExact(_ request: Request<Address>) -> TagReference<Address>? {
    guard request.isPlainlyExact, spareTagCount > 0, !isWatched, let at = request.at else { return nil }
    let countMinusOne = request.countMinusOne | quantumMask
    let before = predecessor(of: at)
    guard at & quantumMask == 0, before.hasGap, before.gapFirst <= at, at <= before.gapLast,
      countMinusOne <= before.gapLast &- at
    else { return nil }
    allocations.noteInstantFit()
    return place(at: at, countMinusOne: countMinusOne, in: before, owner: request.owner)
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
    let oldQuanta = (gapEnd &- gapFirst &- 1) &>> quantumShift
    let quanta = (gapEnd &- end &- 1) &>> quantumShift
    let tag = takeTag()
    // The rest of a large gap is mostly of the same class and takes the gap's place in its list.
    let keepsClass = start == gapFirst && end != gapEnd && classes.isSameLarge(oldQuanta, quanta)
    if keepsClass { classes.replace(before, by: tag) } else { classes.remove(before) }
    tag.first = start
    tag.owner = owner
    tag.previous = before
    tag.next = next
    before.next = tag
    next.previous = tag
    // The gap has up to two remainders, each with the tag before it.
    let group = before.home
    tag.group = group
    group.count &+= 1
    if start == gapFirst {
      before.flags.subtract(.hasGap)
      group.gaps &-= 1
    } else {
      classes.insert(before, quanta: (start &- gapFirst &- 1) &>> quantumShift)
    }
    tag.flags = TagFlags()
    if end != gapEnd {
      tag.gapFirst = end
      tag.flags = .hasGap
      group.gaps &+= 1
      if !keepsClass { classes.insert(tag, quanta: quanta) }
    }
    hash.insert(tag)
    let level = level(gapEnd &- gapFirst &- 1)
    // A huge gap mostly keeps its level when a piece is cut off.
    if level == group.ownLargest, end == gapEnd || level != self.level(gapEnd &- end &- 1) { recount(group) }
    if group.count > Group<Address>.capacity { split(group) }
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
