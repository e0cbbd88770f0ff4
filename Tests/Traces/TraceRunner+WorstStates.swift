/// States made to be bad for one kind of index or another, and calls whose cost must not depend on that.
///
/// In all of them `population` free segments of 1,000 quanta lie between single live quanta, and the arena is
/// exactly full. 1,000 and 1,001 are in one class of every segregated fit that divides a power of two by 32 or
/// less. The index by address is there from the beginning: what
/// it takes to make it is no part of a call. Only the calls themselves are metered, each on its own.
extension TraceRunner {
  mutating func runWorstStates(_ population: UInt32, steps: UInt32) -> Bool {
    runTooSmall(population, steps: steps) && runOneFits(population, steps: steps, freedFirst: true)
      && runOneFits(population, steps: steps, freedFirst: false) && runAllFit(population, steps: steps)
      && runScattered(population, steps: steps)
  }

  private var quantum: UInt32 { 256 }
  private var tooth: UInt32 { 1000 * quantum }

  private func span(_ population: UInt32, extra: UInt32 = 0) -> TraceSpan {
    TraceSpan(
      first: 0x1000_0000, count: population * (tooth + quantum) + extra, quantum: quantum,
      segments: 2 * population + 1000, index: .always)
  }

  /// Every free segment is one quantum too small: no request can succeed.
  private mutating func runTooSmall(_ population: UInt32, steps: UInt32) -> Bool {
    let span = span(population)
    guard subject.create(span), comb(population, free: tooth, fence: quantum) else { return false }
    start()
    for _ in 0..<steps {
      everyFit(tooth + quantum)
      bounded(tooth + quantum, first: span.first, last: .max)
      let (low, high) = twoAddresses()
      bounded(tooth + quantum, first: low, last: high)
      exact(low, tooth + quantum)
    }
    stop(after: steps)
    return true
  }

  /// One segment in the middle is a quantum larger, and what it is first or last in, of those that lists keep.
  private mutating func runOneFits(_ population: UInt32, steps: UInt32, freedFirst: Bool) -> Bool {
    let fitting = tooth + quantum
    let span = span(population, extra: fitting + quantum)
    guard subject.create(span), let address = combAround(population, fitting, freedFirst: freedFirst) else {
      return false
    }
    start()
    for _ in 0..<steps {
      everyFit(fitting)
      bounded(fitting, first: span.first, last: .max)
      bounded(fitting, first: address, last: address + (fitting - 1))
      // A quantum less on either side, and nothing fits any more.
      bounded(fitting, first: address + quantum, last: .max)
      bounded(fitting, first: 0, last: address + (fitting - 1) - quantum)
      exact(address, fitting)
    }
    stop(after: steps)
    return true
  }

  private mutating func combAround(_ population: UInt32, _ fitting: UInt32, freedFirst: Bool) -> UInt32? {
    var middle: UInt32 = 0
    for index in 0..<population {
      if index == population / 2 {
        guard let address = subject.allocate(fitting), subject.allocate(quantum) != nil else { return nil }
        middle = address
      }
      guard let address = subject.allocate(tooth), subject.allocate(quantum) != nil else { return nil }
      slots[index] = Slot(address: address, count: tooth, state: .empty)
    }
    if freedFirst { subject.free(middle, fitting) }
    for index in 0..<population { subject.free(slots[index].address, tooth) }
    if !freedFirst { subject.free(middle, fitting) }
    return middle
  }

  /// Every segment fits exactly, so that the choice among equals is what costs; and windows that leave few.
  private mutating func runAllFit(_ population: UInt32, steps: UInt32) -> Bool {
    let span = span(population)
    guard subject.create(span), comb(population, free: tooth, fence: quantum) else { return false }
    start()
    for _ in 0..<steps {
      everyFit(tooth)
      let index = random.next(below: population - 2)
      let (here, next, after) = (slots[index].address, slots[index + 1].address, slots[index + 2].address)
      exact(here, tooth)
      exact(here + 500 * quantum, quantum)
      bounded(tooth, first: here + quantum, last: after + tooth - 1)
      // Nothing between these two is whole; the fence alone is live.
      bounded(tooth, first: here + quantum, last: next + tooth - 1 - quantum)
      bounded(quantum, first: here + tooth, last: here + tooth + (quantum - 1))
      // One quantum of the whole window, the last one.
      bounded(quantum, first: next + tooth - quantum, last: next + tooth - 1)
    }
    stop(after: steps)
    return true
  }

  /// Small segments everywhere: random sizes, random windows.
  private mutating func runScattered(_ population: UInt32, steps: UInt32) -> Bool {
    let span = TraceSpan(
      first: 0x1000_0000, count: population * 16 * quantum, quantum: quantum, segments: 2 * population + 1000,
      index: .always)
    guard subject.create(span) else { return false }
    for index in 0..<slots.count { slots[index] = Slot(address: 0, count: 0, state: .empty) }
    churn(.plain, steps: 10 * population, largest: 16, quantum: quantum)
    start()
    for _ in 0..<steps {
      let count = (1 + random.next(below: 32)) * quantum
      everyFit(count)
      let first = span.first + random.next(below: span.count / quantum) * quantum
      bounded(count, first: first, last: .max)
      bounded(count, first: first, last: first + (8 * count - 1))
      bounded(count, first: 0, last: first)
      exact(first, quantum)
    }
    stop(after: steps)
    return true
  }

  // MARK: - Calls that leave the state as it was

  private mutating func everyFit(_ count: UInt32) {
    giveBack(subject.allocate(count), count)
    giveBack(subject.allocateBest(count), count)
    giveBack(subject.allocateFirst(count), count)
    giveBack(subject.allocateNext(count), count)
  }

  private mutating func bounded(_ count: UInt32, first: UInt32, last: UInt32) {
    let address = subject.allocate(count, alignment: quantum, first: first, last: last)
    if let address { subject.freeConstrained(address, count) } else { refusals += 1 }
  }

  private mutating func exact(_ address: UInt32, _ count: UInt32) {
    if subject.claim(address, count) { subject.freeConstrained(address, count) } else { refusals += 1 }
  }

  private mutating func giveBack(_ address: UInt32?, _ count: UInt32) {
    if let address { subject.free(address, count) } else { refusals += 1 }
  }

  /// Two addresses of free segments, in order.
  private mutating func twoAddresses() -> (UInt32, UInt32) {
    let one = slots[random.next(below: slots.count)].address
    let other = slots[random.next(below: slots.count)].address
    return one < other ? (one, other) : (other, one)
  }
}
