import Primitives

extension Scheduler {
  /// Sleeps on `channel` as long as `condition` holds; looks at it first, and again after each wake-up.
  ///
  /// No wake-up is lost (Threads-I5): `condition` is looked at under the lock, and whoever makes it false does so before
  /// it wakes. It must not use the scheduler.
  ///
  /// Context: one that may sleep.
  public func sleep(on channel: Place<WaitChannel>, while condition: () -> Bool) {
    let token = acquire()
    defer { release(token) }
    while condition() {
      channel.value.sleepers.append(running)
      sleep(.channel(channel))
    }
  }

  /// Sleeps for `ticks` ticks at least, 2^31 - 1 at most: the current one counts as soon as it ends.
  ///
  /// Context: one that may sleep. Worst case: linear in the threads that wait for a tick.
  public func sleep(ticks: UInt32) {
    precondition(ticks <= UInt32(Int32.max))
    let token = acquire()
    defer { release(token) }
    let thread = running
    thread.value.wakeTime = state.value.time &+ ticks
    state.value.timed.insert(byTime: thread)
    sleep(.time)
  }

  /// Wakes the thread that has slept longest on `channel`; whether there was one. Constant. Context: any.
  @discardableResult
  public func wakeOne(_ channel: Place<WaitChannel>) -> Bool {
    let token = acquire()
    defer { release(token) }
    guard let thread = channel.value.sleepers.popFirst() else { return false }
    makeReady(thread)
    return true
  }

  /// Wakes everyone who sleeps on `channel`, in the order in which they came. Linear in them. Context: any.
  public func wakeAll(_ channel: Place<WaitChannel>) {
    let token = acquire()
    defer { release(token) }
    while let thread = channel.value.sleepers.popFirst() { makeReady(thread) }
  }
}
