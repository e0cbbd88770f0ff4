import Primitives

extension Arena where Lock: ~Copyable {
  /// Names the functions by which requests sleep. Without them `allocateWaiting` fails as `allocate` does.
  public func setWaiting(_ hooks: WaitHooks?) {
    let token = acquire()
    defer { release(token) }
    state.value.waiting = hooks
  }

  /// Changes with every free; what `WaitHooks.Wait` compares. O(magazines).
  public var releaseCount: UInt32 {
    let token = acquire()
    defer { release(token) }
    return state.value.core.frees &+ magazines.returns
  }

  /// As `allocate`, but a request that finds no space or no tag sleeps until something is freed and tries again.
  /// It fails if it is invalid, or if the wait gives up. Context: one that may sleep.
  public func allocateWaiting(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> AddressRange<Address> {
    beginWaiting()
    defer { endWaiting() }
    while true {
      let seen = releaseCount
      do throws(AllocationError<Address>) {
        return try allocate(request)
      } catch {
        if case .invalid = error { throw error }
        guard let hooks = state.value.waiting, hooks.sleep(seen) else { throw error }
      }
    }
  }

  /// From now until `endWaiting` every free here, and in the arenas that this one imports from, calls `wake`. For those
  /// who wait by an order of their own: they begin before the attempt after whose failure they sleep.
  ///
  /// The source stays the same meanwhile. O(arenas that feed this one).
  public func beginWaiting() { noteWaiter(1) }

  /// Ends what `beginWaiting` began.
  public func endWaiting() { noteWaiter(-1) }

  private func noteWaiter(_ change: Int) {
    let token = acquire()
    state.value.waiters += change
    let source = state.value.importing.source
    if state.value.waiters > 0 {
      state.value.core.enter(.isAwaited)
    } else {
      state.value.core.leave(.isAwaited)
    }
    release(token)
    if case .arena(let arena) = source { arena.noteWaiter(change) }
  }
}
