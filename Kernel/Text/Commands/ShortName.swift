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

  /// Whether these bytes are the name. O(n).
  public func equals(_ text: Span<UInt8>) -> Bool {
    guard text.count == count else { return false }
    for index in 0..<count where storage[index] != text[index] { return false }
    return true
  }

  /// Writes the name.
  public func write<S: ByteSink & ~Copyable & ~Escapable>(to sink: inout S) {
    for index in 0..<count { sink.write(storage[index]) }
  }
}
