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

  /// The same for `ticks` ticks at most, 1...2^31 - 1, of which the current one counts as soon as it ends; whether the
  /// condition has ended.
  ///
  /// Context: one that may sleep. Worst case: linear in the threads that wait for a tick.
  public func sleep(on channel: Place<WaitChannel>, forTicks ticks: UInt32, while condition: () -> Bool)
    -> Bool
  {
    precondition(ticks > 0 && ticks <= UInt32(Int32.max))
    let token = acquire()
    defer { release(token) }
    let thread = running
    let deadline = state.value.time &+ ticks
    while condition() {
      if Int32(bitPattern: state.value.time &- deadline) >= 0 { return false }
      thread.value.wakeTime = deadline
      state.value.timed.insert(thread)
      channel.value.sleepers.append(thread)
      sleep(.channelOrTime(channel))
    }
    return true
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
    state.value.timed.insert(thread)
    sleep(.time)
  }

  /// Wakes the thread that has slept longest on `channel`; whether there was one. Constant, unless it waits for a tick
  /// besides: then linear in the threads that do. Context: any.
  @discardableResult
  public func wakeOne(_ channel: Place<WaitChannel>) -> Bool {
    let token = acquire()
    defer { release(token) }
    guard let thread = channel.value.sleepers.popFirst() else { return false }
    wake(thread)
    return true
  }

  /// Wakes everyone who sleeps on `channel`, in the order in which they came. Linear in them. Context: any.
  public func wakeAll(_ channel: Place<WaitChannel>) {
    let token = acquire()
    defer { release(token) }
    while let thread = channel.value.sleepers.popFirst() { wake(thread) }
  }

  /// Makes a thread ready that was taken out of its channel's queue. Under the lock.
  private func wake(_ thread: ThreadReference) {
    if case .channelOrTime = thread.value.wait { state.value.timed.remove(thread) }
    makeReady(thread)
  }
}
