/// A line being typed: takes the bytes of a terminal one at a time, echoes what a person sees, and says when a line
/// is done. A state machine without a device, so that the host tests it key by key.
///
/// | key | does |
/// |---|---|
/// | left, right, Home, End, ^B ^F ^A ^E | move |
/// | Backspace, ^H, Delete, ^D in a line | delete a character |
/// | ^W, ^U, ^K | delete the word before, all before, all after the cursor |
/// | up, down, ^P, ^N | earlier and later lines |
/// | ^C | give the line up |
/// | Tab | complete the word before the cursor, or list what it may become |
/// | ^L | write the line anew |
///
/// The echo uses backspace and blanks only, so that a log of it can still be read. `width` bounds a line, `depth` the
/// lines remembered. Text-I6: cursor ≤ count ≤ width, and the terminal shows exactly the bytes before `count` with its
/// cursor at `cursor`.
///
/// The storage that the caller lends holds rows of `width` bytes: row 0 is the line being typed, row n the n-th line
/// ago, ended by a NUL unless it fills the row.
public struct LineEditor: ~Copyable, ~Escapable {
  /// What a byte brought.
  public enum Event: Equatable {
    /// The line goes on.
    case editing
    /// The line is done; ``line`` holds it until the next byte.
    case line
    /// ^C: the line was dropped.
    case interrupted
    /// ^D on an empty line: whoever types has gone.
    case end
  }

  var rows: MutableSpan<UInt8>
  let width: Int
  let depth: Int
  var count = 0
  var cursor = 0
  /// Lines remembered, and how far back the shown one is; 0 is the one being typed.
  var remembered = 0
  var shown = 0
  var keys = KeyDecoder()
  var isDone = false
  private let prompt: StaticString

  /// An empty line of at most `width` bytes; storage beyond that remembers lines.
  ///
  /// - Parameter prompt: What stands before the line whenever it is written anew.
  /// - Precondition: `width` is positive and the storage holds a row.
  @_lifetime(copy storage)
  public init(_ storage: consuming MutableSpan<UInt8>, width: Int, prompt: StaticString = "") {
    self.prompt = prompt
    precondition(width > 0 && storage.count >= width)
    depth = storage.count / width - 1
    self.width = width
    rows = storage
  }

  /// The bytes typed so far, or the finished line after ``Event/line``.
  public var line: Span<UInt8> {
    @_lifetime(borrow self)
    get { rows.span.extracting(first: count) }
  }

  /// Takes a byte from the terminal and echoes to `sink`. O(width).
  public mutating func take<S: ByteSink & ~Copyable>(_ byte: UInt8, echo sink: inout S) -> Event {
    if isDone { reset() }
    guard let key = keys.decode(byte) else { return .editing }
    switch key {
    case .character(let character): insert(character, &sink)
    case .enter: return finish(&sink)
    case .interrupt: return interrupt(&sink)
    case .endOrDelete:
      if count == 0 { return .end }
      deleteForward(&sink)
    case .backspace: deleteBackward(1, &sink)
    case .delete: deleteForward(&sink)
    case .left: if cursor > 0 { move(to: cursor - 1, &sink) }
    case .right: if cursor < count { move(to: cursor + 1, &sink) }
    case .home: move(to: 0, &sink)
    case .end: move(to: count, &sink)
    case .killBefore: deleteBackward(cursor, &sink)
    case .killAfter: deleteAfter(&sink)
    case .killWord: deleteBackward(wordBeforeCursor, &sink)
    case .up: recall(shown + 1, &sink)
    case .down: recall(shown - 1, &sink)
    case .redraw: redraw(&sink)
    case .unknown: sink.write(0x07)
    }
    return .editing
  }

  private mutating func finish<S: ByteSink & ~Copyable>(_ sink: inout S) -> Event {
    move(to: count, &sink)
    sink.newline()
    remember()
    isDone = true
    return .line
  }

  private mutating func interrupt<S: ByteSink & ~Copyable>(_ sink: inout S) -> Event {
    sink.write("^C")
    sink.newline()
    reset()
    return .interrupted
  }

  /// Writes prompt and line in a new line, after the screen was disturbed.
  ///
  /// The blank and the backspace before the prompt cannot be seen; they tell a program at the other end, which waits for
  /// the prompt at the start of a line, that nothing new is awaited.
  mutating func redraw<S: ByteSink & ~Copyable>(_ sink: inout S) {
    sink.newline()
    sink.write(" \u{08}")
    sink.write(prompt)
    for index in 0..<count { sink.write(rows[index]) }
    sink.write(repeating: 0x08, count: count - cursor)
  }

  mutating func reset() {
    count = 0
    cursor = 0
    shown = 0
    isDone = false
  }
}
