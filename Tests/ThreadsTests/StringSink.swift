import Text

/// Keeps what is written.
struct StringSink: ByteSink {
  private var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(_ byte: UInt8) { bytes.append(byte) }
}
