/// A name of up to 15 bytes by value: an arena's, a suite's.
public struct ShortName {
  /// The longest name, in bytes.
  public static let limit = 15

  private var storage = InlineArray<15, UInt8>(repeating: 0)
  private let count: Int

  /// The name, or nil if it is empty or too long.
  public init?(_ text: Span<UInt8>) {
    guard text.count > 0, text.count <= Self.limit else { return nil }
    count = text.count
    for index in text.indices { storage[index] = text[index] }
  }

  /// The bytes of the name.
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { storage.span.extracting(first: count) }
  }
}
