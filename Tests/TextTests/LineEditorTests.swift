import Testing
import Text

/// A terminal that obeys what the editor may send: printable bytes, backspace, line feed, bell.
private struct Terminal: ByteSink {
  var line: [UInt8] = []
  var column = 0
  var finished: [String] = []
  var bells = 0

  mutating func write(_ byte: UInt8) {
    switch byte {
    case 0x07: bells += 1
    case 0x08: column -= 1
    case 0x0A:
      finished.append(shown)
      line = []
      column = 0
    default:
      if column == line.count { line.append(byte) } else { line[column] = byte }
      column += 1
    }
  }

  /// What a person sees: blanks at the end cannot be seen.
  var shown: String {
    var visible = line
    while visible.last == 0x20 { visible.removeLast() }
    return String(decoding: visible, as: UTF8.self)
  }
}

@Suite("Line editor")
struct LineEditorTests {
  /// Types `keys` and gives the line as it then is, checking Text-I6 after each byte.
  private func type(_ keys: String) -> String {
    var storage = [UInt8](repeating: 0, count: 64)
    var editor = LineEditor(storage.mutableSpan, width: 16)
    var terminal = Terminal()
    for byte in keys.utf8 {
      let event = editor.take(byte, echo: &terminal)
      if event == .editing { #expect(shown(terminal) == trimmed(text(editor))) }
      #expect(terminal.column >= 0 && terminal.column <= 16)
    }
    return text(editor)
  }

  private func shown(_ terminal: Terminal) -> String { terminal.shown }

  private func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }

  private func text(_ editor: borrowing LineEditor) -> String {
    string(editor.line)
  }

  @Test(
    "keys do what the table says",
    arguments: [
      ("abc", "abc"),
      ("abc\u{7F}", "ab"),
      ("abc\u{08}\u{08}", "a"),
      ("\u{7F}a", "a"),
      ("ac\u{1B}[Db", "abc"),
      ("ac\u{02}b", "abc"),
      ("bc\u{01}a", "abc"),
      ("bc\u{1B}[Ha\u{1B}[Fd", "abcd"),
      ("bc\u{1B}[1~a\u{1B}[4~d", "abcd"),
      ("bc\u{1B}OHa\u{05}d", "abcd"),
      ("abc\u{1B}[D\u{1B}[3~", "ab"),
      ("abc\u{01}\u{04}", "bc"),
      ("abc\u{1B}[D\u{1B}[D\u{1B}[Cx", "abxc"),
      ("one two\u{17}", "one "),
      ("one two  \u{17}", "one "),
      ("one two\u{17}\u{17}", ""),
      ("one two\u{1B}[D\u{17}", "one o"),
      ("one two\u{15}x", "x"),
      ("one two\u{02}\u{02}\u{0B}", "one t"),
      ("ab\u{03}c", "c"),
      ("a\u{1B}[99;5Xb", "ab"),
      ("a\u{1B}xb", "ab"),
      ("a\tb", "a b"),
      ("0123456789abcdefXYZ", "0123456789abcdef"),
      ("one\r\u{1B}[A", "one"),
      ("one\rtwo\r\u{1B}[A\u{1B}[A", "one"),
      ("one\rtwo\r\u{1B}[A\u{1B}[A\u{1B}[B", "two"),
      ("one\rtwo\r\u{10}\u{10}\u{0E}\u{0E}", ""),
      ("1\r2\r3\r4\r\u{10}\u{10}\u{10}\u{10}", "2"),
      ("1\r1\r2\r\u{10}\u{10}", "1"),
      ("one\r\u{10}\u{7F}x", "onx"),
    ])
  func keys(_ typed: String, _ line: String) {
    #expect(type(typed) == line)
  }

  @Test("CR, LF and CR LF each end one line")
  func lineEnds() {
    for end in ["\r", "\n", "\r\n"] {
      var storage = [UInt8](repeating: 0, count: 64)
      var editor = LineEditor(storage.mutableSpan, width: 16)
      var terminal = Terminal()
      var lines: [String] = []
      for byte in ("a" + end + "b" + end + end).utf8 where editor.take(byte, echo: &terminal) == .line {
        lines.append(text(editor))
      }
      #expect(lines == ["a", "b", ""])
    }
  }

  @Test("^C gives the line up and ^D on an empty line ends the input")
  func interruptAndEnd() {
    var storage = [UInt8](repeating: 0, count: 64)
    var editor = LineEditor(storage.mutableSpan, width: 16)
    var terminal = Terminal()
    #expect(editor.take(0x61, echo: &terminal) == .editing)
    #expect(editor.take(0x03, echo: &terminal) == .interrupted)
    #expect(terminal.finished == ["a^C"])
    #expect(editor.take(0x04, echo: &terminal) == .end)
  }

  @Test("a full line and an unknown key ring the bell")
  func bells() {
    var storage = [UInt8](repeating: 0, count: 64)
    var editor = LineEditor(storage.mutableSpan, width: 16)
    var terminal = Terminal()
    for _ in 0..<17 { _ = editor.take(0x61, echo: &terminal) }
    #expect(terminal.bells == 1)
    _ = editor.take(0x1F, echo: &terminal)
    #expect(terminal.bells == 2)
  }

  @Test("random keys never leave the line and the screen apart (Text-I6)", arguments: 0..<50)
  func randomKeys(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let keys = [
      "a", "b ", " ", "\u{7F}", "\u{1B}[D", "\u{1B}[C", "\u{01}", "\u{05}", "\u{17}", "\u{0B}", "\r",
      "\u{10}",
    ]
    var typed = ""
    for _ in 0..<300 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      typed += keys[Int(state >> 33) % keys.count]
    }
    _ = type(typed)
  }
}

/// Names as a kernel would have them.
private struct Names: NameSource {
  func eachName(of kind: OperandKind, _ body: (Span<UInt8>) -> Void) {
    let names: [String] =
      switch kind {
      case .arena: ["ioport", "iomem", "irq", "frames", "kva"]
      case .cache: ["kmem-64", "kmem-128"]
      case .owner: ["kernel image", "kva records", "com1"]
      case .test: ["text", "vmap"]
      default: []
      }
    for name in names { withBytes(of: name) { body($0) } }
  }
}

@Suite("Completion")
struct CompletionTests {
  /// Types keys, with Tab as `\t`: the line, everything that was echoed, and the bells.
  private func type(_ keys: String) -> (line: String, echo: String, bells: Int) {
    var storage = [UInt8](repeating: 0, count: 200)
    var editor = LineEditor(storage.mutableSpan, width: 100, prompt: "> ")
    var recorder = Recorder()
    for byte in keys.utf8 { _ = editor.take(byte, echo: &recorder, names: Names()) }
    return (string(editor.line), recorder.text, recorder.bytes.filter { $0 == 0x07 }.count)
  }

  @Test(
    "what only one name fits is completed, with a blank behind it (Text-I9)",
    arguments: [
      ("are\t", "arenas "), ("  are\t", "  arenas "), ("walk k\t", "walk kva "),
      ("walk fr\t", "walk frames "),
      ("free iop\t", "free ioport "), ("claim me\t", "claim memory "), ("release ir\t", "release irq "),
      ("help wal\t", "help walk "), ("test v\t", "test vmap "), ("test li\t", "test list "),
      ("caches kmem-6\t", "caches kmem-64 "), ("owners ker\t", "owners kernel image "),
      ("owners kernel i\t", "owners kernel image "), ("owners kva r\t", "owners kva records "),
      ("log kva du\t", "log kva dump "), ("log k\t", "log kva "), ("show l\t", "show live "),
      ("terminal c\t", "terminal color "), ("devtest b\t", "devtest blank "),
      ("swapon --f\t", "swapon --format "), ("swapon --format 1 e\t", "swapon --format 1 erase "),
      // An option waits for its value.
      ("alloc kva 4K al\t", "alloc kva 4K align="),
      ("explain kva 4K align=4M no\t", "explain kva 4K align=4M nocross="),
      // Behind the words of `watch` stands a command.
      ("watch ar\t", "watch arenas "), ("watch 3 every=50 wal\t", "watch 3 every=50 walk "),
      ("watch 3 walk k\t", "watch 3 walk kva "),
      // What is there already gets its blank.
      ("arenas\t", "arenas "),
    ])
  func single(_ keys: String, _ line: String) {
    let typed = type(keys)
    #expect(typed.line == line)
    #expect(typed.bells == 0)
    #expect(typed.echo == line)
  }

  @Test("several names give what they have in common, then a list")
  func several() {
    #expect(type("walk i\t").line == "walk i")
    #expect(type("walk io\t").echo == "walk io\nioport  iomem\n \u{08}> walk io")
    #expect(type("caches \t").line == "caches kmem-")
    #expect(type("walk \t").echo.contains("ioport  iomem  irq  frames  kva\n"))
    #expect(type("ow\t").line == "owners ")
    #expect(type("wa\t").echo.contains("\nwalk  watch\n"))
    #expect(type("\t").echo.contains("help  arenas  walk"))
    #expect(type("\t").echo.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(
    "nothing fits: the bell, and the line stays",
    arguments: ["walk x\t", "nosuch \t", "walk kva \t", "arenas \t", "zz\t", "free kva \t", "watch 3\t"])
  func none(_ keys: String) {
    let typed = type(keys)
    #expect(typed.line == String(keys.dropLast()))
    #expect(typed.bells == 1)
  }

  @Test("in the middle of a line the word before the cursor is completed, without a blank")
  func middle() {
    // Two steps back from the end: the cursor stands behind `k`.
    #expect(type("walk k 1\u{02}\u{02}\t").line == "walk kva 1")
  }

  @Test("what is too long for the line is cut there; a tab within an escape sequence is none")
  func edges() {
    let long = String(repeating: "x", count: 70)
    #expect(type("walk \(long)\t").line == "walk \(long)")
    #expect(type("are\u{1B}\tn").line == "aren")
  }
}
