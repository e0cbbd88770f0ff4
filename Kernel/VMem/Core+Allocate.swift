import Primitives

/// Free addresses chosen for a request.
struct Choice<Address: ArenaAddress> {
  /// The free segment.
  var tag: TagReference<Address>
  var start: Address
}

// MARK: The short ways

// For when nothing but the ring, the lists and the table are to be looked after.
extension Core {
  /// Instant fit without constraints, in a constant number of steps; `nil` if anything is in the way.
  @inline(__always)
  mutating func allocatePlain(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    let quanta = countMinusOne &>> quantumShift
    if quanta < FreeLists<Address>.exactCount {
      let number = Int(truncatingIfNeeded: quanta)
      let sizes = lists.exact &>> UInt32(truncatingIfNeeded: quanta)
      if sizes & 1 != 0 {
        let segment = lists.popExact(number)
        segment.markTaken()
        return finishPlain(segment, countMinusOne, owner)
      }
      if sizes != 0 {
        guard spareTagCount > 0 else { return nil }
        let larger = sizes.lowestBit
        let segment = lists.popExact(number &+ larger)
        let tag = cutFront(of: segment, countMinusOne)
        lists.insertExact(segment, larger &- 1)
        return finishPlain(tag, countMinusOne, owner)
      }
    }
    guard let segment = lists.anyAboveExact(quanta), let tag = cutFrontOrAll(of: segment, countMinusOne)
    else {
      return nil
    }
    return finishPlain(tag, countMinusOne, owner)
  }

  /// Best fit without constraints, likewise.
  @inline(__always)
  mutating func allocateBest(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    let quanta = countMinusOne &>> quantumShift
    if quanta < FreeLists<Address>.exactCount {
      let number = Int(truncatingIfNeeded: quanta)
      let sizes = lists.exact &>> UInt32(truncatingIfNeeded: quanta)
      if sizes & 1 != 0 {
        let segment = lists.takeLowestExact(number)
        segment.markTaken()
        allocations.noteBestFit()
        return finish(segment, countMinusOne, owner)
      }
      if sizes != 0 {
        guard spareTagCount > 0 else { return nil }
        let larger = sizes.lowestBit
        let segment = lists.takeLowestExact(number &+ larger)
        let tag = cutFront(of: segment, countMinusOne)
        lists.insertExact(segment, larger &- 1)
        allocations.noteBestFit()
        return finish(tag, countMinusOne, owner)
      }
    }
    return allocateBestLarge(countMinusOne, owner)
  }

  @inline(never)
  private mutating func allocateBestLarge(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>?
  {
    guard let segment = smallestLarge(countMinusOne &>> quantumShift),
      let tag = cutFrontOrAll(of: segment, countMinusOne)
    else { return nil }
    allocations.noteBestFit()
    return finish(tag, countMinusOne, owner)
  }

  /// Exactly `countMinusOne + 1` addresses from `first` on, both on quanta; `nil` if anything is in the way.
  ///
  /// Theorem Range-T2: with `first <= tag.last`, the count fits exactly if `countMinusOne <= tag.last - first`.
  mutating func allocateExact(
    _ first: Address, _ countMinusOne: Address, _ owner: Owner
  ) -> TagReference<Address>? {
    guard spareTagCount > 1, mode.isDisjoint(with: .isWatched.union(.hasPendingGaps)) else { return nil }
    var tag = hint
    if !tag.isInRing || !tag.isFree || tag.first > first || tag.last < first { tag = predecessor(of: first) }
    guard tag.isFree, first <= tag.last, countMinusOne <= tag.last &- first else { return nil }
    allocations.noteInstantFit()
    return cut(Choice(tag: tag, start: first), countMinusOne: countMinusOne, owner: owner)
  }

  @inline(__always)
  private mutating func finishPlain(
    _ tag: TagReference<Address>, _ countMinusOne: Address, _ owner: Owner
  ) -> TagReference<Address> {
    allocations.noteInstantFit()
    return finish(tag, countMinusOne, owner)
  }

  /// The front of `segment`, or all of it: `nil` if that takes a tag and there is none.
  @inline(__always)
  mutating func cutFrontOrAll(
    of segment: TagReference<Address>, _ countMinusOne: Address
  ) -> TagReference<Address>? {
    let size = segment.countMinusOne
    let rest = size &- countMinusOne
    if rest == 0 {
      lists.remove(segment)
      segment.markTaken()
      return segment
    }
    guard spareTagCount > 0 else { return nil }
    let tag = cutFront(of: segment, countMinusOne)
    lists.shrink(segment, fromCount: size, to: rest &- 1)
    return tag
  }

  /// A tag for the front of `segment`, which is larger. Its place in the lists is the caller's to change.
  @inline(__always)
  private mutating func cutFront(
    of segment: TagReference<Address>, _ countMinusOne: Address
  ) -> TagReference<Address> {
    let tag = takeTag()
    let first = segment.first
    // What is before a free segment is taken.
    let previous = segment.previous
    tag.first = first
    tag.previous = previous
    tag.setNext(segment, isFree: false)
    previous.setNext(tag, isFree: false)
    segment.previous = tag
    segment.first = first &+ countMinusOne &+ 1
    return tag
  }

  @inline(__always)
  mutating func finish(
    _ tag: TagReference<Address>, _ countMinusOne: Address, _ owner: Owner
  ) -> TagReference<Address> {
    tag.setLabel(owner, TagFlags(rawValue: 0))
    hash.insert(tag)
    usage.add(countMinusOne)
    return tag
  }

  /// Whether there is no place at all for a plain request for which `allocatePlain` just answered `nil`. With tags left
  /// that looked at everything but the far end of the list of the request's own class.
  mutating func cannotHold(_ countMinusOne: Address) -> Bool {
    let quanta = countMinusOne &>> quantumShift
    return spareTagCount > 0 && (quanta < FreeLists<Address>.exactCount || !lists.hasNeighbours(quanta))
  }
}

// MARK: Every way

extension Core {
  /// Allocates as `request` says.
  mutating func allocate(_ request: Request<Address>) throws(AllocationError<Address>) -> TagReference<
    Address
  > {
    settleGaps()
    let placement = try Placement(request, quantumMask: quantumMask)
    let choice = try choose(request, placement)
    let tags = tagCount(for: choice, placement) + (request.isFragmentable ? 1 : 0)
    guard claimTags(tags, usesReserve: request.usesReserve) else { throw .outOfTags(request) }
    let tag = cut(choice, countMinusOne: placement.countMinusOne, owner: request.owner)
    if request.isFragmentable {
      tag.insert(.isFragmentable.union(.isReserved))
      reservedTagCount += 1
      spareTagCount -= 1
    }
    if request.policy == .nextFit { cursor = choice.start &+ placement.countMinusOne &+ 1 }
    allocations[request.policy] &+= 1
    return tag
  }

  /// Tags that placing at `choice` takes: one for each end at which something remains free.
  mutating func tagCount(for choice: Choice<Address>, _ placement: Placement<Address>) -> Int {
    (choice.start == choice.tag.first ? 0 : 1)
      + (choice.start &+ placement.countMinusOne == choice.tag.last ? 0 : 1)
  }

  /// Finds the placement that `request` would get.
  ///
  /// It changes no segment; it may begin to keep the index by address.
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
    if let choice { return choice }
    throw hasPendingGap(for: placement) ? .outOfTags(request) : .noSpace(request)
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
    if tag.isFree, wanted.last <= tag.last { return Choice(tag: tag, start: at) }
    throw obstacle(to: wanted, from: tag, request)
  }

  /// What stands in the way of `wanted`: the lowest allocation in it, unless a hole comes first.
  private mutating func obstacle(
    to wanted: AddressRange<Address>, from predecessor: TagReference<Address>, _ request: Request<Address>
  ) -> AllocationError<Address> {
    if predecessor.isAllocation, predecessor.range.contains(wanted.first) {
      return .conflict(wanted: wanted, with: predecessor.range, owner: predecessor.owner)
    }
    // From here on `wanted` begins in free addresses, or in a hole.
    let isInFree = predecessor.isFree || predecessor.hasGap && predecessor.gapFirst <= wanted.first
    let next = predecessor.next
    if predecessor.hasGap, isInFree, wanted.last <= next.first &- 1 { return .outOfTags(request) }
    if isInFree, next.isAllocation {
      return .conflict(wanted: wanted, with: next.range, owner: next.owner)
    }
    return .outsideSpans(wanted)
  }
}

// MARK: Placing

extension Core {
  /// Cuts an allocation out of a free segment; there are tags enough. O(1), and the index if it stands.
  ///
  /// Theorem Split-T1: what remains on both sides and the allocation tile the segment.
  mutating func cut(_ choice: Choice<Address>, countMinusOne: Address, owner: Owner) -> TagReference<Address>
  {
    let segment = choice.tag
    let start = choice.start
    let last = segment.last
    let end = start &+ countMinusOne
    let tag: TagReference<Address>
    if start != segment.first {
      tag = cutBack(of: segment, from: start)
      if end != last { addSegment(from: end &+ 1, after: tag) }
    } else if end != last {
      let old = quanta(of: segment)
      tag = takeTag()
      tag.first = start
      // Before there are two that begin at `start`: the index finds tags by where they begin.
      segment.first = end &+ 1
      link(tag, after: segment.previous, isFree: false)
      resized(segment, from: old)
      hint = segment
    } else {
      lists.remove(segment)
      segment.markTaken()
      if isIndexed { lower(segment, from: countMinusOne &>> quantumShift) }
      tag = segment
    }
    return finish(tag, countMinusOne, owner)
  }

  /// Everything of `segment` from `start` on, its front staying free.
  private mutating func cutBack(of segment: TagReference<Address>, from start: Address) -> TagReference<
    Address
  > {
    let old = quanta(of: segment)
    let tag = takeTag()
    tag.first = start
    link(tag, after: segment, isFree: false)
    resized(segment, from: old)
    return tag
  }
}
