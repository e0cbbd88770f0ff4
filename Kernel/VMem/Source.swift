import Primitives

/// Where an arena gets further spans from when its own do not suffice, and gives them back to.
///
/// The arena's lock is not held during the calls, so a source may use the arena, and may be fed by it.
public enum Source<Address: ArenaAddress, Lock: Locking & ~Copyable>: Sendable {
  /// No further spans.
  case none
  /// Another arena. Constraints are passed on; what its quantum rounds up is imported with the rest.
  case arena(Arena<Address, Lock>)
  /// Functions of the caller, with a word of context that the arena passes on and never looks at.
  case functions(SourceFunctions<Address>)
}

/// Imports by call-back: C function pointers, because a stored closure would need a heap.
@safe
public struct SourceFunctions<Address: ArenaAddress>: @unchecked Sendable {
  /// Grants a range or not. The second argument points to an `ImportCall<Address>` that lives during the call;
  /// `ImportCall.at` reaches it.
  public typealias Import =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer) -> Void
  /// Takes a granted range back, whole. The second argument points to an `AddressRange<Address>` that lives
  /// during the call. It must not fail.
  public typealias Release =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ range: UnsafeMutableRawPointer) -> Void

  let grant: Import
  let release: Release
  let context: UnsafeMutableRawPointer?
  /// Granted ranges start and end on multiples of this power of two, and requests are widened to it.
  let granularity: Address

  /// The caller promises that the functions treat their arguments as described, and that `context` stays valid
  /// as long as the arena.
  @unsafe public init(
    grant: @escaping Import, release: @escaping Release, context: UnsafeMutableRawPointer?,
    granularity: Address = 1
  ) {
    precondition(granularity != 0 && granularity & (granularity - 1) == 0, "granularity is no power of two")
    unsafe self.grant = grant
    unsafe self.release = release
    unsafe self.context = context
    self.granularity = granularity
  }
}

/// What an arena asks of its source, and the answer.
public struct ImportCall<Address: ArenaAddress>: Sendable {
  /// The smallest range that helps, with the constraints that it must satisfy.
  public let request: Request<Address>
  /// One less than the size that the arena would like, not below that of the request: the request rounded up to
  /// the import quantum. A larger grant must satisfy the request's bounds and alignment with its first addresses.
  public let preferredCountMinusOne: Address
  /// The answer: the granted range, if any.
  public var granted: AddressRange<Address>?

  /// The call behind the pointer that an import function is given.
  @unsafe public static func at(_ call: UnsafeMutableRawPointer) -> UnsafeMutablePointer<ImportCall> {
    unsafe call.assumingMemoryBound(to: ImportCall.self)
  }
}

/// What an arena remembers of its imports.
struct Importing<Address: ArenaAddress, Lock: Locking & ~Copyable> {
  var source = Source<Address, Lock>.none
  /// Sizes asked for are multiples of this power of two.
  var quantum: Address = 1
  /// One less than the most addresses that may be imported at once.
  var limitMinusOne: Address = .max

  var isNone: Bool {
    if case .none = source { true } else { false }
  }

  var granularity: Address {
    switch source {
    case .none: 1
    case .arena(let arena): arena.quantum
    case .functions(let functions): functions.granularity
    }
  }
}
