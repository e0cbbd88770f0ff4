import Primitives

extension Arena where Lock: ~Copyable {
  /// Notes every further operation in `log`; `nil` ends it. While a log is kept the fast paths stand aside.
  ///
  /// An operation is noted after it is done, under the lock taken once more, so that sources and waiters may be called in
  /// between. Notes of operations that overlap in time may therefore stand in another order than the operations took
  /// effect in; a log that is to be replayed wants one user at a time, or callers that serialise.
  public func setLog(_ log: OperationLog<Address>?) {
    let token = acquire()
    defer { release(token) }
    state.value.log = log
    state.value.core.watch(log != nil || state.value.core.faults.isActive)
  }

  /// Notes every further operation in `log`, which begins with the arena as it is: each span as if it were added now,
  /// each allocation as a request for exactly its range, fragmentable, with its owner. ``reenact(_:)`` plays such a log.
  /// O(segments), with the lock held.
  ///
  /// For arenas without quantum caches: what lies in a magazine is neither free nor allocated, and no log tells.
  public func beginLog(_ log: OperationLog<Address>) {
    let token = acquire()
    defer { release(token) }
    var log = log
    var next: Address? = .min
    while let from = next, let span = state.value.core.span(atOrAfter: from) {
      log.note(Operation(.addSpan, span, hasSucceeded: true))
      next = span.last == .max ? nil : span.last + 1
    }
    next = .min
    while let from = next, let segment = state.value.core.segment(atOrAfter: from) {
      if segment.kind != .free {
        var request = Request(exactly: segment.range)
        request.owner = segment.owner
        request.isFragmentable = true
        log.note(Operation(request, segment.range))
      }
      next = segment.range.last == .max ? nil : segment.range.last + 1
    }
    log.stateCount = log.count
    state.value.log = log
    state.value.core.watch(true)
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

  /// Plays a complete log to this arena, a new one of the same quantum, and asks for each allocation exactly where it was
  /// placed. So it needs nothing of the arena's past but what was free, and whatever the log began with will do. Answers
  /// the number of the first operation that went otherwise: a range was given out that was not free or broke a constraint,
  /// a request failed for which there is space, a free was refused or granted wrongly. `nil` if there is none.
  public func reenact(_ log: OperationLog<Address>) -> Int? {
    precondition(log.isComplete, "the beginning of the log was overwritten")
    for index in 0..<log.count where !repeats(log[index].placed) { return index }
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
