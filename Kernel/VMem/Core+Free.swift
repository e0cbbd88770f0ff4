import Primitives

extension Core {
  /// The short way to `allocation`: the place in the table that points to it, and `nil` on any doubt.
  @inline(__always)
  mutating func liveAllocation(_ range: AddressRange<Address>) -> Slot<Address>? {
    guard let slot = hash.find(range.first), let tag = slot.tag, tag.end &- 1 == range.last | quantumMask,
      !tag.flags.contains(.isCached)
    else { return nil }
    return slot
  }

  /// The allocation that is exactly `range`, its size rounded up to the quantum as at allocation. O(segments).
  @inline(never)
  mutating func allocation(_ range: AddressRange<Address>) throws(FreeError<Address>) -> TagReference<Address>
  {
    let range = try rounded(range)
    let tag: TagReference<Address>
    if let found = hash.find(range.first)?.tag {
      tag = found
    } else {
      tag = try allocation(at: range.first, of: range)
    }
    if tag.flags.contains(.isCached) { throw .notAllocated(range, free: tag.range) }
    guard tag.range == range else { throw .mismatch(range, allocated: tag.range, owner: tag.owner) }
    return tag
  }

  /// Frees a quantum-aligned part of one allocation. Answers the tag before the freed addresses. O(segments).
  mutating func freeFragment(_ part: AddressRange<Address>) throws(FreeError<Address>) -> TagReference<
    Address
  > {
    guard part.first & quantumMask == 0, part.last & quantumMask == quantumMask else {
      throw .misaligned(part, quantum: quantumMask &+ 1)
    }
    let tag = try allocation(at: part.first, of: part)
    if tag.flags.contains(.isCached) { throw .notAllocated(part, free: tag.range) }
    if tag.flags.contains(.isCacheable) { throw .cached(part) }
    let whole = tag.range
    guard part.last <= whole.last else {
      throw .beyondAllocation(part, allocated: whole, owner: tag.owner)
    }
    if part == whole { return freeWhole(tag) }
    let isFront = part.first == whole.first
    if !isFront, part.last != whole.last {
      try split(tag, around: part)
    } else if isFront {
      freeFront(of: tag, through: part.last)
    } else {
      clearGapIfAny(of: tag)
      setGap(of: tag, from: part.first)
    }
    let before = isFront ? tag.previous : tag
    raise(before.home, to: level(ofGap: before))
    inUse &-= part.countMinusOne &+ 1
    frees &+= 1
    return before
  }

  /// Moves the start of `tag` behind `last`.
  private mutating func freeFront(of tag: TagReference<Address>, through last: Address) {
    let before = tag.previous
    let gapFirst = before.end
    clearGapIfAny(of: before)
    hash.remove(tag)
    tag.first = last + 1
    hash.insert(tag)
    setGap(of: before, from: gapFirst)
  }

  /// Makes two allocations of what is left on both sides of `part`.
  private mutating func split(
    _ tag: TagReference<Address>, around part: AddressRange<Address>
  ) throws(FreeError<Address>) {
    guard tag.flags.contains(.isReserved) || claimTags(1) else { throw .outOfTags(part) }
    unreserve(tag)
    let rest = takeTag()
    rest.first = part.last + 1
    rest.owner = tag.owner
    let end = tag.end
    let hadGap = tag.hasGap
    clearGapIfAny(of: tag)
    rest.flags = tag.flags
    insert(rest, after: tag)
    join(rest)
    setGap(of: tag, from: part.first)
    if hadGap { setGap(of: rest, from: end) }
    hash.insert(rest)
    partIfNeeded(rest)
    allocatedCount += 1
    allocatedHighWater = max(allocatedHighWater, allocatedCount)
    reserve(tag)
    reserve(rest)
  }

  /// Holds a tag back for the next middle free of a fragmentable allocation, if there is one to hold.
  private mutating func reserve(_ tag: TagReference<Address>) {
    guard tag.flags.contains(.isFragmentable), spareTagCount > 0 else { return }
    tag.flags.insert(.isReserved)
    reservedTagCount += 1
    spareTagCount -= 1
  }

  mutating func unreserve(_ tag: TagReference<Address>) {
    guard tag.flags.contains(.isReserved) else { return }
    tag.flags.remove(.isReserved)
    reservedTagCount -= 1
    spareTagCount += 1
  }

  /// Frees the whole allocation of `tag`. Answers the tag before the freed addresses. O(log groups + capacity),
  /// and constant unless the largest gap of a group changes.
  @discardableResult
  mutating func freeWhole(_ tag: TagReference<Address>) -> TagReference<Address> {
    hash.remove(tag)
    return freeUnlisted(tag)
  }

  /// As `freeWhole`, where the table has forgotten `tag` already.
  @inline(__always)
  mutating func freeUnlisted(_ tag: TagReference<Address>) -> TagReference<Address> {
    let before = tag.previous
    let next = tag.next
    let first = tag.first
    let gapEnd = next.first
    let group = before.home
    var lost: Level = 0
    var end = gapEnd
    var gapFirst = first
    var keepsClass = false
    if before.hasGap {
      gapFirst = before.gapFirst
      classes.remove(before)
    } else {
      before.gapFirst = first
      before.flags.formUnion(.hasGap)
      group.gaps &+= 1
    }
    let countMinusOne = gapEnd &- gapFirst &- 1
    let quanta = countMinusOne &>> quantumShift
    if tag.flags.contains(.hasGap) {
      end = tag.gapFirst
      let home = tag.home
      let oldQuanta = (gapEnd &- end &- 1) &>> quantumShift
      if home != group { lost = oldQuanta.level }
      home.gaps &-= 1
      // A piece returned to a large gap mostly leaves its class as it is.
      keepsClass = classes.isSameLarge(oldQuanta, quanta)
      if keepsClass { classes.replace(tag, by: before) } else { classes.remove(tag) }
    }
    if tag.flags.contains(.isReserved) { unreserve(tag) }
    before.next = next
    next.previous = before
    if !keepsClass { classes.insert(before, quanta: quanta) }
    leave(tag, level: lost)
    raise(before.home, to: quanta.level)
    give(tag)
    inUse &-= end &- first
    allocatedCount &-= 1
    frees &+= 1
    return before
  }

  private mutating func rounded(_ range: AddressRange<Address>) throws(FreeError<Address>) -> AddressRange<
    Address
  > {
    guard range.first & quantumMask == 0 else {
      throw .misaligned(range, quantum: quantumMask &+ 1)
    }
    return AddressRange(first: range.first, last: range.last | quantumMask)
  }

  /// The allocation in which `address` lies. O(log groups + capacity).
  private mutating func allocation(
    at address: Address, of range: AddressRange<Address>
  ) throws(FreeError<Address>) -> TagReference<Address> {
    let tag = predecessor(of: address)
    if tag != sentinel {
      if !tag.isBarrier, tag.range.contains(address) { return tag }
      if tag.hasGap, tag.gap.contains(address) { throw .notAllocated(range, free: tag.gap) }
    }
    throw .outsideSpans(range)
  }
}
