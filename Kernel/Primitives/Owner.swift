/// Who holds a range: a small number that an arena stores beside it. Names are in an `OwnerTable`, so that the
/// arena never touches text.
public struct Owner: RawRepresentable, Equatable, Hashable, Sendable {
  /// 0 means that nobody gave a name.
  public let rawValue: UInt16

  @inlinable public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// No label.
  @inlinable public static var none: Owner { Owner(rawValue: 0) }
}
