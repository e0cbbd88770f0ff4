import Primitives

extension Scheduler {
  /// Looks for a broken invariant: 0 if there is none, else its number in Threads.md. Proves I1, I2, I4, and of I6 that who
  /// stands in a line is in it; the others are about what is done in which order. Quadratic in threads. For tests.
  public func checkInvariants() -> Int {
    let token = acquire()
    defer { release(token) }
    var (threads, ready, running) = (0, 0, 0)
    var next = state.value.firstOfAll
    var last: UInt32?
    while let thread = next {
      let number = thread.value.number
      if let last, number <= last { return 2 }
      if number >= state.value.nextNumber { return 2 }
      last = number
      threads += 1
      if thread.value.state == .running { running += 1 }
      if thread.value.state == .ready, !isIdle(thread) { ready += 1 }
      next = thread.value.nextOfAll
    }
    guard running == busyProcessors else { return 2 }
    next = state.value.firstOfAll
    while let thread = next {
      if let broken = brokenInvariant(of: thread, among: threads) { return broken }
      next = thread.value.nextOfAll
    }
    let queued = count(
      state.value.ready.first, atMost: threads, { $0.value.next },
      where: { $0.value.state == .ready && !isIdle($0) })
    guard queued == ready else { return 1 }
    return areTimedInOrder(atMost: threads) ? 0 : 4
  }

  private func isIdle(_ thread: ThreadReference) -> Bool {
    for index in 0..<state.value.processorCount {
      // Within the scheduler's storage.
      if unsafe state.value.processors[index].idle == thread { return true }
    }
    return false
  }

  private func isRun(_ thread: ThreadReference) -> Bool {
    for index in 0..<state.value.processorCount {
      // As above.
      if unsafe state.value.processors[index].current == thread { return true }
    }
    return false
  }

  /// Processors that run a thread; those on which none was adopted yet do not.
  private var busyProcessors: Int {
    var count = 0
    for index in 0..<state.value.processorCount {
      // As above.
      if unsafe state.value.processors[index].current != nil { count += 1 }
    }
    return count
  }

  /// How many stand in the chain from `first` on; nil where one of them does not belong there, or more stand there than
  /// `limit`: one that stands there twice makes a ring.
  private func count(
    _ first: ThreadReference?, atMost limit: Int, _ next: (ThreadReference) -> ThreadReference?,
    where belongs: (ThreadReference) -> Bool
  ) -> Int? {
    var count = 0
    var here = first
    while let thread = here {
      count += 1
      guard count <= limit, belongs(thread) else { return nil }
      here = next(thread)
    }
    return count
  }

  /// Whether `thread` stands in such a chain, and nobody who does not belong there.
  private func contains(
    _ first: ThreadReference?, _ thread: ThreadReference, atMost limit: Int,
    _ next: (ThreadReference) -> ThreadReference?, where belongs: (ThreadReference) -> Bool
  ) -> Bool {
    var isThere = false
    let count = count(
      first, atMost: limit, next,
      where: { other in
        if other == thread { isThere = true }
        return belongs(other)
      })
    return isThere && count != nil
  }

  private func brokenInvariant(of thread: ThreadReference, among threads: Int) -> Int? {
    switch thread.value.state {
    case .running: if !isRun(thread) { return 2 }
    case .ready, .ended: if case .nothing = thread.value.wait {} else { return 4 }
    case .sleeping: if !isFound(thread, among: threads) { return 4 }
    }
    if thread.value.state != .running, isRun(thread) { return 2 }
    if let line = thread.value.standing, !contains(line, thread, among: threads) { return 6 }
    return nil
  }

  /// Whether its waker finds a sleeping thread.
  private func isFound(_ thread: ThreadReference, among threads: Int) -> Bool {
    switch thread.value.wait {
    case .nothing: false
    case .channel(let channel): contains(channel, thread, among: threads)
    case .channelOrTime(let channel):
      contains(channel, thread, among: threads) && isTimed(thread, among: threads)
    case .time: isTimed(thread, among: threads)
    case .end(let other): other.value.joiner == thread
    case .line(let line, _): thread.value.standing == line && contains(line, thread, among: threads)
    }
  }

  private func contains(_ channel: Place<WaitChannel>, _ thread: ThreadReference, among threads: Int) -> Bool
  {
    contains(
      channel.value.sleepers.first, thread, atMost: threads, { $0.value.next },
      where: {
        switch $0.value.wait {
        case .channel(let its), .channelOrTime(let its): its == channel
        case .nothing, .time, .end, .line: false
        }
      })
  }

  private func contains(_ line: Place<WaitLine>, _ thread: ThreadReference, among threads: Int) -> Bool {
    contains(
      line.value.first, thread, atMost: threads, { $0.value.nextInLine }, where: { $0.value.standing == line }
    )
  }

  private func isTimed(_ thread: ThreadReference, among threads: Int) -> Bool {
    contains(
      state.value.timed.first, thread, atMost: threads, { $0.value.nextInTime }, where: { _ in true })
  }

  /// Whether all who stand in the queue of ticks wait for one, the soonest first.
  private func areTimedInOrder(atMost threads: Int) -> Bool {
    var last: UInt32?
    let count = count(
      state.value.timed.first, atMost: threads, { $0.value.nextInTime },
      where: { thread in
        if let last, Int32(bitPattern: thread.value.wakeTime &- last) < 0 { return false }
        last = thread.value.wakeTime
        switch thread.value.wait {
        case .time, .channelOrTime: return true
        case .nothing, .channel, .end, .line: return false
        }
      })
    return count != nil
  }
}
