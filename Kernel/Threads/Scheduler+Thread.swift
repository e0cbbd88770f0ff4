import Primitives

extension Scheduler {
  /// Makes a thread of what runs on this processor now, on the stack that it has.
  ///
  /// - Parameter storage: `recordSize` bytes, aligned to 16, that live as long as the scheduler.
  ///
  /// Context: boot, once on each processor, interrupts off.
  @discardableResult
  public func adopt(_ name: StaticString, storage: UnsafeMutableRawBufferPointer) -> ThreadReference {
    let token = acquire()
    defer { release(token) }
    precondition(processor.value.current == nil, "this processor has a thread already")
    let thread = unsafe record(in: storage, name, entry: nil, argument: 0)
    thread.value.state = .running
    thread.value.turn = state.value.turn
    processor.value.current = thread
    return thread
  }

  /// Makes the thread that runs on this processor when no other is ready. Context: boot, once on each processor.
  ///
  /// - Parameter storage: As for `spawn`.
  public func makeIdle(_ name: StaticString, storage: UnsafeMutableRawBufferPointer) {
    let token = acquire()
    defer { release(token) }
    precondition(processor.value.idle == nil, "this processor has an idle thread already")
    processor.value.idle = unsafe make(in: storage, name, entry: nil, argument: 0)
  }

  /// Makes a thread that runs `entry(argument)` with interrupts on and ends when that returns. It is ready at once.
  ///
  /// - Parameter storage: The record, `recordSize` bytes at its upper end, and the stack: aligned to 16 at both ends, the
  ///   thread's alone until `join` has returned.
  ///
  /// Never fails, never sleeps. Worst case: constant. Context: any.
  @discardableResult
  public func spawn(
    _ name: StaticString, storage: UnsafeMutableRawBufferPointer, argument: UInt = 0,
    entry: @escaping Thread.Entry
  ) -> ThreadReference {
    let token = acquire()
    defer { release(token) }
    let thread = unsafe make(in: storage, name, entry: entry, argument: argument)
    makeReady(thread)
    return thread
  }

  /// Where a new thread goes on: gives back the lock under which it was switched to, and runs. For `start` alone.
  public func begin() -> Never {
    guard let thread = processor.value.current else {
      preconditionFailure("a thread begins that nobody runs")
    }
    guard let entry = thread.value.entry else {
      // Interrupts are off, as the switch left them, and stay so.
      release(Machine.disable())
      idle()
    }
    release(Machine.interruptsOn)
    entry(thread.value.argument)
    exit()
  }

  /// Ends the calling thread. Whoever joins it gets its storage back.
  public func exit() -> Never {
    _ = acquire()
    let thread = running
    precondition(thread.value.entry != nil, "a thread that was adopted cannot end")
    thread.value.state = .ended
    if let joiner = thread.value.joiner { makeReady(joiner) }
    switchAway()
    preconditionFailure("a thread went on after its end")
  }

  /// Sleeps until `thread` has ended and is off its stack; its storage is the caller's then. To be called once for
  /// each thread.
  ///
  /// Context: one that may sleep.
  public func join(_ thread: ThreadReference) {
    let token = acquire()
    defer { release(token) }
    precondition(thread.value.joiner == nil, "a thread is joined by two")
    precondition(thread != running, "a thread joins itself")
    thread.value.joiner = running
    while thread.value.state != .ended { sleep(.end(of: thread)) }
    forget(thread)
  }

  /// Lets every thread run that is ready, then goes on. Context: one that may sleep.
  public func yield() {
    let token = acquire()
    defer { release(token) }
    makeWay()
  }
}

extension Scheduler {
  @unsafe private func make(
    in storage: UnsafeMutableRawBufferPointer, _ name: StaticString, entry: Thread.Entry?, argument: UInt
  ) -> ThreadReference {
    let thread = unsafe record(in: storage, name, entry: entry, argument: argument)
    // What is left below the record.
    let stack = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[..<(storage.count - Self.recordSize)])
    thread.value.context = unsafe Machine.prepare(stack: stack, start: state.value.start)
    return thread
  }

  @unsafe private func record(
    in storage: UnsafeMutableRawBufferPointer, _ name: StaticString, entry: Thread.Entry?, argument: UInt
  ) -> ThreadReference {
    precondition(storage.count >= Self.recordSize)
    let base = unsafe storage.baseAddress! + (storage.count - Self.recordSize)
    let pointer = unsafe base.bindMemory(to: Thread.self, capacity: 1)
    let number = state.value.nextNumber
    state.value.nextNumber += 1
    unsafe pointer.initialize(to: Thread(name: name, number: number, entry: entry, argument: argument))
    let thread = unsafe Place(pointer)
    // Numbers only rise, so the list stays ordered if the newest goes last.
    guard var last = state.value.firstOfAll else {
      state.value.firstOfAll = thread
      return thread
    }
    while let next = last.value.nextOfAll { last = next }
    last.value.nextOfAll = thread
    return thread
  }

  private func forget(_ thread: ThreadReference) {
    guard var before = state.value.firstOfAll else { return }
    if before == thread {
      state.value.firstOfAll = thread.value.nextOfAll
      return
    }
    while let next = before.value.nextOfAll, next != thread { before = next }
    before.value.nextOfAll = thread.value.nextOfAll
  }
}
