extension TraceRunner {
  mutating func runPairs(cached: Bool, steps: UInt32) -> Bool {
    let quantum = gigabyte.quantum
    // With a cache the segments around are larger than what is cached, so that they do not fill it.
    let largestCached = cached ? 16 * quantum : 0
    var span = gigabyte
    span.cachedUpTo = largestCached
    guard subject.create(span) else { return false }
    for index in 0..<1000 as Range<UInt32> {
      guard subject.allocate((1 + index % 16) * quantum + largestCached) != nil else { return false }
    }
    if cached { cachedPairs(100, quantum) } else { pairs(100, quantum) }
    start()
    if cached { cachedPairs(steps, quantum) } else { pairs(steps, quantum) }
    stop(after: steps)
    return true
  }

  private mutating func pairs(_ steps: UInt32, _ count: UInt32) {
    for _ in 0..<steps {
      if let address = subject.allocate(count) {
        subject.free(address, count)
      } else {
        refusals += 1
      }
    }
  }

  private mutating func cachedPairs(_ steps: UInt32, _ count: UInt32) {
    for _ in 0..<steps {
      if let address = subject.allocateCached(count) {
        subject.freeCached(address, count)
      } else {
        refusals += 1
      }
    }
  }

  /// Each step looks for a live slot, at random and then upwards, frees what it holds and takes it back.
  mutating func runExactPairs(steps: UInt32) -> Bool {
    guard subject.create(gigabyte) else { return false }
    churn(.plain, steps: 200_000, largest: 16, quantum: gigabyte.quantum)
    start()
    for _ in 0..<steps {
      var index = random.next(below: slots.count)
      while slots[index].state != .held { index = index + 1 == slots.count ? 0 : index + 1 }
      let slot = slots[index]
      subject.free(slot.address, slot.count)
      if !subject.claim(slot.address, slot.count) {
        refusals += 1
        slots[index] = Slot(address: 0, count: 0, state: .empty)
      }
    }
    stop(after: steps)
    return true
  }
}
