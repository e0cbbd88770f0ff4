import Primitives

extension Pools where Lock: ~Copyable {
  /// Names the functions by which allocations sleep. Without them `sleep` fails as `noSleep` does.
  public func setWaiting(_ hooks: PoolWaitHooks?) {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    unsafe state.pointee.waiting = hooks
  }

  /// While anybody waits, changes with every object that goes back to a slab; what `PoolWaitHooks.Wait` compares.
  public var releaseCount: UInt32 {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    return unsafe state.pointee.releaseCount
  }

  /// Allocations that wait for memory, or are about to.
  public var waiters: Int {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    return unsafe state.pointee.waiters
  }

  /// Tells those who wait that memory came back from elsewhere: a page source that was filled up.
  public func announceRelease() {
    guard unsafe state.pointee.waiters > 0 else { return }
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.releaseCount &+= 1
    let hooks = unsafe state.pointee.waiting
    unsafe state.pointee.lock.release(token)
    hooks?.wakeAll()
  }

  func noteWaiter(_ change: Int) {
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.waiters += change
    unsafe state.pointee.lock.release(token)
  }
}

extension Pools where Lock: ~Copyable {
  /// Calls `attempt` until it answers something or the wait is given up; for those who allocate from what pools give
  /// back. Context: one that may sleep.
  ///
  /// Why no free goes unnoticed: once a waiter is counted, nobody loads a magazine any more, and reaping takes away
  /// those that are loaded; so every later free goes the long way, to a slab, and announces itself there.
  public func retry<Result>(_ attempt: () -> Result?) -> Result? {
    noteWaiter(1)
    defer {
      noteWaiter(-1)
      unsafe state.pointee.waiting?.end()
    }
    if waiters > 1, let hooks = unsafe state.pointee.waiting, hooks.hasOrder {
      guard hooks.sleep(releaseCount) else { return nil }
    }
    while true {
      let seen = releaseCount
      reap()
      if let result = attempt() { return result }
      guard let hooks = unsafe state.pointee.waiting, hooks.sleep(seen) else { return nil }
    }
  }
}
