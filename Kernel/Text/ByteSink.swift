/// Somewhere bytes go: a serial line, a buffer of the caller, the host's test recorder.
///
/// The kernel has no String and no heap, so text is never built and then printed: it is written byte by byte to
/// where it ends (Text-I1). A sink never fails. One that is full drops what comes and counts it.
public protocol ByteSink: ~Copyable, ~Escapable {
  /// Takes one byte. O(1), apart from the time that a device needs to take it.
  mutating func write(_ byte: UInt8)

  /// What follows is in a style until ``endStyle()``. Styles do not nest. Does nothing where a sink has none.
  mutating func begin(_ style: TextStyle)

  /// What follows is in no style.
  mutating func endStyle()
}

extension ByteSink where Self: ~Copyable & ~Escapable {
  /// Writes literal text.
  public mutating func write(_ text: StaticString) {
    write(text.bytes)
  }

  /// Writes bytes as they are.
  public mutating func write(_ bytes: Span<UInt8>) {
    for index in bytes.indices { write(bytes[index]) }
  }

  /// Writes `byte` `count` times; nothing if `count` is not positive.
  public mutating func write(repeating byte: UInt8, count: Int) {
    var left = count
    while left > 0 {
      write(byte)
      left -= 1
    }
  }

  /// Writes text from outside the kernel, which may hold anything: what is not printable ASCII becomes `\xNN`, so
  /// that a terminal shows it and does not obey it.
  public mutating func write(foreign bytes: Span<UInt8>) {
    for index in bytes.indices {
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x7F {
        write(byte)
      } else {
        write("\\x")
        write(hexadecimal: UInt32(byte), digits: 2)
      }
    }
  }

  /// Ends the line with LF. A device that needs a carriage return adds it.
  public mutating func newline() {
    write(0x0A)
  }
}
