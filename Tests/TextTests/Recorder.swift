import Text

/// A sink that keeps everything, for the host.
struct Recorder: ByteSink {
  var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

  mutating func write(_ byte: UInt8) {
    bytes.append(byte)
  }
}

/// What `body` writes, as a string.
func written(_ body: (inout Recorder) -> Void) -> String {
  var recorder = Recorder()
  body(&recorder)
  return recorder.text
}

/// The bytes as a string.
func string(_ bytes: Span<UInt8>) -> String {
  written { $0.write(bytes) }
}

/// Lends the bytes of a string to `body`.
func withBytes<Result>(of string: String, _ body: (Span<UInt8>) -> Result) -> Result {
  let bytes = Array(string.utf8)
  return body(bytes.span)
}
