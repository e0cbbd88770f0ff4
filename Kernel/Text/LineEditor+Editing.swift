extension LineEditor {
  /// Puts a character at the cursor; a full line answers with the bell.
  mutating func insert<S: ByteSink & ~Copyable>(_ byte: UInt8, _ sink: inout S) {
    guard count < width else { return sink.write(0x07) }
    var index = count
    while index > cursor {
      text[index] = text[index - 1]
      index -= 1
    }
    text[cursor] = byte
    count += 1
    sink.write(byte)
    cursor += 1
    showTail(erasing: 0, &sink)
  }

  /// Removes `length` characters before the cursor.
  mutating func deleteBackward<S: ByteSink & ~Copyable>(_ length: Int, _ sink: inout S) {
    let length = length <= cursor ? length : cursor
    guard length > 0 else { return }
    move(to: cursor - length, &sink)
    removeAtCursor(length, &sink)
  }

  /// Removes the character under the cursor.
  mutating func deleteForward<S: ByteSink & ~Copyable>(_ sink: inout S) {
    if cursor < count { removeAtCursor(1, &sink) }
  }

  /// Removes everything from the cursor on.
  mutating func deleteAfter<S: ByteSink & ~Copyable>(_ sink: inout S) {
    if cursor < count { removeAtCursor(count - cursor, &sink) }
  }

  /// How many characters ^W takes: the blanks before the cursor and the word before them.
  var wordBeforeCursor: Int {
    var start = cursor
    while start > 0, text[start - 1] == 0x20 { start -= 1 }
    while start > 0, text[start - 1] != 0x20 { start -= 1 }
    return cursor - start
  }

  /// Moves the cursor within the line, on the terminal too.
  mutating func move<S: ByteSink & ~Copyable>(to target: Int, _ sink: inout S) {
    while cursor > target {
      sink.write(0x08)
      cursor -= 1
    }
    while cursor < target {
      sink.write(text[cursor])
      cursor += 1
    }
  }

  /// Writes the line again after the screen was disturbed.
  mutating func redraw<S: ByteSink & ~Copyable>(_ sink: inout S) {
    sink.newline()
    for index in 0..<count { sink.write(text[index]) }
    sink.write(repeating: 0x08, count: count - cursor)
  }

  /// Puts another line in place of the shown one, cursor at its end.
  mutating func replace<S: ByteSink & ~Copyable>(with line: HistoryLine<width>, _ sink: inout S) {
    move(to: 0, &sink)
    removeAtCursor(count, &sink)
    text = line.text
    count = line.count
    move(to: count, &sink)
  }

  private mutating func removeAtCursor<S: ByteSink & ~Copyable>(_ length: Int, _ sink: inout S) {
    var index = cursor
    while index + length < count {
      text[index] = text[index + length]
      index += 1
    }
    count -= length
    showTail(erasing: length, &sink)
  }

  /// Writes what stands after the cursor, blanks over `erasing` characters behind it, and steps back.
  private func showTail<S: ByteSink & ~Copyable>(erasing: Int, _ sink: inout S) {
    for index in cursor..<count { sink.write(text[index]) }
    sink.write(repeating: 0x20, count: erasing)
    sink.write(repeating: 0x08, count: count - cursor + erasing)
  }
}
