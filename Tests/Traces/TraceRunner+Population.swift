extension TraceRunner {
  /// Fills twice the population, frees every other one, then churns.
  mutating func runPopulation(_ population: UInt32, steps: UInt32) -> Bool {
    let quantum: UInt32 = 256
    // A mean of 2.5 quanta in each slot if all were live, and half as much again; whole 64 KiB.
    let mean = 2 * population * 5 / 2 * quantum
    let count = (mean + mean / 2 + 0xFFFF) & ~0xFFFF
    let span = TraceSpan(
      first: 0x1000_0000, count: count, quantum: quantum, segments: 4 * population + 1000)
    guard subject.create(span), fillAll(largest: 4, quantum: quantum) else { return false }
    for index in stride(from: 0, to: slots.count, by: 2) {
      let slot = slots[index]
      subject.free(slot.address, slot.count)
      slots[index] = Slot(address: 0, count: 0, state: .empty)
    }
    start()
    churn(.plain, steps: steps, largest: 4, quantum: quantum)
    stop(after: steps)
    return true
  }

  private mutating func fillAll(largest: UInt32, quantum: UInt32) -> Bool {
    for index in 0..<slots.count {
      let count = (1 + random.next(below: largest)) * quantum
      guard let address = subject.allocate(count) else { return false }
      slots[index] = Slot(address: address, count: count, state: .held)
    }
    return true
  }
}
