/// What an arena can hand out: addresses of any unsigned width.
public typealias ArenaAddress = FixedWidthInteger & UnsignedInteger & Sendable

/// A closed range of addresses: both ends belong to it, so it is never empty and the last address of the space
/// is an address like any other.
///
/// Its length is carried as one less than the number of addresses. That number itself does not fit the type
/// when the range is the whole space.
public struct AddressRange<Address: ArenaAddress>: Equatable, Sendable {
  /// The lowest address of the range.
  public let first: Address
  /// The highest address of the range, included.
  public let last: Address

  /// The range from `first` to `last`, both included. `first` must not be above `last`.
  @inlinable public init(first: Address, last: Address) {
    precondition(first <= last, "a range ends before it starts")
    self.first = first
    self.last = last
  }

  /// For ends that are known to be in order.
  @usableFromInline @inline(__always) init(uncheckedFirst first: Address, last: Address) {
    self.first = first
    self.last = last
  }

  /// The `count` addresses from `first` on; `nil` if there are none or if they would pass the end of the space.
  @inlinable public init?(first: Address, count: Address) {
    guard count != 0, count - 1 <= Address.max - first else { return nil }
    self.first = first
    self.last = first + (count - 1)
  }

  /// The `countMinusOne + 1` addresses from `first` on; `nil` if they would pass the end of the space.
  ///
  /// Theorem Range-T3: the guard holds exactly if `first + countMinusOne` does not wrap.
  @inlinable public init?(first: Address, countMinusOne: Address) {
    guard countMinusOne <= Address.max - first else { return nil }
    self.first = first
    self.last = first + countMinusOne
  }

  /// Every address there is.
  @inlinable public static var whole: AddressRange { AddressRange(first: .min, last: .max) }

  /// One less than the number of addresses.
  @inlinable public var countMinusOne: Address { last - first }

  /// The number of addresses; `nil` for the whole space, whose count the type cannot express.
  @inlinable public var count: Address? {
    let (count, overflow) = countMinusOne.addingReportingOverflow(1)
    return overflow ? nil : count
  }

  @inlinable public func contains(_ address: Address) -> Bool { first <= address && address <= last }

  @inlinable public func contains(_ other: AddressRange) -> Bool {
    first <= other.first && other.last <= last
  }

  /// Theorem Range-T1: each begins no later than the other ends, exactly if some address is in both.
  @inlinable public func overlaps(_ other: AddressRange) -> Bool {
    first <= other.last && other.first <= last
  }

  /// The addresses that both have; `nil` if there are none.
  @inlinable public func intersection(_ other: AddressRange) -> AddressRange? {
    guard overlaps(other) else { return nil }
    return AddressRange(first: max(first, other.first), last: min(last, other.last))
  }
}
