/// What an allocation does when there is no memory.
@frozen
public enum WaitMode: UInt8, Sendable {
  /// Fails. Safe in interrupt context, where the sources are.
  case noSleep
  /// Sleeps until something is freed and tries again; fails only if the wait is given up. Without hooks as `noSleep`.
  case sleep
}

/// How an allocation sleeps until memory is freed: two functions that the kernel's scheduler passes in, of the same
/// form as those of an arena (`WaitHooks`).
///
/// No wake-up is lost: `wait` is given the release count as it was before the attempt that failed. It must return at
/// once if `Pools.releaseCount` is another by the time it has made itself visible to `wake`; while anybody waits,
/// every free changes the count before it calls `wake`.
@safe
public struct PoolWaitHooks: @unchecked Sendable {
  /// Sleeps until woken. Returning early does no harm. `false` gives the request up.
  public typealias Wait =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ releaseCount: UInt32) -> Bool
  /// Wakes every sleeper.
  public typealias Wake = @convention(c) (_ context: UnsafeMutableRawPointer?) -> Void

  let wait: Wait
  let wake: Wake
  /// The caller waits no more. Where there is one, waiting has an order, and who comes when others wait asks `wait`
  /// before its first attempt.
  let done: Wake?
  let context: UnsafeMutableRawPointer?

  /// The caller promises that `context` is what the functions expect, as long as the pools live.
  @unsafe public init(
    wait: @escaping Wait, wake: @escaping Wake, done: Wake? = nil, context: UnsafeMutableRawPointer?
  ) {
    unsafe self.wait = wait
    unsafe self.wake = wake
    unsafe self.done = done
    unsafe self.context = context
  }

  func sleep(_ releaseCount: UInt32) -> Bool { unsafe wait(context, releaseCount) }

  func wakeAll() { unsafe wake(context) }

  func end() { if let done = unsafe done { unsafe done(context) } }

  var hasOrder: Bool { unsafe done != nil }
}
