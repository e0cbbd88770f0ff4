/// How a request sleeps until something is freed: two functions that the kernel's scheduler passes in, for arenas and for
/// pools alike.
///
/// No wake-up is lost: `wait` is given the release count as it was when the attempt failed, or before it. It must return at
/// once if that count is another by the time it has made itself visible to `wake`; while anybody waits, every free changes
/// the count before it calls `wake`.
@safe
public struct WaitHooks: @unchecked Sendable {
  /// Sleeps until woken. Returning early does no harm. `false` gives the request up, after a signal, say.
  public typealias Wait =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ releaseCount: UInt32) -> Bool
  /// Wakes every sleeper.
  public typealias Wake = @convention(c) (_ context: UnsafeMutableRawPointer?) -> Void

  private let wait: Wait
  private let wake: Wake
  private let done: Wake?
  private let context: UnsafeMutableRawPointer?

  /// - Parameters:
  ///   - wait: Sleeps.
  ///   - wake: Wakes.
  ///   - done: The caller waits no more. Where there is one, waiting has an order, and who comes when others wait asks
  ///     `wait` before its first attempt. Arenas wait without order and ask for none.
  ///   - context: Passed on to the functions, never looked at.
  ///
  /// The caller promises that `context` is what the functions expect, as long as the arena or the pools live.
  @unsafe public init(
    wait: @escaping Wait, wake: @escaping Wake, done: Wake? = nil, context: UnsafeMutableRawPointer?
  ) {
    unsafe self.wait = wait
    unsafe self.wake = wake
    unsafe self.done = done
    unsafe self.context = context
  }

  // Each gets the context that it was promised to get.
  package func sleep(_ releaseCount: UInt32) -> Bool { unsafe wait(context, releaseCount) }

  package func wakeAll() { unsafe wake(context) }

  package func end() { if let done = unsafe done { unsafe done(context) } }

  package var hasOrder: Bool { unsafe done != nil }
}
