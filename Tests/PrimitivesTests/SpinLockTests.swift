import Dispatch
import Primitives
import Testing

/// Interrupts of a processor that exists in this test only.
private enum NotedInterrupts: InterruptControl {
  nonisolated(unsafe) static var areEnabled = true
  nonisolated(unsafe) static var log: [String] = []

  static func disable() -> Bool {
    defer { areEnabled = false }
    log.append("off")
    return areEnabled
  }

  static func restore(_ saved: Bool) {
    log.append(saved ? "on" : "still off")
    areEnabled = saved
  }
}

/// A lock and what it guards, shared by threads.
private final class Guarded: @unchecked Sendable {
  let lock = HostLock()
  var count = 0
}

@Suite("Locks")
struct SpinLockTests {
  @Test("interrupts are off while a lock is held, and afterwards what they were (Primitives-I2)")
  func interruptsNest() {
    let outer = SpinLock<NotedInterrupts>()
    let inner = SpinLock<NotedInterrupts>()
    let outerToken = outer.acquire()
    let innerToken = inner.acquire()
    inner.release(innerToken)
    #expect(!NotedInterrupts.areEnabled)
    outer.release(outerToken)
    #expect(NotedInterrupts.areEnabled)
    #expect(NotedInterrupts.log == ["off", "off", "still off", "on"])
  }

  @Test("of threads that fight for a lock one is inside (Primitives-I2)")
  func exclusion() {
    let guarded = Guarded()
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<20_000 {
        let token = guarded.lock.acquire()
        guarded.count += 1
        guarded.lock.release(token)
      }
    }
    #expect(guarded.count == 80_000)
  }
}
