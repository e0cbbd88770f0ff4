import VMem

/// What a caller wants of an extent: a size, where it may lie, and which of the possible places to take.
public struct ExtentRequest<Address: ArenaAddress>: Equatable, Sendable {
  /// Which of the possible placements is taken. In each gap only the lowest counts.
  public enum Policy: UInt8, Sendable {
    /// The one with the least room between its end and the next region or the extent's end; the lowest among
    /// equals.
    case leastOverhead
    /// The lowest: extent(9)'s EX_FAST.
    case lowest
  }

  /// Where boundaries are counted from.
  public enum BoundaryOrigin: UInt8, Sendable {
    /// The first number of the extent.
    case start
    /// 0: extent(9)'s EX_BOUNDZERO.
    case zero
  }

  /// One less than the size.
  public let countMinusOne: Address
  /// Whether it was made with a count of 0; such a request is refused.
  public let isEmpty: Bool
  /// The region lies at or above this number; what lies outside the extent is ignored.
  public var first: Address = .min
  /// The region lies at or below this number, which may belong to it.
  public var last: Address = .max
  /// The region starts at `skew` modulo `alignment`, a power of two.
  public var alignment: Address = 1
  /// Below `alignment`.
  public var skew: Address = 0
  /// The region crosses no multiple of this power of two, which is not below the size; 0 for none.
  public var boundary: Address = 0
  public var boundaryOrigin = BoundaryOrigin.start
  public var policy = Policy.leastOverhead

  /// A request for `count` numbers; 0 is refused when the request is used.
  public init(count: Address) {
    countMinusOne = count &- 1
    isEmpty = count == 0
  }

  /// Whether the shortest gap within its bounds is what it asks for.
  var isPlain: Bool { alignment == 1 && boundary == 0 && policy == .leastOverhead }

  /// What is wrong with it, whatever the extent holds; `nil` if nothing is.
  var fault: ExtentFault? {
    if isEmpty { return .empty }
    if alignment == 0 || alignment & (alignment - 1) != 0 { return .alignment }
    if skew >= alignment { return .skew }
    if boundary != 0, boundary & (boundary - 1) != 0 { return .boundary }
    if boundary != 0, countMinusOne > boundary - 1 { return .boundaryBelowSize }
    return first > last ? .subregion : nil
  }
}
