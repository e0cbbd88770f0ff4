import Text

/// One line of text for a panic or a print, in itself and ended with NUL; cut off where it is full.
struct Line: ByteSink {
  private static var size: Int { 320 }
  private var bytes = InlineArray<320, CChar>(repeating: 0)
  private var count = 0

  mutating func write(_ byte: UInt8) {
    // The last byte stays 0.
    guard count < Line.size - 1 else { return }
    bytes[count] = CChar(bitPattern: byte)
    count += 1
  }

  /// Bytes up to NUL, as C has its names; nothing for NULL.
  mutating func write(cString text: UnsafePointer<CChar>?) {
    guard var next = unsafe text else { return }
    while unsafe next.pointee != 0 {
      unsafe write(UInt8(bitPattern: next.pointee))
      unsafe next += 1
    }
  }

  /// 0x and as many digits as an address of this build has.
  mutating func write(word: UInt) {
    write("0x")
    if UInt.bitWidth == 64 { write(hexadecimal: UInt32(truncatingIfNeeded: UInt64(word) >> 32), digits: 8) }
    write(hexadecimal: UInt32(truncatingIfNeeded: word), digits: 8)
  }

  /// A closed range, both ends as words.
  mutating func write(first: UInt, last: UInt) {
    write(word: first)
    write("-")
    write(word: last)
  }

  /// Hands the line to a function of C.
  func withText(_ body: (UnsafePointer<CChar>) -> Void) {
    unsafe bytes.span.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
  }
}
