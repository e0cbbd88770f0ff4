import Synchronization

/// How a spin lock keeps interrupts away from the processor that holds it.
///
/// `Primitives` knows no processor; the machine's module conforms a type of its own.
public protocol InterruptControl {
  /// What `disable` found, for `restore`.
  associatedtype Saved

  /// Turns interrupts off on this processor and returns what they were.
  static func disable() -> Saved

  /// Puts interrupts back to what `disable` found.
  static func restore(_ saved: Saved)
}

/// Interrupts that cannot happen: a host process, or a kernel that never enables them.
public enum NoInterrupts: InterruptControl {
  @inlinable public static func disable() {}

  @inlinable public static func restore(_ saved: Void) {}
}

/// A test-and-set lock that holds interrupts off while it is held.
///
/// Interrupts go off before the first attempt: an interrupt handler that wanted the lock of the processor that
/// it interrupted would otherwise spin for ever. Waiting reads before it writes, so that waiters share the
/// cache line until it is free. Usable in interrupt context. Not fair.
public struct SpinLock<Interrupts: InterruptControl>: ~Copyable, Locking {
  @usableFromInline let held = Atomic<UInt32>(0)

  @inlinable public init() {}

  @inlinable public borrowing func acquire() -> Interrupts.Saved {
    let saved = Interrupts.disable()
    if held.exchange(1, ordering: .acquiring) != 0 { wait() }
    return saved
  }

  /// Not inlined: without a loop in it, taking a free lock costs its caller no aligned loop head and no register.
  @usableFromInline @inline(never)
  borrowing func wait() {
    repeat {
      while held.load(ordering: .relaxed) != 0 {}
    } while held.exchange(1, ordering: .acquiring) != 0
  }

  @inlinable public borrowing func release(_ saved: Interrupts.Saved) {
    held.store(0, ordering: .releasing)
    Interrupts.restore(saved)
  }
}

/// The lock of host programs with threads.
public typealias HostLock = SpinLock<NoInterrupts>
