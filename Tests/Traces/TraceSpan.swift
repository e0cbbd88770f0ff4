/// What a trace asks the thing under test to be created with.
public struct TraceSpan: Sendable {
  /// The first address of the span.
  public var first: UInt32
  /// Bytes in the span; a multiple of the quantum.
  public var count: UInt32
  /// The unit of every size, in bytes.
  public var quantum: UInt32
  /// Sizes up to this many bytes go through quantum caches; 0 means none.
  public var cachedUpTo: UInt32
  /// How many segments may exist at once: bookkeeping must be there for so many.
  public var segments: UInt32
  /// When there is to be an index by address, for what has the choice.
  public var index: Index

  /// The raw values are what `subject_create` is told.
  public enum Index: UInt32, Sendable {
    case onDemand, always
  }

  public init(
    first: UInt32, count: UInt32, quantum: UInt32, cachedUpTo: UInt32 = 0, segments: UInt32,
    index: Index = .onDemand
  ) {
    self.first = first
    self.count = count
    self.quantum = quantum
    self.cachedUpTo = cachedUpTo
    self.segments = segments
    self.index = index
  }
}
