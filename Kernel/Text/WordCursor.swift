/// Cuts a line into words, one after another, without copying.
///
/// A word is what stands between separators; an empty one is never given. The cursor borrows the text.
public struct WordCursor: ~Escapable {
  /// What has not been read.
  public private(set) var rest: Span<UInt8>
  private let separator: UInt8
  /// Bytes before `rest`.
  private var passed = 0

  /// A cursor before the first word. `separator` is a blank unless told; tabs count as blanks.
  @_lifetime(copy text)
  public init(_ text: Span<UInt8>, separator: UInt8 = 0x20) {
    rest = text
    self.separator = separator
  }

  /// The next word, or nil at the end. O(length of the word and the separators before it).
  @_lifetime(copy self)
  public mutating func next() -> Span<UInt8>? {
    guard let place = find() else { return nil }
    let word = rest.extracting(place.start..<place.end)
    pass(place.end)
    return word
  }

  /// Where the next word stands in the text, or nil at the end: for those who keep no span. As `next`.
  public mutating func nextRange() -> TextRange? {
    guard let place = find() else { return nil }
    let range = TextRange(start: passed + place.start, end: passed + place.end)
    pass(place.end)
    return range
  }

  /// Where everything from the next word on stands, blanks at the end left out; nil at the end.
  public mutating func remainder() -> TextRange? {
    guard let place = find() else { return nil }
    var end = rest.count
    while isSeparator(rest[end - 1]) { end -= 1 }
    let range = TextRange(start: passed + place.start, end: passed + end)
    pass(rest.count)
    return range
  }

  private func find() -> TextRange? {
    var start = 0
    while start < rest.count, isSeparator(rest[start]) { start += 1 }
    guard start < rest.count else { return nil }
    var end = start
    while end < rest.count, !isSeparator(rest[end]) { end += 1 }
    return TextRange(start: start, end: end)
  }

  @_lifetime(self: copy self)
  private mutating func pass(_ count: Int) {
    passed += count
    rest = rest.extracting(count...)
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == separator || separator == 0x20 && byte == 0x09
  }
}

extension Span<UInt8> {
  /// What follows `key=`, or nil if the word does not begin so. O(length of the key).
  @_lifetime(copy self)
  public func value(of key: StaticString) -> Span<UInt8>? {
    let length = key.utf8CodeUnitCount
    guard count > length, self[length] == 0x3D, starts(with: key) else { return nil }
    return extracting((length + 1)...)
  }

  /// The bytes without blanks at either end.
  @_lifetime(copy self)
  public func trimmed() -> Span<UInt8> {
    var start = 0
    var end = count
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
    while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
    return extracting(start..<end)
  }
}
