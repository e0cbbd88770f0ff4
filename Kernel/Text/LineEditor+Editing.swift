extension LineEditor {
  /// Puts a character at the cursor; a full line answers with the bell.
  mutating func insert<S: ByteSink & ~Copyable>(_ byte: UInt8, _ sink: inout S) {
    guard count < width else { return sink.write(0x07) }
    var index = count
    while index > cursor {
      rows[index] = rows[index - 1]
      index -= 1
    }
    rows[cursor] = byte
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
    while start > 0, rows[start - 1] == 0x20 { start -= 1 }
    while start > 0, rows[start - 1] != 0x20 { start -= 1 }
    return cursor - start
  }

  /// Moves the cursor within the line, on the terminal too.
  mutating func move<S: ByteSink & ~Copyable>(to target: Int, _ sink: inout S) {
    while cursor > target {
      sink.write(0x08)
      cursor -= 1
    }
    while cursor < target {
      sink.write(rows[cursor])
      cursor += 1
    }
  }

  /// Puts the line of another row in place of the shown one, cursor at its end; an empty one for row 0.
  mutating func replace<S: ByteSink & ~Copyable>(withRow row: Int, _ sink: inout S) {
    move(to: 0, &sink)
    removeAtCursor(count, &sink)
    count = row == 0 ? 0 : length(ofRow: row)
    for index in 0..<count { rows[index] = rows[row * width + index] }
    move(to: count, &sink)
  }

  private mutating func removeAtCursor<S: ByteSink & ~Copyable>(_ length: Int, _ sink: inout S) {
    var index = cursor
    while index + length < count {
      rows[index] = rows[index + length]
      index += 1
    }
    count -= length
    showTail(erasing: length, &sink)
  }

  /// Writes what stands after the cursor, blanks over `erasing` characters behind it, and steps back.
  private func showTail<S: ByteSink & ~Copyable>(erasing: Int, _ sink: inout S) {
    for index in cursor..<count { sink.write(rows[index]) }
    sink.write(repeating: 0x20, count: erasing)
    sink.write(repeating: 0x08, count: count - cursor + erasing)
  }
}
