import Primitives
import Synchronization

extension Pools where Lock: ~Copyable {
  /// Names the functions by which allocations sleep. Without them `sleep` fails as `noSleep` does.
  public func setWaiting(_ hooks: WaitHooks?) {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    unsafe state.pointee.waiting = hooks
  }

  /// While anybody waits, changes with every object that goes back to a slab; what `WaitHooks.Wait` compares.
  public var releaseCount: UInt32 {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    return unsafe state.pointee.releaseCount
  }

  /// Allocations that wait for memory, or are about to.
  public var waiters: Int { unsafe Int(state.pointee.waiters.load(ordering: .relaxed)) }

  /// Whether anybody waits. Who looks under a lock that the waiter takes too sees it if the waiter had the lock first.
  @inline(__always)
  var isWaitedFor: Bool { unsafe state.pointee.waiters.load(ordering: .relaxed) != 0 }

  /// Tells those who wait that memory came back from elsewhere: a page source that was filled up.
  public func announceRelease() {
    guard isWaitedFor else { return }
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.releaseCount &+= 1
    let hooks = unsafe state.pointee.waiting
    unsafe state.pointee.lock.release(token)
    hooks?.wakeAll()
  }

  func noteWaiter(_ change: Int) {
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.waiters.store(UInt(bitPattern: waiters + change), ordering: .relaxed)
    unsafe state.pointee.lock.release(token)
  }
}

extension Pools where Lock: ~Copyable {
  /// Calls `attempt` until it answers something or the wait is given up; for those who allocate from what pools give
  /// back. Context: one that may sleep.
  ///
  /// Why no free goes unnoticed: a magazine is loaded under the lock of its front and only if nobody is counted then;
  /// after the waiter was counted its reaping takes that lock too, and takes the magazine away. So every later free
  /// goes the long way, to a slab, and announces itself there. Whoever held memory for a while without using it, as an
  /// attempt that failed, says so when it is back.
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
