import Primitives

extension Arena where Lock: ~Copyable {
  /// Notes every further operation in `log`; `nil` ends it. While a log is kept the fast paths stand aside.
  public func setLog(_ log: OperationLog<Address>?) {
    let token = acquire()
    defer { release(token) }
    state.value.log = log
    state.value.core.watch(log != nil || state.value.core.faults.isActive)
  }

  /// The log as it is now.
  public var log: OperationLog<Address>? {
    let token = acquire()
    defer { release(token) }
    return state.value.log
  }

  /// Plays a complete log to this arena, a new one. Answers the number of the first operation that went otherwise
  /// than it had gone, `nil` if none did.
  public func replay(_ log: OperationLog<Address>) -> Int? {
    precondition(log.isComplete, "the beginning of the log was overwritten")
    for index in 0..<log.count where !repeats(log[index]) { return index }
    return nil
  }

  private func repeats(_ operation: Operation<Address>) -> Bool {
    let range = operation.range
    switch operation.kind {
    case .allocate:
      let answer = try? allocate(operation.request)
      return operation.hasSucceeded ? answer == range : answer == nil
    case .addSpan:
      return ((try? add(span: range)) != nil) == operation.hasSucceeded
    case .free:
      return ((try? free(range)) != nil) == operation.hasSucceeded
    case .freeFragment:
      return ((try? freeFragment(range)) != nil) == operation.hasSucceeded
    case .reap:
      return reap() == operation.hasSucceeded
    }
  }

  /// Notes an operation if a log is kept.
  @inline(__always)
  func note(_ operation: @autoclosure () -> Operation<Address>) {
    if state.value.core.isWatched { noteNow(operation()) }
  }

  @inline(never)
  private func noteNow(_ operation: Operation<Address>) {
    let token = acquire()
    state.value.log?.note(operation)
    release(token)
  }
}
