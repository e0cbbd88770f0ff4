/// A line that was finished, or the one being typed while an earlier one is shown.
struct HistoryLine<let width: Int> {
  var text = InlineArray<width, UInt8>(repeating: 0)
  var count = 0
}

extension LineEditor {
  /// Keeps the finished line, unless it is empty or the same as the one before. The oldest makes way.
  mutating func remember() {
    guard depth > 0, count > 0, !isLatest else { return }
    var index = remembered < depth ? remembered : depth - 1
    while index > 0 {
      history[index] = history[index - 1]
      index -= 1
    }
    history[0] = HistoryLine(text: text, count: count)
    if remembered < depth { remembered += 1 }
  }

  /// Shows the line `back` steps ago; 0 is an empty one. The bell answers where there is none.
  mutating func recall<S: ByteSink & ~Copyable>(_ back: Int, _ sink: inout S) {
    guard back >= 0, back <= remembered else { return sink.write(0x07) }
    shown = back
    replace(with: back == 0 ? HistoryLine() : history[back - 1], &sink)
  }

  private var isLatest: Bool {
    guard remembered > 0, history[0].count == count else { return false }
    for index in 0..<count where history[0].text[index] != text[index] { return false }
    return true
  }
}
