/// How a request sleeps until addresses are freed: two functions that the kernel's scheduler passes in.
///
/// No wake-up is lost: `wait` is given the arena's release count as it was when the attempt failed, under the
/// arena's lock. It must return at once if `Arena.releaseCount` is another by the time it has made itself
/// visible to `wake`; every free changes the count before it calls `wake`.
@safe
public struct WaitHooks: @unchecked Sendable {
  /// Sleeps until woken. Returning early does no harm. `false` gives the request up, after a signal, say.
  public typealias Wait =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ releaseCount: UInt32) -> Bool
  /// Wakes every sleeper.
  public typealias Wake = @convention(c) (_ context: UnsafeMutableRawPointer?) -> Void

  let wait: Wait
  let wake: Wake
  let context: UnsafeMutableRawPointer?

  /// The caller promises that `context` is what the functions expect, as long as the arena lives.
  @unsafe public init(wait: @escaping Wait, wake: @escaping Wake, context: UnsafeMutableRawPointer?) {
    unsafe self.wait = wait
    unsafe self.wake = wake
    unsafe self.context = context
  }
}
