import Primitives

// The short way of a request by instant fit with an alignment and bounds, for when nothing but the ring, the lists and
// the table are to be looked after.

extension Core {
  /// How many exact sizes that hold the request wherever it lies are looked for in the cells that the bounds leave.
  private static var exactTries: Int { 8 }
  /// How many segments above the exact sizes are looked at by rising size, and then of the highest class.
  private static var geometricProbes: (Int, Int) { (4, 2) }

  /// A placement found in a few probes; `nil` if there is none so soon, or the request is wrong, or anything is in the
  /// way.
  ///
  /// A segment of just the size that lies right leaves nothing over. A segment that is larger than the size by the
  /// alignment holds the request wherever it lies, so the first such one in the cells that the bounds leave serves,
  /// unless a bound cuts it.
  @inline(__always)
  mutating func allocateConstrained(
    _ countMinusOne: Address, _ alignment: Address, _ phase: Address, _ first: Address, _ last: Address,
    _ owner: Owner
  ) -> TagReference<Address>? {
    guard let fit = FitTest(countMinusOne, alignment, phase, first, last, quantumMask) else { return nil }
    let (padded, overflow) = fit.countMinusOne.addingReportingOverflow(fit.alignmentMask ^ quantumMask)
    if overflow { return nil }
    let quanta = padded &>> quantumShift
    let size = fit.countMinusOne &>> quantumShift
    guard size < FreeLists<Address>.exactCount else { return allocateConstrainedLarge(fit, quanta, owner) }
    let cells = lists.startingCells(first: first, last: last)
    var number = Int(truncatingIfNeeded: size)
    if let head = lists.lowestHead(number, in: cells) {
      let tag = head.listNext
      if fit.isExact(tag) { return takeExactly(tag, fit.countMinusOne, owner) }
    }
    number = quanta == size ? number &+ 1 : Int(truncatingIfNeeded: min(quanta, 32))
    var tries = Core.exactTries
    while tries != 0, number < 32, let used = lists.firstUsedExact(from: number) {
      tries &-= 1
      if let head = lists.lowestHead(used, in: cells) {
        let tag = head.listNext
        if let start = fit.surelyWideStart(in: tag, used, quantumShift, quantumMask) {
          return place(tag, start, fit.countMinusOne, owner)
        }
      }
      number = used &+ 1
    }
    if let tag = allocateConstrainedLarge(fit, quanta, owner) { return tag }
    return allocateConstrainedTightly(fit, cells, UInt32(truncatingIfNeeded: min(quanta, 32)), owner)
  }

  @inline(__always)
  private mutating func allocateConstrainedLarge(
    _ fit: FitTest<Address>, _ quanta: Address, _ owner: Owner
  ) -> TagReference<Address>? {
    guard
      let (tag, start) = wideLargeSegment(
        fit.countMinusOne, fit.alignmentMask, fit.phase, fit.first, fit.reach, quanta)
    else { return nil }
    return place(tag, start, fit.countMinusOne, owner)
  }

  @inline(__always)
  private mutating func allocateConstrainedTightly(
    _ fit: FitTest<Address>, _ cells: UInt32, _ end: UInt32, _ owner: Owner
  ) -> TagReference<Address>? {
    guard
      let (tag, start) = tightSegment(
        fit.countMinusOne, fit.alignmentMask, fit.phase, fit.first, fit.reach, cells, end)
    else { return nil }
    return place(tag, start, fit.countMinusOne, owner)
  }

  // The numbers of a `FitTest` are handed to what is called one by one: as a whole they would lie in memory for it, and
  // be put there also where nothing is called.

  /// A segment that holds the request only if it lies right, of an exact size below `end`, and the start in it: the
  /// largest first, since most places in them are right.
  @inline(never)
  private mutating func tightSegment(
    _ countMinusOne: Address, _ alignmentMask: Address, _ phase: Address, _ first: Address,
    _ reach: Address, _ cells: UInt32, _ end: UInt32
  ) -> (TagReference<Address>, Address)? {
    let fit = FitTest(countMinusOne, alignmentMask: alignmentMask, phase: phase, first: first, reach: reach)
    let size = UInt32(truncatingIfNeeded: fit.countMinusOne &>> quantumShift)
    // Both are at most 32.
    var sizes = lists.exact & (~0 << size) & ~(~0 << end)
    while sizes != 0 {
      let used = 31 &- sizes.leadingZeroBitCount
      if let head = lists.lowestHead(used, in: cells) {
        let tag = head.listNext
        let room = Address(truncatingIfNeeded: used) &<< quantumShift | quantumMask
        if let start = fit.start(in: tag, room: room) { return (tag, start) }
      }
      sizes &= ~(1 &<< UInt32(truncatingIfNeeded: used))
    }
    return nil
  }

  /// A segment above the exact sizes, and the start in it. Where many of these are out of bounds the largest mostly are
  /// not.
  @inline(never)
  private mutating func wideLargeSegment(
    _ countMinusOne: Address, _ alignmentMask: Address, _ phase: Address, _ first: Address,
    _ reach: Address, _ quanta: Address
  ) -> (TagReference<Address>, Address)? {
    let fit = FitTest(countMinusOne, alignmentMask: alignmentMask, phase: phase, first: first, reach: reach)
    var probes = Core.geometricProbes.0
    var number = quanta < FreeLists<Address>.exactCount ? 0 : FreeLists<Address>.geometric(quanta)
    while let used = lists.firstGeometric(from: number) {
      if let found = segment(for: fit, inClass: used, &probes) { return found }
      if probes == 0 {
        probes = Core.geometricProbes.1
        guard let last = lists.lastGeometric() else { return nil }
        return segment(for: fit, inClass: last, &probes)
      }
      number = used &+ 1
    }
    return nil
  }

  private mutating func segment(
    for fit: FitTest<Address>, inClass number: Int, _ probes: inout Int
  ) -> (TagReference<Address>, Address)? {
    let head = lists.geometricHead(number)
    var tag = head.listNext
    while tag != head, probes != 0 {
      let room = tag.countMinusOne
      if room >= fit.countMinusOne, let start = fit.start(in: tag, room: room) { return (tag, start) }
      probes &-= 1
      tag = tag.listNext
    }
    return nil
  }

  /// All of a free segment.
  @inline(__always)
  private mutating func takeExactly(
    _ segment: TagReference<Address>, _ countMinusOne: Address, _ owner: Owner
  ) -> TagReference<Address> {
    lists.remove(segment)
    segment.markTaken()
    allocations.noteInstantFit()
    return finish(segment, countMinusOne, owner)
  }

  /// Cuts the request out of a free segment; `nil` if tags are short.
  @inline(never)
  private mutating func place(
    _ segment: TagReference<Address>, _ start: Address, _ countMinusOne: Address, _ owner: Owner
  ) -> TagReference<Address>? {
    guard spareTagCount > 1 else { return nil }
    let front = start &- segment.first
    let tag: TagReference<Address>
    if front == 0 {
      guard let cut = cutFrontOrAll(of: segment, countMinusOne) else { return nil }
      tag = cut
    } else {
      tag = cutBehind(front, of: segment, countMinusOne)
    }
    allocations.noteInstantFit()
    return finish(tag, countMinusOne, owner)
  }

  /// Leaves `front` addresses of a free segment free, and what is behind the allocation, which gets a tag. There are two
  /// tags.
  @inline(__always)
  private mutating func cutBehind(
    _ front: Address, of segment: TagReference<Address>, _ countMinusOne: Address
  ) -> TagReference<Address> {
    let tag = takeTag()
    let next = segment.next
    let room = next.first &- segment.first &- 1
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
