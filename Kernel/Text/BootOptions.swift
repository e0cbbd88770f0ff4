/// Which self-tests the kernel command line asks for.
public enum RequestedTests: Equatable, Sendable {
  case none
  /// `test`
  case all
  /// `test=list`: their names only.
  case list
  /// `test=<suite>`
  case suite
}

/// What the kernel command line asks for.
///
/// The two loaders pass it differently, and both arrive here alike (Text-I5):
/// - `-kernel` of QEMU: `kernel.elf run="a; b" test`: the image's name first, quotes where they were typed;
/// - GRUB's `multiboot`: `"run=a; b" test`: no name, a word with blanks is quoted as a whole, and quotes and
///   backslashes that were typed have a backslash before them (`grub_create_loader_cmdline`).
///
/// So quotes may open and close anywhere in a word, a backslash makes a quote or a backslash ordinary, and the first
/// word is the image's name if the loader says so or if it holds a `/`.
///
/// `capacity` bounds the length of the line; what is beyond is dropped and `isTruncated` says so.
public struct BootOptions<let capacity: Int>: ~Copyable {
  /// The words with quotes resolved, each ended by a NUL.
  private var words = InlineArray<capacity, UInt8>(repeating: 0)
  private var end = 0

  private var runValue = TextRange()
  private var suiteValue = TextRange()
  private var scenarioValue = TextRange()

  /// Whether, and which, self-tests are asked for.
  public private(set) var tests = RequestedTests.none

  /// Whether the benchmark is asked for.
  public private(set) var bench = false

  /// Whether monitor commands are given.
  public private(set) var hasCommands = false

  /// Whether a fatal scenario is asked for.
  public private(set) var hasScenario = false

  /// Whether the line was longer than `capacity`.
  public private(set) var isTruncated = false

  /// Reads a line. O(length of the line).
  ///
  /// - Parameters:
  ///   - line: The text as the loader left it, without its NUL.
  ///   - namesImageFirst: Whether this loader puts the image's name before the arguments.
  ///   - unknown: Called with each word that means nothing, in order. It is to be named and ignored.
  public init(_ line: Span<UInt8>, namesImageFirst: Bool, unknown: (Span<UInt8>) -> Void) {
    unquote(line)
    var start = 0
    var isFirst = true
    while start < end {
      var stop = start
      while words[stop] != 0 { stop += 1 }
      let range = TextRange(start: start, end: stop)
      let isImage = isFirst && (namesImageFirst || contains(0x2F, in: range))
      if !isImage && !accept(range) { unknown(text(range)) }
      isFirst = false
      start = stop + 1
    }
  }

  /// The monitor commands of `run=`, to be separated at `;`. Empty if there are none.
  public var commands: Span<UInt8> {
    @_lifetime(borrow self)
    get { text(runValue) }
  }

  /// The suite of `test=<suite>`.
  public var suite: Span<UInt8> {
    @_lifetime(borrow self)
    get { text(suiteValue) }
  }

  /// The scenario of `fatal=<scenario>`.
  public var scenario: Span<UInt8> {
    @_lifetime(borrow self)
    get { text(scenarioValue) }
  }

  /// Whether nothing is asked for but to stay in the monitor.
  public var staysInMonitor: Bool {
    tests == .none && !bench && !hasCommands && !hasScenario
  }

  @_lifetime(borrow self)
  private func text(_ range: TextRange) -> Span<UInt8> {
    words.span.extracting(range.start..<range.end)
  }

  private func contains(_ byte: UInt8, in range: TextRange) -> Bool {
    for index in range.start..<range.end where words[index] == byte { return true }
    return false
  }

  /// Takes one word, or says that it is none of ours. Of a word given twice the later one counts.
  private mutating func accept(_ range: TextRange) -> Bool {
    let (word, value) = BootWord.classify(text(range))
    let rest = TextRange(start: range.start + value, end: range.end)
    switch word {
    case .test: tests = .all
    case .testList: tests = .list
    case .testSuite:
      tests = .suite
      suiteValue = rest
    case .bench: bench = true
    case .fatal:
      hasScenario = true
      scenarioValue = rest
    case .run:
      hasCommands = true
      runValue = rest
    case .unknown: return false
    }
    return true
  }

  /// Copies the line with quotes resolved and words ended by NUL. The copy is never longer than the line by more
  /// than the last NUL, since each separator is at least one byte.
  private mutating func unquote(_ line: Span<UInt8>) {
    var quote: UInt8 = 0
    var isInWord = false
    var index = 0
    while index < line.count {
      var byte = line[index]
      index += 1
      if byte == 0x5C, index < line.count, isQuotable(line[index]) {
        byte = line[index]
        index += 1
      } else if quote == 0 && (byte == 0x22 || byte == 0x27) {
        quote = byte
        isInWord = true
        continue
      } else if quote != 0 && byte == quote {
        quote = 0
        continue
      } else if quote == 0 && (byte == 0x20 || byte == 0x09) {
        if isInWord { append(0) }
        isInWord = false
        continue
      }
      isInWord = true
      append(byte)
    }
    if isInWord { append(0) }
    // A line that was cut has no room for the last NUL: the byte before it makes way.
    if end > 0 { words[end - 1] = 0 }
  }

  private func isQuotable(_ byte: UInt8) -> Bool {
    byte == 0x5C || byte == 0x22 || byte == 0x27
  }

  private mutating func append(_ byte: UInt8) {
    guard end < capacity else {
      isTruncated = true
      return
    }
    words[end] = byte
    end += 1
  }
}

/// The words of the command line.
private enum BootWord {
  case test, testList, testSuite, bench, fatal, run, unknown

  /// What a word is, and where its value begins.
  static func classify(_ word: Span<UInt8>) -> (BootWord, value: Int) {
    if word.equals("test") { return (.test, 0) }
    if word.equals("test=list") { return (.testList, 0) }
    if word.equals("bench") { return (.bench, 0) }
    if word.starts(with: "run=") { return (.run, 4) }
    if word.starts(with: "test=") && word.count > 5 { return (.testSuite, 5) }
    if word.starts(with: "fatal=") && word.count > 6 { return (.fatal, 6) }
    return (.unknown, 0)
  }
}

/// A part of a text by its offsets, the end excluded.
struct TextRange {
  var start = 0
  var end = 0
}
