extension TraceRunner {
  /// `population` free segments of 40 quanta, fenced by single live quanta, in an arena that is exactly full;
  /// then one request for 60. Both sizes are between 32 and 63, so power-of-two lists alone cannot tell.
  mutating func runFailing(_ population: UInt32) -> Bool {
    let quantum: UInt32 = 4096
    let span = TraceSpan(
      first: 0x1000_0000, count: population * 41 * quantum, quantum: quantum, segments: 2 * population + 1000)
    guard subject.create(span), comb(population, free: 40 * quantum, fence: quantum) else { return false }
    start()
    let answer = subject.allocate(60 * quantum)
    stop(after: 1)
    if answer == nil { refusals += 1 }
    return true
  }

  /// The null subject never refuses, so the loop has an end of its own.
  mutating func runCapacity(_ population: UInt32) -> Bool {
    var span = gigabyte
    span.segments = population
    guard subject.create(span) else { return false }
    var fitted: UInt32 = 0
    start()
    while fitted < span.count / span.quantum, subject.allocate(span.quantum) != nil { fitted += 1 }
    stop(after: fitted)
    return true
  }

  /// Makes `slots[0..<population]` free segments of one size with live ones between them. The slots keep the
  /// addresses; nothing in them is held afterwards.
  mutating func comb(_ population: UInt32, free count: UInt32, fence: UInt32) -> Bool {
    for index in 0..<population {
      guard let address = subject.allocate(count), subject.allocate(fence) != nil else { return false }
      slots[index] = Slot(address: address, count: count, state: .empty)
    }
    for index in 0..<population { subject.free(slots[index].address, count) }
    return true
  }
}
