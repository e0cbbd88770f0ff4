import Primitives

/// An arena: hands out ranges of addresses from the spans that it was given.
///
/// The value is a handle; all bookkeeping lies in the storage handed to `create`, which must stay where it is
/// and outlive every copy of the handle. Copies are the same arena. Nothing else is needed, no heap and no other
/// part of the kernel, so an arena may be the first thing that a boot makes.
public struct Arena<Address: ArenaAddress, Lock: Locking & ~Copyable>: Sendable {
  let state: Place<ArenaState<Address, Lock>>
}

/// What lies at the start of an arena's storage.
struct ArenaState<Address: ArenaAddress, Lock: Locking & ~Copyable>: ~Copyable {
  let lock: Lock
  let name: ArenaName
  var core: Core<Address>
  /// How many processors have magazines.
  let processors: Int
  var importing = Importing<Address, Lock>()
  var tagSource: TagSource?
  var grantedStorage: Place<GrantedStorage>?
  var isRefilling = false
  var waiting: WaitHooks?
  var log: OperationLog<Address>?
  /// How many requests wait or are about to.
  var waiters = 0
}

/// What an arena is called: bytes that stay where they are.
@safe
public struct ArenaName: ExpressibleByStringLiteral, Sendable {
  nonisolated(unsafe) private let start: UnsafePointer<UInt8>
  private let count: Int

  @inlinable public init(stringLiteral name: StaticString) { self.init(name) }

  /// A literal's bytes never go away.
  public init(_ name: StaticString) {
    precondition(name.hasPointerRepresentation)
    unsafe start = name.utf8Start
    count = name.utf8CodeUnitCount
  }

  /// The bytes up to the first NUL. The caller promises that they stay as long as the arena.
  @unsafe public init(nulTerminated name: UnsafePointer<UInt8>) {
    unsafe start = name
    var length = 0
    while unsafe name[length] != 0 { length += 1 }
    count = length
  }

  /// The bytes, without a NUL.
  public func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    unsafe body(UnsafeBufferPointer(start: start, count: count).span)
  }
}
