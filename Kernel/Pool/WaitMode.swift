/// What an allocation does when there is no memory.
@frozen
public enum WaitMode: UInt8, Sendable {
  /// Fails. Safe in interrupt context, where the sources are.
  case noSleep
  /// Sleeps until something is freed and tries again; fails only if the wait is given up. Without hooks as `noSleep`.
  case sleep
}
