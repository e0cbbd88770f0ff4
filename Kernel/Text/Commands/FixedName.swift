/// A name by value, of at most `capacity` bytes.
public struct FixedName<let capacity: Int> {
  private var storage = InlineArray<capacity, UInt8>(repeating: 0)
  private let count: Int

  /// The name, or nil if it is empty or too long.
  public init?(_ text: Span<UInt8>) {
    guard text.count > 0, text.count <= capacity else { return nil }
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

/// A name of up to 15 bytes: an arena's, a suite's, a cache's.
public typealias ShortName = FixedName<15>

/// A name of up to 47 bytes, which may have blanks in it: an owner's.
public typealias OwnerName = FixedName<47>

extension FixedName {
  /// Whether both are the same name. O(n).
  public func equals(_ other: FixedName) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where storage[index] != other.storage[index] { return false }
    return true
  }
}
