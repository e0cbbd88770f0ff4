/// A sink that fills bytes of the caller.
///
/// Having a value of this type tells you that `count` bytes of the storage are text and that nothing past its end
/// was touched. What did not fit is dropped and counted in `lost`.
public struct ByteBuffer: ByteSink, ~Copyable, ~Escapable {
  private var storage: MutableSpan<UInt8>

  /// Bytes written so far, at most the size of the storage.
  public private(set) var count = 0

  /// Bytes that came after the storage was full.
  public private(set) var lost = 0

  /// An empty buffer over storage that the caller lends.
  @_lifetime(copy storage)
  public init(_ storage: consuming MutableSpan<UInt8>) {
    self.storage = storage
  }

  public mutating func write(_ byte: UInt8) {
    guard count < storage.count else {
      lost += 1
      return
    }
    storage[count] = byte
    count += 1
  }

  /// What was written.
  public var text: Span<UInt8> {
    @_lifetime(borrow self)
    get { storage.span.extracting(first: count) }
  }
}

/// A sink that keeps nothing and counts: what a table measures its columns with.
public struct ByteCounter: ByteSink {
  /// Bytes taken so far.
  public private(set) var count = 0

  public init() {}

  public mutating func write(_ byte: UInt8) {
    count += 1
  }
}
