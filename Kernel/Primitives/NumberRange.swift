/// A number with a unit: of a page, of a frame. Two types that conform cannot be mistaken for each other.
public protocol UnitNumber: Hashable, Comparable, Sendable {
  /// The highest number there is.
  static var maximum: UInt32 { get }

  /// - Precondition: `rawValue <= Self.maximum`.
  init(_ rawValue: UInt32)

  var rawValue: UInt32 { get }
}

/// Consecutive numbers of one unit, both ends included; cannot be empty and cannot wrap (law 2).
@frozen
public struct NumberRange<Number: UnitNumber>: Equatable, Sendable {
  public let first: Number
  public let last: Number

  /// - Precondition: `first <= last`.
  @inlinable
  public init(_ first: Number, through last: Number) {
    precondition(first.rawValue <= last.rawValue, "a range ends before it starts")
    self.first = first
    self.last = last
  }

  /// The `count` numbers from `first` on, or nil where that is no range: none, or past the highest number.
  @inlinable
  public init?(_ first: Number, count: UInt32) {
    guard count > 0, count &- 1 <= Number.maximum &- first.rawValue else { return nil }
    self.first = first
    last = Number(first.rawValue &+ (count &- 1))
  }

  /// How many numbers: at least 1, at most `Number.maximum + 1`.
  @inlinable
  public var count: UInt32 { last.rawValue &- first.rawValue &+ 1 }

  @inlinable
  public func contains(_ number: Number) -> Bool {
    first.rawValue <= number.rawValue && number.rawValue <= last.rawValue
  }

  @inlinable
  public func overlaps(_ other: NumberRange) -> Bool {
    first.rawValue <= other.last.rawValue && other.first.rawValue <= last.rawValue
  }
}
