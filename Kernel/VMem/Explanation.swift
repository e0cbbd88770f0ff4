/// What an arena answers when asked how a request would fare.
public struct Explanation<Address: ArenaAddress>: Equatable, Sendable {
  /// A constraint of a request.
  public enum Constraint: UInt8, Sendable {
    /// No free segment is as large as the rounded size.
    case size
    /// Segments are large enough, but none within the bounds.
    case bounds
    /// Within the bounds, but not at the alignment and phase.
    case alignment
    /// Aligned, but only across a boundary.
    case nocross
    /// The exact range is not free, or contradicts another constraint.
    case exact
    /// There is space, but no tag.
    case tags
  }

  /// Where the request would be placed; `nil` if it would fail.
  public let placement: AddressRange<Address>?
  /// The first constraint, in the order of the cases, that leaves no placement.
  public let ruledOutBy: Constraint?
  /// The largest free segment; `nil` if nothing is free.
  public let largestFree: AddressRange<Address>?
}
