import Primitives

// The short way of a request by instant fit with an alignment and bounds, for when nothing but the ring, the lists and
// the table are to be looked after.

extension Core {
  /// How many exact sizes that hold the request wherever it lies are looked for in the cells that the bounds leave.
  private static var exactTries: Int { 8 }
  /// How many segments above the exact sizes are looked at by rising size, and then of the highest class.
  private static var geometricProbes: (Int, Int) { (4, 2) }

  /// A placement found in a few probes, in bounds that end with `last`; `nil` if there is none so soon, or anything is in
  /// the way.
  ///
  /// A segment of just the size that lies right leaves nothing over. A segment that is larger than the size by the
  /// alignment holds the request wherever it lies, so the first such one in the cells that the bounds leave serves,
  /// unless a bound cuts it.
  @inline(__always)
  mutating func allocateConstrained(
    _ fit: FitTest<Address>, _ last: Address, _ owner: Owner
  ) -> TagReference<Address>? {
    let (padded, overflow) = fit.countMinusOne.addingReportingOverflow(fit.alignmentMask ^ quantumMask)
    if overflow { return nil }
    let quanta = padded &>> quantumShift
    let size = fit.countMinusOne &>> quantumShift
    if size < FreeLists<Address>.exactCount {
      let cells = lists.startingCells(first: fit.first, last: last)
      var number = Int(truncatingIfNeeded: size)
      if let head = lists.lowestHead(number, in: cells) {
        let tag = head.listNext
        if fit.isExact(tag) { return takeExactly(tag, fit, owner) }
      }
      number = quanta == size ? number &+ 1 : Int(truncatingIfNeeded: min(quanta, 32))
      var tries = Core.exactTries
      while tries != 0, number < 32, let used = lists.firstUsedExact(from: number) {
        tries &-= 1
        if let head = lists.lowestHead(used, in: cells) {
          let tag = head.listNext
          let room = Address(truncatingIfNeeded: used) &<< quantumShift | quantumMask
          if let start = fit.start(in: tag, room: room) { return place(tag, room, start, fit, owner) }
        }
        number = used &+ 1
      }
      if let tag = allocateConstrainedLarge(fit, quanta, owner) { return tag }
      return allocateConstrainedTightly(fit, cells, UInt32(truncatingIfNeeded: min(quanta, 32)), owner)
    }
    return allocateConstrainedLarge(fit, quanta, owner)
  }

  /// From a segment that holds the request only if it lies right, of an exact size below `end`: the largest first, since
  /// most places in them are right.
  @inline(never)
  private mutating func allocateConstrainedTightly(
    _ fit: FitTest<Address>, _ cells: UInt32, _ end: UInt32, _ owner: Owner
  ) -> TagReference<Address>? {
    let size = UInt32(truncatingIfNeeded: fit.countMinusOne &>> quantumShift)
    // Both are at most 32.
    var sizes = lists.exact & (~0 << size) & ~(~0 << end)
    while sizes != 0 {
      let used = 31 &- sizes.leadingZeroBitCount
      if let head = lists.lowestHead(used, in: cells) {
        let tag = head.listNext
        let room = Address(truncatingIfNeeded: used) &<< quantumShift | quantumMask
        if let start = fit.start(in: tag, room: room) { return place(tag, room, start, fit, owner) }
      }
      sizes &= ~(1 &<< UInt32(truncatingIfNeeded: used))
    }
    return nil
  }

  /// From a segment above the exact sizes. Where many of these are out of bounds the largest mostly are not.
  @inline(never)
  private mutating func allocateConstrainedLarge(
    _ fit: FitTest<Address>, _ quanta: Address, _ owner: Owner
  ) -> TagReference<Address>? {
    var probes = Core.geometricProbes.0
    var number = quanta < FreeLists<Address>.exactCount ? 0 : FreeLists<Address>.geometric(quanta)
    while let used = lists.firstGeometric(from: number) {
      if let tag = allocateConstrained(fit, inClass: used, &probes, owner) { return tag }
      if probes == 0 {
        probes = Core.geometricProbes.1
        guard let last = lists.lastGeometric() else { return nil }
        return allocateConstrained(fit, inClass: last, &probes, owner)
      }
      number = used &+ 1
    }
    return nil
  }

  private mutating func allocateConstrained(
    _ fit: FitTest<Address>, inClass number: Int, _ probes: inout Int, _ owner: Owner
  ) -> TagReference<Address>? {
    let head = lists.geometricHead(number)
    var tag = head.listNext
    while tag != head, probes != 0 {
      let room = tag.countMinusOne
      if room >= fit.countMinusOne, let start = fit.start(in: tag, room: room) {
        return place(tag, room, start, fit, owner)
      }
      probes &-= 1
      tag = tag.listNext
    }
    return nil
  }

  /// All of a free segment.
  @inline(__always)
  private mutating func takeExactly(
    _ segment: TagReference<Address>, _ fit: FitTest<Address>, _ owner: Owner
  ) -> TagReference<Address> {
    lists.remove(segment)
    segment.markTaken()
    allocations.noteInstantFit()
    return finish(segment, fit.countMinusOne, owner)
  }

  /// Cuts the request out of a free segment of `room + 1` addresses; `nil` if tags are short.
  @inline(never)
  private mutating func place(
    _ segment: TagReference<Address>, _ room: Address, _ start: Address, _ fit: FitTest<Address>,
    _ owner: Owner
  ) -> TagReference<Address>? {
    guard spareTagCount > 1 else { return nil }
    let front = start &- segment.first
    let tag: TagReference<Address>
    if front == 0 {
      guard let cut = cutFrontOrAll(of: segment, fit.countMinusOne) else { return nil }
      tag = cut
    } else {
      tag = cutBehind(front, of: segment, room, fit.countMinusOne)
    }
    allocations.noteInstantFit()
    return finish(tag, fit.countMinusOne, owner)
  }

  /// Leaves `front` addresses of a free segment free, and what is behind the allocation, which gets a tag. There are two
  /// tags.
  @inline(__always)
  private mutating func cutBehind(
    _ front: Address, of segment: TagReference<Address>, _ room: Address, _ countMinusOne: Address
  ) -> TagReference<Address> {
    let tag = takeTag()
    let next = segment.next
    tag.first = segment.first &+ front
    tag.previous = segment
    let rest = room &- front &- countMinusOne
    if rest == 0 {
      tag.setNext(next, isFree: false)
      next.previous = tag
    } else {
      let behind = takeTag()
      behind.first = tag.first &+ countMinusOne &+ 1
      behind.previous = tag
      behind.setNext(next, isFree: true)
      next.previous = behind
      tag.setNext(behind, isFree: false)
      lists.insert(behind, (rest &- 1) &>> quantumShift)
    }
    segment.setNext(tag, isFree: true)
    lists.shrink(segment, fromCount: room, to: front &- 1)
    return tag
  }
}

/// Bounds and alignment of a request, made ready for probes. A boundary that must not be crossed takes the general way.
struct FitTest<Address: ArenaAddress> {
  let countMinusOne: Address
  let alignmentMask: Address
  let phase: Address
  let first: Address
  /// How far above `first` a start may be.
  let reach: Address

  /// `nil` if it is wrong, or the bounds leave no place.
  @inline(__always)
  init?(
    _ countMinusOne: Address, _ alignment: Address, _ phase: Address, _ first: Address, _ last: Address,
    _ quantumMask: Address
  ) {
    let count = countMinusOne | quantumMask
    // All ones for 0, which is no alignment.
    let below = alignment &- 1
    if alignment & below != 0 { return nil }
    let mask = (alignment == 0 ? 0 : below) | quantumMask
    // The phase is a multiple of the quantum below the alignment.
    if phase & ~(mask ^ quantumMask) != 0 { return nil }
    guard last >= first, last &- first >= count else { return nil }
    self.countMinusOne = count
    alignmentMask = mask
    self.phase = phase
    self.first = first
    reach = last &- first &- count
  }

  /// The lowest start in a free segment of `room + 1` addresses, of which there are enough for the size; `nil` if there is
  /// none.
  ///
  /// `base + step` may pass the end of the space. Then it is refused: `step` alone is more than `reach` if `base` is the
  /// bound, since `first + reach` is in the space, and more than the segment has to spare if it is the segment's start.
  /// So a start that is answered was added without wrapping. The sum is `Placement.lowestStart` without a boundary.
  @inline(__always)
  func start(in tag: TagReference<Address>, room: Address) -> Address? {
    let low = tag.first
    let base = Swift.max(low, first)
    let step = (phase &- base) & alignmentMask
    let start = base &+ step
    guard start &- first <= reach, start &- low <= room &- countMinusOne else { return nil }
    return start
  }

  /// Whether a free segment of just the size lies right: below the bound the subtraction wraps, and is more than `reach`,
  /// since `first + reach` is in the space.
  @inline(__always)
  func isExact(_ tag: TagReference<Address>) -> Bool {
    let low = tag.first
    return (phase &- low) & alignmentMask == 0 && low &- first <= reach
  }
}
