/// Mutual exclusion as a type parameter: whoever keeps shared state chooses at compile time what guards it.
///
/// A conforming type lives inside the state that it guards and never moves. `Token` carries what must be put
/// back on release, for example the interrupt flag. Locks here are not recursive.
public protocol Locking: ~Copyable {
  associatedtype Token

  /// Waits until the caller holds the lock.
  borrowing func acquire() -> Token

  /// Gives the lock back; `token` is what the matching `acquire` returned.
  borrowing func release(_ token: Token)

  /// Whether `acquire` and `release` do anything. It never changes: who asked once need not call them.
  var isNeeded: Bool { borrowing get }

  /// The number of the processor that runs the caller, from 0, while it holds a lock of this type.
  static var processor: Int { get }
}

extension Locking where Self: ~Copyable {
  /// They do, unless the lock knows better.
  @inlinable public var isNeeded: Bool { true }

  /// One processor, unless the lock knows better.
  @inlinable public static var processor: Int { 0 }
}

/// No lock at all: for boot, when one processor runs with interrupts off, and for callers who serialise.
public struct NoLock: Locking, Sendable {
  @inlinable public init() {}

  @inlinable public func acquire() {}

  @inlinable public func release(_ token: Void) {}

  @inlinable public var isNeeded: Bool { false }
}
