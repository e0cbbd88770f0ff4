import Primitives

/// Which of the segments that can hold a request is taken.
public enum Policy: UInt8, Sendable, CaseIterable {
  /// Whichever is found in the fewest steps.
  case instantFit
  /// The smallest; among equals the one with the lowest address; the lowest placement in it.
  case bestFit
  /// The lowest placement there is.
  case firstFit
  /// The lowest placement at or above the end of the last next-fit allocation, else the lowest there is.
  case nextFit
}

/// What a caller wants of an arena: a size and the constraints on where it may lie.
///
/// The size is rounded up to the arena's quantum before anything else; every constraint applies to the rounded
/// range. Constraints combine freely. A request that contradicts itself is refused as invalid when it is used,
/// not when it is made.
public struct Request<Address: ArenaAddress>: Equatable, Sendable {
  /// One less than the number of addresses wanted, before rounding. Meaningless if `isEmpty`.
  public let countMinusOne: Address
  /// Whether it was made with a count of 0; such a request is always refused.
  public let isEmpty: Bool
  /// Which of several suitable segments to take.
  public var policy = Policy.instantFit
  /// The range starts at `phase` modulo `alignment`: a power of two, or 0 for none. Below the quantum it means the
  /// quantum.
  public var alignment: Address = 1
  /// Below `alignment`, and a multiple of the quantum.
  public var phase: Address = 0
  /// The range crosses no multiple of this power of two, which is not below the rounded size; 0 for none.
  public var nocross: Address = 0
  /// The range starts at or above this address.
  public var first: Address = .min
  /// The range ends at or below this address, which may belong to it.
  public var last: Address = .max
  /// The range starts exactly here.
  public var at: Address?
  /// Reserves the tag that freeing a part from the middle takes, so that this can never fail.
  public var isFragmentable = false
  /// The label that conflicts and walks will show.
  public var owner = Owner.none

  /// A request for `count` addresses; 0 is refused when the request is used.
  @inlinable public init(count: Address) {
    countMinusOne = count &- 1
    isEmpty = count == 0
  }

  /// A request for `countMinusOne + 1` addresses: the only way to ask for the whole space.
  @inlinable public init(countMinusOne: Address) {
    self.countMinusOne = countMinusOne
    isEmpty = false
  }

  /// A request for exactly `range`.
  @inlinable public init(exactly range: AddressRange<Address>) {
    self.init(countMinusOne: range.countMinusOne)
    at = range.first
  }
}
