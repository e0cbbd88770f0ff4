import Primitives

/// Something that threads wait for: they sleep on it until somebody says that it happened.
///
/// It lies beside what it is about, never moves, and outlives every sleeper. The scheduler's lock guards it.
public struct WaitChannel: ~Copyable {
  /// For those who print: completes "waits for".
  public let name: StaticString
  let waker: Waker
  var sleepers = ThreadQueue()

  public init(name: StaticString, wokenBy waker: Waker = .threads) {
    self.name = name
    self.waker = waker
  }
}

/// Who may wake a sleeper. It tells a wait that can still end from a deadlock.
public enum Waker: UInt8, Sendable {
  /// Threads only: if all of them sleep, nothing will happen any more.
  case threads
  /// An interrupt may, and nobody can know that it will not.
  case devices
}
