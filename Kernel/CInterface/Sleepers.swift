import CHooks
import Synchronization

/// Those who wait for something to become free. It lives in the state of an arena or an extent and never moves.
///
/// No wake-up is lost. A waiter counts itself with `enter` before its last attempt and remembers the `moment`. A
/// free that comes after the attempt sees the waiter counted, for both happened under the same lock in this order;
/// it changes the counter, and `tessera_sleep` returns at once if that is no longer what was remembered. While
/// nobody waits a free costs one load.
struct Sleepers: ~Copyable {
  private let changes = Atomic<UInt>(0)
  private let waiting = Atomic<UInt>(0)

  /// Something was freed: wakes those who wait, if there are any.
  @inline(__always)
  borrowing func wake() {
    if waiting.load(ordering: .relaxed) != 0 { wakeAll() }
  }

  /// Wakes without looking whether anybody waits.
  @inline(never)
  borrowing func wakeAll() {
    changes.wrappingAdd(1, ordering: .sequentiallyConsistent)
    unsafe tessera_wake(counter)
  }

  /// Counts the caller among those who wait, until `leave`.
  borrowing func enter() { waiting.wrappingAdd(1, ordering: .sequentiallyConsistent) }

  borrowing func leave() { waiting.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

  /// What to hand to `sleep` if the attempt that follows fails.
  borrowing func moment() -> UInt { changes.load(ordering: .sequentiallyConsistent) }

  /// Waits for a change after `moment`. What `tessera_sleep` answers: 0 to try again.
  borrowing func sleep(since moment: UInt, interruptible: Bool) -> CInt {
    unsafe tessera_sleep(counter, moment, interruptible ? 1 : 0)
  }

  private var counter: UnsafePointer<UInt> {
    // An Atomic<UInt> is one word, and it stays in place because it is part of an arena's storage.
    unsafe withUnsafePointer(to: changes) { unsafe UnsafeRawPointer($0).assumingMemoryBound(to: UInt.self) }
  }
}
