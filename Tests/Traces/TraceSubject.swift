/// Something that allocates, as a trace sees it.
///
/// Implementations are thin and never inlined into the trace: what remains after the count of a subject that
/// answers at once has been subtracted is then the allocator and nothing else.
public protocol TraceSubject {
  /// Starts over with one free span. False if there is no memory for the bookkeeping.
  mutating func create(_ span: TraceSpan) -> Bool

  /// Instant fit, without constraints.
  func allocate(_ count: UInt32) -> UInt32?
  /// The same, as who mostly asks for what lies in a quantum cache would.
  func allocateCached(_ count: UInt32) -> UInt32?
  /// Best fit, without constraints.
  func allocateBest(_ count: UInt32) -> UInt32?
  /// First fit (the lowest address), without constraints.
  func allocateFirst(_ count: UInt32) -> UInt32?
  /// Next fit, without constraints.
  func allocateNext(_ count: UInt32) -> UInt32?
  /// Instant fit with an alignment and closed bounds.
  func allocate(_ count: UInt32, alignment: UInt32, first: UInt32, last: UInt32) -> UInt32?
  /// Exactly this address.
  func claim(_ address: UInt32, _ count: UInt32) -> Bool

  /// The same, likewise.
  func freeCached(_ address: UInt32, _ count: UInt32)
  /// Frees what came without constraints.
  func free(_ address: UInt32, _ count: UInt32)
  /// Frees what came with constraints: C's `vmem_xfree`.
  func freeConstrained(_ address: UInt32, _ count: UInt32)
}

/// The calls that a meter tells apart. The raw values are the labels of the host's call log.
public enum TraceCall: UInt32, CaseIterable {
  case instant, best, first, next, bounded, exact, free
}
