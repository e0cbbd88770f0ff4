#if os(none)
import Text

/// Where the kernel's words go: COM1, line ends as CR LF.
///
/// Usable in every context from the first instruction of Swift on; takes no lock, so that a panic can always
/// speak.
public enum Console {
  /// Writes one byte; a newline becomes carriage return and newline.
  @inline(never)
  public static func put(_ byte: UInt8) {
    if byte == 0x0A { SerialPort.com1.send(0x0D) }
    SerialPort.com1.send(byte)
  }

  /// Writes the text's bytes.
  public static func write(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    // A StaticString's bytes live as long as the image, and the index stays below their count.
    for index in 0..<count { put(unsafe text.utf8Start[index]) }
  }

  /// Writes `0x` and 8 hexadecimal digits.
  public static func write(hexadecimal value: UInt32) {
    var sink = ConsoleSink()
    sink.write(address: value)
  }

  /// Writes a decimal number without leading zeros.
  public static func write(decimal value: UInt32) {
    var sink = ConsoleSink()
    sink.write(decimal: value)
  }
}
#endif
