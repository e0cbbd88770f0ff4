#if os(none)
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

  /// Writes `0x` and `digits` hexadecimal digits, 8 unless told otherwise.
  public static func write(hexadecimal value: UInt32, digits: UInt32 = 8) {
    write("0x")
    for index in 0..<digits {
      let nibble = UInt8(truncatingIfNeeded: value &>> ((digits - 1 - index) * 4)) & 0xF
      put(nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10)
    }
  }

  /// Writes a decimal number without leading zeros.
  public static func write(decimal value: UInt32) {
    var divisor: UInt32 = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      put(0x30 + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
#endif
