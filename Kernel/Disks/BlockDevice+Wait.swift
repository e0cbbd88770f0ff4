/// How a thread waits for a device: what a driver needs of the threads and the interrupts around it.
///
/// The handler of the device's line calls ``BlockDevice/poll()`` and wakes whoever sleeps here.
public protocol DeviceWaiter {
  /// Runs `body` while the handler of the device's line is kept out.
  func undisturbed<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result

  /// Sleeps until `isDone`, which is true after some call of the handler, or for a bounded time; whether it is. It loses no
  /// wake-up between the look and the sleep.
  func sleep(until isDone: () -> Bool) -> Bool
}

extension BlockDevice {
  /// All three steps for a thread that sleeps while the device works.
  ///
  /// Each time that `waiter` has waited in vain the device is looked at: one that is done without an interrupt is an error
  /// of its own, with which the request is over. One that still works is waited for again, then polled, and then given up.
  ///
  /// - Parameters:
  ///   - rounds: Waits in vain before the device is polled.
  ///   - patience: Polls before the request is given up with ``DiskError/noAnswer(status:)``.
  ///
  /// Context: a thread that may sleep; the caller serialises.
  public func transfer<Waiter: DeviceWaiter>(
    _ request: DiskRequest, waiting waiter: Waiter, rounds: UInt32, patience: UInt32
  ) throws(DiskError) {
    try waiter.undisturbed { () throws(DiskError) in
      setInterrupts(true)
      do throws(DiskError) { try start(request) } catch {
        setInterrupts(false)
        throw error
      }
    }
    let failure = waitForEnd(waiter, rounds, patience)
    try waiter.undisturbed { () throws(DiskError) in
      setInterrupts(false)
      guard progress == .done else { throw giveUp() }
      try finish()
      if let failure { throw failure }
    }
  }

  /// Waits until the request is done, or long enough; what the end of it does not tell.
  private func waitForEnd<Waiter: DeviceWaiter>(
    _ waiter: Waiter, _ rounds: UInt32, _ patience: UInt32
  ) -> DiskError? {
    var polls: UInt32 = 0
    while needsPoll && progress == .working {
      if polls >= patience { return nil }
      polls += 1
      _ = waiter.undisturbed { poll() }
    }
    for _ in 0..<rounds {
      if waiter.sleep(until: { progress == .done }) { return nil }
      if let failure = lookAgain(waiter) { return failure }
    }
    for _ in 0..<patience {
      if waiter.undisturbed({ progress }) == .done { return nil }
      if let failure = lookAgain(waiter) { return failure }
    }
    return nil
  }

  /// Polls once where no interrupt asked for it: what is wrong if that finds the end.
  ///
  /// A device that became ready just now has its interrupt on the way, which a poll would take from it. So one that is found ready
  /// is waited for once more, and polled when that was in vain too.
  private func lookAgain<Waiter: DeviceWaiter>(_ waiter: Waiter) -> DiskError? {
    guard waiter.undisturbed({ isReady }) else { return nil }
    if waiter.sleep(until: { progress == .done }) { return nil }
    return waiter.undisturbed {
      // The handler may have come in between.
      guard progress == .working, poll() == .done else { return nil }
      return .noInterrupt(status: status)
    }
  }
}
