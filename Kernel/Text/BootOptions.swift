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
/// So quotes may open and close anywhere in a word, a backslash makes a quote or a backslash ordinary
/// (``BootLine``), and the first word is the image's name if the loader says so, or if it holds a `/` and means nothing else.
///
/// The words stand in storage of the caller, quotes resolved, each ended by a NUL: ``BootLine/unquote(_:into:)`` puts
/// them there.
public struct BootOptions: ~Escapable {
  private let words: Span<UInt8>
  private let namesImageFirst: Bool

  private var runValue = TextRange()
  private var suiteValue = TextRange()
  private var scenarioValue = TextRange()
  private var memoryValue = TextRange()
  private var swapValue = TextRange()
  private var stepsValue = TextRange()

  /// Whether, and which, self-tests are asked for.
  public private(set) var tests = RequestedTests.none

  /// Whether the benchmark is asked for.
  public private(set) var bench = false

  /// Whether monitor commands are given.
  public private(set) var hasCommands = false

  /// Whether a fatal scenario is asked for.
  public private(set) var hasScenario = false

  /// Whether eviction is to be forced.
  public private(set) var forcesEviction = false

  /// Whether a swap disk is named.
  public private(set) var namesSwap = false

  /// What reads the kernel's words: `terminal=plain` or `terminal=color`; a log unless told.
  public private(set) var terminal = TerminalKind.log

  /// Reads words. O(their length).
  ///
  /// - Parameters:
  ///   - words: What ``BootLine/unquote(_:into:)`` left.
  ///   - namesImageFirst: Whether this loader puts the image's name before the arguments.
  @_lifetime(copy words)
  public init(_ words: Span<UInt8>, namesImageFirst: Bool) {
    self.words = words
    self.namesImageFirst = namesImageFirst
    var start = 0
    while let range = word(at: start) {
      if !isImageName(range) { accept(range) }
      start = range.end + 1
    }
  }

  /// The word number `index`, from 0, of those that mean nothing; nil behind the last. Each is to be named and
  /// ignored. O(length of the line).
  @_lifetime(copy self)
  public func unknownWord(_ index: Int) -> Span<UInt8>? {
    var start = 0
    var seen = 0
    while let range = word(at: start) {
      if !isImageName(range), BootWord.classify(text(range)).0 == .unknown {
        if seen == index { return text(range) }
        seen += 1
      }
      start = range.end + 1
    }
    return nil
  }

  /// The monitor commands of `run=`, to be separated at `;`. Empty if there are none.
  public var commands: Span<UInt8> {
    @_lifetime(copy self)
    get { text(runValue) }
  }

  /// The suite of `test=<suite>`.
  public var suite: Span<UInt8> {
    @_lifetime(copy self)
    get { text(suiteValue) }
  }

  /// The scenario of `fatal=<scenario>`.
  public var scenario: Span<UInt8> {
    @_lifetime(copy self)
    get { text(scenarioValue) }
  }

  /// The debugging aids of `kmem=`, to be separated at `,`. Empty if there are none.
  public var memoryAids: Span<UInt8> {
    @_lifetime(copy self)
    get { text(memoryValue) }
  }

  /// The disk of `swap=<disk>`.
  public var swap: Span<UInt8> {
    @_lifetime(copy self)
    get { text(swapValue) }
  }

  /// How many operations the stress suite does, of `steps=<number>`. Empty if that is left to the suite.
  public var steps: Span<UInt8> {
    @_lifetime(copy self)
    get { text(stepsValue) }
  }

  /// Whether nothing is asked for but to stay in the monitor.
  public var staysInMonitor: Bool {
    tests == .none && !bench && !hasCommands && !hasScenario
  }

  @_lifetime(copy self)
  private func text(_ range: TextRange) -> Span<UInt8> {
    words.extracting(range.start..<range.end)
  }

  /// The word that begins at `start`, or nil behind the last.
  private func word(at start: Int) -> TextRange? {
    guard start < words.count else { return nil }
    var stop = start
    while stop < words.count, words[stop] != 0 { stop += 1 }
    return TextRange(start: start, end: stop)
  }

  /// Whether this is the first word and the name of the image. O(length of the word).
  private func isImageName(_ range: TextRange) -> Bool {
    guard range.start == 0 else { return false }
    if namesImageFirst { return true }
    for index in range.start..<range.end where words[index] == 0x2F {
      // `run=` may well hold one.
      return BootWord.classify(text(range)).0 == .unknown
    }
    return false
  }

  /// Takes one word. Of a word given twice the later one counts.
  private mutating func accept(_ range: TextRange) {
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
    case .memoryAids: memoryValue = rest
    case .swap:
      namesSwap = true
      swapValue = rest
    case .terminal: terminal = TerminalKind(text(rest)) ?? .log
    case .evict: forcesEviction = true
    case .steps: stepsValue = rest
    case .unknown: break
    }
  }
}

/// The words of the command line.
private enum BootWord {
  case test, testList, testSuite, bench, fatal, run, memoryAids, swap, terminal, evict, steps, unknown

  /// What a word is, and where its value begins.
  static func classify(_ word: Span<UInt8>) -> (BootWord, value: Int) {
    if word.equals("test") { return (.test, 0) }
    if word.equals("test=list") { return (.testList, 0) }
    if word.equals("bench") { return (.bench, 0) }
    if word.starts(with: "run=") { return (.run, 4) }
    if word.starts(with: "kmem=") { return (.memoryAids, 5) }
    if word.starts(with: "test=") && word.count > 5 { return (.testSuite, 5) }
    if word.starts(with: "fatal=") && word.count > 6 { return (.fatal, 6) }
    if word.starts(with: "swap=") && word.count > 5 { return (.swap, 5) }
    if let kind = word.value(of: "terminal"), TerminalKind(kind) != nil { return (.terminal, 9) }
    if word.equals("evict=always") { return (.evict, 0) }
    if word.starts(with: "steps=") && word.count > 6 { return (.steps, 6) }
    return (.unknown, 0)
  }
}

/// A part of a text by its offsets, the end excluded.
public struct TextRange: Equatable, Sendable {
  public var start = 0
  public var end = 0

  /// The bytes of `text` there.
  @_lifetime(copy text)
  public func of(_ text: Span<UInt8>) -> Span<UInt8> { text.extracting(start..<end) }
}
