import Primitives

/// A part of a span as a walk shows it: one allocation, or the free addresses between two.
public struct Segment<Address: ArenaAddress>: Equatable, Sendable {
  public enum Kind: UInt8, Sendable {
    case free
    case allocated
    /// In a magazine: free for the clients, and given back to the arena when it is reaped.
    case cached
  }

  /// The addresses, both ends included.
  public let range: AddressRange<Address>
  public let kind: Kind
  /// The label given at allocation; `.none` for free segments.
  public let owner: Owner

  @inlinable public init(range: AddressRange<Address>, kind: Kind, owner: Owner) {
    self.range = range
    self.kind = kind
    self.owner = owner
  }
}
