import Primitives

extension Scheduler {
  /// Looks for a broken invariant: 0 if there is none, else its number in Threads.md. Linear in threads times queues.
  /// For tests.
  public func checkInvariants() -> Int {
    let token = acquire()
    defer { release(token) }
    var ready = 0
    var next = state.value.firstOfAll
    var last: UInt32?
    while let thread = next {
      if let last, thread.value.number <= last { return 2 }
      last = thread.value.number
      if thread.value.state == .ready, !isIdle(thread) { ready += 1 }
      if let broken = brokenInvariant(of: thread) { return broken }
      next = thread.value.nextOfAll
    }
    return count(state.value.ready, in: .ready) == ready ? 0 : 1
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

  /// How many stand in `queue`; negative where one of them has another state.
  private func count(_ queue: ThreadQueue, in expected: ThreadState) -> Int {
    var count = 0
    var next = queue.first
    while let thread = next {
      guard thread.value.state == expected else { return -1 }
      count += 1
      next = thread.value.next
    }
    return count
  }

  private func brokenInvariant(of thread: ThreadReference) -> Int? {
    switch thread.value.state {
    case .running: if !isRun(thread) { return 2 }
    case .ready, .ended: if case .nothing = thread.value.wait {} else { return 4 }
    case .sleeping: if !isFound(thread) { return 4 }
    }
    if thread.value.state != .running, isRun(thread) { return 2 }
    return nil
  }

  /// Whether its waker finds a sleeping thread.
  private func isFound(_ thread: ThreadReference) -> Bool {
    switch thread.value.wait {
    case .nothing: false
    case .channel(let channel): contains(channel.value.sleepers, thread)
    case .channelOrTime(let channel):
      contains(channel.value.sleepers, thread) && state.value.timed.contains(thread)
    case .time: state.value.timed.contains(thread)
    case .end(let other): other.value.joiner == thread
    case .line(let line, _): line.value.position(of: thread) <= line.value.length
    }
  }

  private func contains(_ queue: ThreadQueue, _ thread: ThreadReference) -> Bool {
    var next = queue.first
    while let other = next {
      if other == thread { return true }
      next = other.value.next
    }
    return false
  }
}
