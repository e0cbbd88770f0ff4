extension StaticString {
  /// The UTF-8 bytes of the literal, without a terminator.
  ///
  /// - Precondition: The literal is not one of a single Unicode scalar that the compiler stored in place of a
  ///   pointer; ordinary literals, one character long ones included, are pointers.
  public var bytes: Span<UInt8> {
    @_lifetime(immortal)
    get {
      // A literal lives as long as the image, so a view of it may outlive everything.
      unsafe _overrideLifetime(Span(_unsafeStart: utf8Start, count: utf8CodeUnitCount), copying: ())
    }
  }
}

extension Span<UInt8> {
  /// Whether these bytes are exactly the literal. O(n).
  public func equals(_ text: StaticString) -> Bool {
    equals(text.bytes)
  }

  /// Whether both hold the same bytes. O(n).
  public func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// Whether these bytes begin with the literal. O(n).
  public func starts(with text: StaticString) -> Bool {
    let prefix = text.bytes
    guard count >= prefix.count else { return false }
    return extracting(first: prefix.count).equals(prefix)
  }
}
