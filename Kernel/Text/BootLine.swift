/// Cuts a kernel command line into words.
///
/// Quotes, single or double, open and close anywhere in a word and keep blanks in it. A backslash makes a quote or a
/// backslash ordinary, in quotes and outside, since GRUB writes them so.
public enum BootLine {
  /// What became of a line.
  public struct Words: Equatable, Sendable {
    /// Bytes of the storage in use.
    public let count: Int

    /// Whether the line did not fit; what is there is its beginning.
    public let isTruncated: Bool

    public init(count: Int, isTruncated: Bool) {
      self.count = count
      self.isTruncated = isTruncated
    }
  }

  /// Copies the line to `storage` with quotes resolved and each word ended by a NUL. O(length of the line).
  ///
  /// A line of n bytes needs at most n + 1, since each separator is at least one byte.
  public static func unquote(_ line: Span<UInt8>, into storage: inout MutableSpan<UInt8>) -> Words {
    var buffer = WordBuffer()
    var quote: UInt8 = 0
    var index = 0
    while index < line.count {
      var byte = line[index]
      index += 1
      if byte == 0x5C, index < line.count, isQuotable(line[index]) {
        byte = line[index]
        index += 1
      } else if quote == 0 && (byte == 0x22 || byte == 0x27) {
        quote = byte
        buffer.isInWord = true
        continue
      } else if quote != 0 && byte == quote {
        quote = 0
        continue
      } else if quote == 0 && (byte == 0x20 || byte == 0x09) {
        buffer.endWord(in: &storage)
        continue
      }
      buffer.append(byte, to: &storage)
    }
    buffer.endWord(in: &storage)
    return Words(count: buffer.count, isTruncated: buffer.isFull)
  }

  private static func isQuotable(_ byte: UInt8) -> Bool {
    byte == 0x5C || byte == 0x22 || byte == 0x27
  }
}

/// How far the storage is filled.
private struct WordBuffer {
  var count = 0
  var isInWord = false
  var isFull = false

  mutating func append(_ byte: UInt8, to storage: inout MutableSpan<UInt8>) {
    isInWord = true
    guard count < storage.count else {
      isFull = true
      return
    }
    storage[count] = byte
    count += 1
  }

  mutating func endWord(in storage: inout MutableSpan<UInt8>) {
    if isInWord { append(0, to: &storage) }
    isInWord = false
  }
}
