extension LineEditor {
  /// Keeps the finished line, unless it is empty or the same as the one before. The oldest makes way.
  mutating func remember() {
    guard depth > 0, count > 0, !isLatest else { return }
    if remembered < depth { remembered += 1 }
    var index = (remembered + 1) * width - 1
    while index >= 2 * width {
      rows[index] = rows[index - width]
      index -= 1
    }
    for index in 0..<width { rows[width + index] = index < count ? rows[index] : 0 }
  }

  /// Shows the line `back` steps ago; 0 is an empty one. The bell answers where there is none.
  mutating func recall<S: ByteSink & ~Copyable>(_ back: Int, _ sink: inout S) {
    guard back >= 0, back <= remembered else { return sink.write(0x07) }
    shown = back
    replace(withRow: back, &sink)
  }

  /// How many bytes of a remembered row are text.
  func length(ofRow row: Int) -> Int {
    var length = 0
    while length < width, rows[row * width + length] != 0 { length += 1 }
    return length
  }

  private var isLatest: Bool {
    guard remembered > 0, length(ofRow: 1) == count else { return false }
    for index in 0..<count where rows[width + index] != rows[index] { return false }
    return true
  }
}
