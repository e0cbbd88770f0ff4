import Primitives

extension Scheduler {
  /// What an idle processor does, on its idle thread, with interrupts off but while it waits for one.
  func idle() -> Never {
    while true {
      let token = acquire()
      makeWay()
      let isStuck = !grantRound() && isDeadlocked()
      let hook = isStuck ? state.value.deadlockHook : nil
      let isReady = !state.value.ready.isEmpty
      release(token)
      if let hook {
        hook()
      } else if !isReady {
        Machine.waitForInterrupt()
      }
    }
  }

  /// Lets each request in a line try once, in the order of its line, if anything happened since the last time that was
  /// done; whether there was one. Nothing is ready when it is called.
  ///
  /// The thread that will free what the first one waits for may stand behind it (Threads-I7). A line whose first
  /// request was overtaken too often gets no round, unless otherwise nothing would ever happen again.
  private func grantRound() -> Bool {
    guard state.value.lastRound != state.value.activity else { return false }
    state.value.lastRound = state.value.activity
    let isLastResort = !mayBeWoken()
    var isAny = false
    var next = state.value.firstOfAll
    while let thread = next {
      if case .line(let line, _) = thread.value.wait, line.value.first == thread,
        isLastResort || line.value.overtakes < WaitLine.patience
      {
        grantRound(in: line)
        isAny = true
      }
      next = thread.value.nextOfAll
    }
    return isAny
  }

  private func grantRound(in line: Place<WaitLine>) {
    var next = line.value.first
    while let thread = next {
      next = thread.value.nextInLine
      guard case .line = thread.value.wait else { continue }
      thread.value.mayOvertake = true
      makeReadyQuietly(thread)
    }
  }

  /// Whether a thread sleeps that something else than a thread may wake.
  private func mayBeWoken() -> Bool {
    var next = state.value.firstOfAll
    while let thread = next {
      switch thread.value.wait {
      case .time, .channelOrTime: return true
      case .channel(let channel): if channel.value.waker == .devices { return true }
      case .line(let line, _): if line.value.waker == .devices { return true }
      case .nothing, .end: break
      }
      next = thread.value.nextOfAll
    }
    return false
  }

  /// Whether all sleep, none can wake another, and nobody was told yet. Nothing is ready when it is called.
  private func isDeadlocked() -> Bool {
    guard state.value.ready.isEmpty, state.value.lastReport != state.value.activity, !mayBeWoken() else {
      return false
    }
    for index in 0..<state.value.processorCount {
      // Within the scheduler's storage.
      let other = unsafe state.value.processors[index]
      if other.current != other.idle { return false }
    }
    state.value.lastReport = state.value.activity
    return true
  }
}
