import Primitives

// Everything here is called under the lock.
extension Scheduler {
  /// The thread that this processor runs.
  var running: ThreadReference {
    guard let thread = processor.value.current else { preconditionFailure("no thread was adopted here") }
    return thread
  }

  /// Puts `thread` behind all that are ready. Constant.
  func makeReady(_ thread: ThreadReference) {
    state.value.activity &+= 1
    makeReadyQuietly(thread)
  }

  /// The same, where nothing has happened that could serve a request.
  func makeReadyQuietly(_ thread: ThreadReference) {
    thread.value.state = .ready
    thread.value.wait = .nothing
    state.value.ready.append(thread)
    let processor = processor
    if processor.value.current == processor.value.idle { processor.value.needsSwitch = true }
  }

  /// Puts the calling thread to sleep, which was entered where its waker finds it. Returns once it was woken.
  func sleep(_ wait: Wait) {
    let thread = running
    thread.value.wait = wait
    thread.value.state = .sleeping
    switchAway()
  }

  /// Puts the calling thread behind all that are ready, if any are.
  func makeWay() {
    guard !state.value.ready.isEmpty else { return }
    let thread = running
    thread.value.state = .ready
    if thread != processor.value.idle { state.value.ready.append(thread) }
    switchAway()
  }

  /// Goes on with the first ready thread, or with the idle one. The caller's state says already what it is now. Returns
  /// when somebody comes back to it; the lock is held again then, by whoever switched (Threads-I3).
  func switchAway() {
    let processor = processor
    let thread = running
    guard let next = state.value.ready.popFirst() ?? processor.value.idle else {
      preconditionFailure("nothing to run: no idle thread was made")
    }
    processor.value.needsSwitch = false
    processor.value.current = next
    next.value.state = .running
    next.value.turn = state.value.turn
    guard next != thread else { return }
    next.value.switches &+= 1
    // The record stays where it is; the pointer is used before anybody else may run.
    unsafe withUnsafeMutablePointer(to: &thread.value.context) {
      unsafe Machine.switchContext(saving: $0, resuming: next.value.context)
    }
  }
}

extension Scheduler {
  /// From the timer's handler: a tick has passed. Constant, and for each thread whose time has come constant or, if it waits
  /// for a channel besides, linear in those who sleep there.
  public func tick() {
    let token = acquire()
    defer { release(token) }
    state.value.time &+= 1
    while let thread = state.value.timed.popFirst(until: state.value.time) {
      if case .channelOrTime(let channel) = thread.value.wait { channel.value.sleepers.remove(thread) }
      makeReady(thread)
    }
    guard let current = processor.value.current, current != processor.value.idle else { return }
    if current.value.turn > 0 { current.value.turn -= 1 }
    if current.value.turn == 0 { processor.value.needsSwitch = true }
  }

  /// At the end of every interrupt, the last thing before the interrupted code goes on, interrupts off: lets another
  /// thread run if the turn is over or something woke while the processor was idle. The interrupted thread goes on
  /// from here when it is its turn again.
  public func interruptEnds() {
    guard processor.value.needsSwitch else { return }
    let token = acquire()
    defer { release(token) }
    processor.value.needsSwitch = false
    makeWay()
  }
}
