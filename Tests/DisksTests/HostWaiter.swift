import Disks

/// A thread that sleeps, and the time that goes by meanwhile: a number of steps of the device for each sleep.
final class HostWaiter: DeviceWaiter {
  private let step: () -> Void
  private let stepsASleep: Int
  private(set) var sleeps = 0
  /// The handler of the device's line.
  var handler: () -> Void = {}
  private var isDisturbed = true
  private var isPending = false

  init(stepsASleep: Int, step: @escaping () -> Void) {
    self.stepsASleep = stepsASleep
    self.step = step
  }

  func undisturbed<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let before = isDisturbed
    isDisturbed = false
    defer {
      isDisturbed = before
      if isDisturbed, isPending { interrupt() }
    }
    return try body()
  }

  /// The line goes up: the handler comes now, or when it is let in.
  func interrupt() {
    isPending = !isDisturbed
    if isDisturbed { handler() }
  }

  func sleep(until isDone: () -> Bool) -> Bool {
    sleeps += 1
    for _ in 0..<stepsASleep where !isDone() { step() }
    return isDone()
  }
}
