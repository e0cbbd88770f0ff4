/// Whom to tell when a fault that was told to wait may fare better: whoever wakes the waiters.
@safe
public struct ChangeHook: Sendable {
  private nonisolated(unsafe) let function: @convention(c) (UnsafeMutableRawPointer?) -> Void
  private nonisolated(unsafe) let context: UnsafeMutableRawPointer?

  /// - Parameter function: May be called in any context in which the memory is used, also in an interrupt; it must not use
  ///   the memory. `context` is passed on, and lives as long as the memory.
  @unsafe public init(
    _ function: @escaping @convention(c) (_ context: UnsafeMutableRawPointer?) -> Void,
    context: UnsafeMutableRawPointer? = nil
  ) {
    unsafe self.function = function
    unsafe self.context = context
  }

  // Sound by what whoever made it promised.
  func call() { unsafe function(context) }
}
