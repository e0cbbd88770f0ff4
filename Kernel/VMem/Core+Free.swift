import Primitives

// MARK: Whole allocations

extension Core {
  /// The allocation that is exactly `range`, its size rounded up to the quantum as at allocation.
  @inline(never)
  mutating func allocation(_ range: AddressRange<Address>) throws(FreeError<Address>) -> TagReference<Address>
  {
    let range = try rounded(range)
    let tag: TagReference<Address>
    if let found = hash.find(range.first) {
      tag = found
    } else {
      tag = try allocation(at: range.first, of: range)
    }
    if tag.isCached { throw .notAllocated(range, free: tag.range) }
    guard tag.range == range else { throw .mismatch(range, allocated: tag.range, owner: tag.owner) }
    return tag
  }

  /// Frees the whole allocation of `tag`. Answers the free segment that it is part of now. O(1), and the index if it
  /// stands.
  mutating func freeWhole(_ tag: TagReference<Address>) -> TagReference<Address> {
    if tag.flags.contains(.isReserved) { unreserve(tag) }
    usage.remove(tag.end &- tag.first &- 1)
    if tag.flags.contains(.hasGap) {
      // The gap has a tag now: this one.
      forgetGap(of: tag)
    } else {
      hash.remove(tag)
    }
    adoptGap(before: tag)
    let segment = absorb(tag)
    hint = segment
    return segment
  }

  /// Makes free addresses of an allocation that is out of the table, and one free segment of all that touch. The tag
  /// of a free neighbour stays; so mostly does its place in its list.
  private mutating func absorb(_ tag: TagReference<Address>) -> TagReference<Address> {
    let previous = tag.previous
    let next = tag.next
    if previous.isFree {
      let old = quanta(of: previous)
      if next.isFree {
        let lost = quanta(of: next)
        lists.remove(next)
        next.markTaken()
        if isIndexed { lower(next, from: lost) }
        discard(next)
      }
      discard(tag)
      resized(previous, from: old)
      return previous
    }
    if next.isFree {
      let first = tag.first
      discard(tag)
      moveStart(of: next, to: first)
      return next
    }
    tag.setNext(next, isFree: true)
    let size = quanta(of: tag)
    lists.insert(tag, size)
    if isIndexed { raise(tag, to: size) }
    return tag
  }
}

// MARK: The short way

extension Core {
  /// Frees the allocation that is exactly `range`, where nothing but the ring, the lists and the table are to be looked
  /// after; whether it did. On any doubt nothing is done. It is `freeWhole` without the steps that have no work.
  @inline(__always)
  mutating func freeListed(_ range: AddressRange<Address>) -> Bool {
    guard let tag = hash.take(range.first) else { return false }
    var next = tag.nextOfTaken
    let last = range.last | quantumMask
    guard next.first &- 1 == last, tag.flags.isDisjoint(with: .isCached.union(.isReserved)) else {
      hash.insert(tag)
      return false
    }
    let countMinusOne = last &- range.first
    usage.remove(countMinusOne)
    let previous = tag.previous
    if next.isFree {
      let following = next.next
      let end = following.first
      if !previous.isFree {
        let old = end &- next.first &- 1
        previous.setNext(next, isFree: false)
        next.previous = previous
        give(tag)
        next.first = range.first
        hint = next
        lists.grow(next, fromCount: old, to: end &- range.first &- 1)
        return true
      }
      // The one before takes both.
      lists.removeSeldomLast(next)
      give(next)
      next = following
    } else if !previous.isFree {
      tag.setNext(next, isFree: true)
      hint = tag
      lists.insert(tag, countMinusOne &>> quantumShift)
      return true
    }
    let first = previous.first
    previous.setNext(next, isFree: true)
    next.previous = previous
    give(tag)
    hint = previous
    lists.grow(previous, fromCount: range.first &- first &- 1, to: next.first &- first &- 1)
    return true
  }
}

// MARK: Parts

extension Core {
  /// Frees a quantum-aligned part of one allocation. Answers a tag at the freed addresses.
  mutating func freeFragment(_ part: AddressRange<Address>) throws(FreeError<Address>) -> TagReference<
    Address
  > {
    guard part.first & quantumMask == 0, part.last & quantumMask == quantumMask else {
      throw .misaligned(part, quantum: quantumMask &+ 1)
    }
    let tag = try allocation(at: part.first, of: part)
    if tag.isCached { throw .notAllocated(part, free: tag.range) }
    if tag.flags.contains(.isCacheable) { throw .cached(part) }
    let whole = tag.range
    guard part.last <= whole.last else {
      throw .beyondAllocation(part, allocated: whole, owner: tag.owner)
    }
    if part == whole { return freeWhole(tag) }
    if part.first == whole.first {
      freeFront(of: tag, through: part.last)
    } else if part.last == whole.last {
      freeBack(of: tag, from: part.first)
    } else {
      try split(tag, around: part)
    }
    usage.shrink(part.countMinusOne)
    otherFrees &+= 1
    hint = tag
    return tag.previous
  }

  /// Moves the start of `tag` behind `last`.
  private mutating func freeFront(of tag: TagReference<Address>, through last: Address) {
    let freed = tag.first
    let before = tag.previous
    let isListed = !tag.flags.contains(.hasGap)
    if isListed { hash.remove(tag) }
    if before.isFree {
      let old = quanta(of: before)
      tag.first = last + 1
      resized(before, from: old)
    } else {
      tag.first = last + 1
      if !before.flags.contains(.hasGap) { addGap(after: before, from: freed) }
    }
    if isListed { hash.insert(tag) }
  }

  /// Ends `tag` before `first`.
  private mutating func freeBack(of tag: TagReference<Address>, from first: Address) {
    let next = tag.next
    if next.isFree {
      moveStart(of: next, to: first)
    } else if tag.flags.contains(.hasGap) {
      tag.gapFirst = first
    } else {
      addGap(after: tag, from: first)
    }
  }

  /// Makes two allocations of what is left on both sides of `part`.
  private mutating func split(
    _ tag: TagReference<Address>, around part: AddressRange<Address>
  ) throws(FreeError<Address>) {
    guard tag.flags.contains(.isReserved) || claimTags(1) else { throw .outOfTags(part) }
    unreserve(tag)
    let rest = takeTag()
    rest.first = part.last + 1
    rest.setLabel(tag.owner, tag.flags)
    if tag.flags.contains(.hasGap) {
      // The gap is behind the rest now.
      rest.gapFirst = tag.gapFirst
      tag.remove(.hasGap)
      hash.insert(tag)
    } else {
      hash.insert(rest)
    }
    link(rest, after: tag, isFree: false)
    addGap(after: tag, from: part.first)
    usage.addOne()
    otherFrees &+= 1
    reserve(tag)
    reserve(rest)
  }

  /// Holds a tag back for the next middle free of a fragmentable allocation, if there is one to hold.
  private mutating func reserve(_ tag: TagReference<Address>) {
    guard tag.flags.contains(.isFragmentable), spareTagCount > 0 else { return }
    tag.insert(.isReserved)
    reservedTagCount += 1
    spareTagCount -= 1
  }

  mutating func unreserve(_ tag: TagReference<Address>) {
    guard tag.flags.contains(.isReserved) else { return }
    tag.remove(.isReserved)
    reservedTagCount -= 1
    spareTagCount += 1
  }
}

// MARK: What was meant

extension Core {
  private mutating func rounded(_ range: AddressRange<Address>) throws(FreeError<Address>) -> AddressRange<
    Address
  > {
    guard range.first & quantumMask == 0 else {
      throw .misaligned(range, quantum: quantumMask &+ 1)
    }
    return AddressRange(first: range.first, last: range.last | quantumMask)
  }

  /// The allocation in which `address` lies. As `predecessor`.
  private mutating func allocation(
    at address: Address, of range: AddressRange<Address>
  ) throws(FreeError<Address>) -> TagReference<Address> {
    if let tag = hash.find(address) { return tag }
    let tag = predecessor(of: address)
    if tag.isFree { throw .notAllocated(range, free: tag.segment) }
    if tag.hasGap, tag.gapFirst <= address, address <= tag.last { throw .notAllocated(range, free: tag.gap) }
    if tag.isAllocation { return tag }
    throw .outsideSpans(range)
  }
}
