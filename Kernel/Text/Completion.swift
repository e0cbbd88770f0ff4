/// Who knows the names that a line may hold: the kernel has arenas, caches, owners and suites.
public protocol NameSource {
  /// Calls `body` with each name of the kind; the same ones in the same order each time, until the line is done.
  func eachName(of kind: OperandKind, _ body: (Span<UInt8>) -> Void)
}

/// What stands before the cursor, and what it may become.
///
/// Having a value of this type tells you which part of the line is to be completed, and with what kind of word.
public struct Completion {
  /// Where the part begins in the line.
  let start: Int
  let kind: OperandKind
  /// The part itself, by value: whoever gives names does not hold on to the line.
  private var typed = InlineArray<64, UInt8>(repeating: 0)
  private var typedCount = 0
  /// What all names that begin so have in common.
  private var common = InlineArray<64, UInt8>(repeating: 0)
  private var commonCount = 0
  /// How many names begin so.
  private(set) var count = 0

  /// Looks at the line up to the cursor; nil if the part is longer than any name. O(length of the line).
  init?(_ line: Span<UInt8>) {
    var offset = 0
    var rest = line
    // `watch` has a command behind its own words.
    while let inner = Self.startOfWatched(rest) {
      offset += inner
      rest = rest.extracting(inner...)
    }
    let place = Self.place(in: rest)
    start = offset + place.start
    kind = place.kind
    let part = line.extracting(start...)
    guard part.count <= 64 else { return nil }
    for index in part.indices { typed[index] = part[index] }
    typedCount = part.count
  }

  /// Takes a name into account.
  mutating func consider(_ name: Span<UInt8>) {
    guard fits(name), name.count <= 64 else { return }
    if count == 0 {
      for index in name.indices { common[index] = name[index] }
      commonCount = name.count
    } else {
      var length = 0
      while length < commonCount, length < name.count, common[length] == name[length] { length += 1 }
      commonCount = length
    }
    count += 1
  }

  /// Whether the name begins with what was typed.
  func fits(_ name: Span<UInt8>) -> Bool {
    guard name.count >= typedCount else { return false }
    for index in 0..<typedCount where name[index] != typed[index] { return false }
    return true
  }

  /// How many bytes all fitting names have in common behind what was typed.
  var gain: Int { count == 0 ? 0 : commonCount - typedCount }

  /// One of those bytes, counted from 0.
  func gained(_ index: Int) -> UInt8 { common[typedCount + index] }

  /// Whether what is there then is a whole word, behind which a blank belongs: the only one that fits, and no option that
  /// waits for its value.
  var isWhole: Bool { count == 1 && common[commonCount - 1] != 0x3D }

  /// The part at the end of a line, and its kind.
  private static func place(in line: Span<UInt8>) -> (start: Int, kind: OperandKind) {
    var words = WordCursor(line)
    let endsInBlank = line.isEmpty || line[line.count - 1] == 0x20
    guard let first = words.next(), !(words.rest.isEmpty && !endsInBlank) else {
      return (line.count - (endsInBlank ? 0 : line.trimmed().count), .command)
    }
    guard let name = CommandName(first) else { return (line.count, .nothing) }
    var index = 0
    var start = line.count - words.rest.count
    while start < line.count, line[start] == 0x20 { start += 1 }
    // An owner's name has blanks in it: it is the whole rest.
    if name.operand(0) == .owner { return (start, .owner) }
    while words.next() != nil, !words.rest.isEmpty {
      index += 1
      start = line.count - words.rest.count
      while start < line.count, line[start] == 0x20 { start += 1 }
    }
    return (start, name.operand(index))
  }

  /// Where the command behind `watch` and its words begins; nil if the line is no `watch`, or the cursor is still in those
  /// words.
  private static func startOfWatched(_ line: Span<UInt8>) -> Int? {
    var words = WordCursor(line)
    guard let first = words.next(), first.equals("watch"), !words.rest.isEmpty else { return nil }
    while true {
      let start = line.count - words.rest.count
      guard let word = words.next() else { return line.count }
      let isOwn = word[0] >= 0x30 && word[0] <= 0x39 || word.value(of: "every") != nil
      if !isOwn { return start }
      if words.rest.isEmpty { return nil }
    }
  }
}

extension OperandKind {
  /// Calls `body` with every name of the kind.
  func eachName<Source: NameSource>(from source: Source, _ body: (Span<UInt8>) -> Void) {
    eachWord { body($0.bytes) }
    switch self {
    case .arena, .cache, .owner, .test: source.eachName(of: self, body)
    default: break
    }
  }

  /// Calls `body` with the words of this kind that need no kernel.
  func eachWord(_ body: (StaticString) -> Void) {
    switch self {
    case .command: CommandName.each { body($0.word) }
    case .bus: Self.each("io", "memory", "irq", body)
    case .allocation:
      Self.each("align=", "phase=", "nocross=", body)
      Self.each("min=", "max=", "at=", body)
    case .log:
      Self.each("on", "off", "dump", body)
      body("replay")
    case .show:
      body("live")
      body("off")
    case .terminal: Self.each("log", "plain", "color", body)
    case .deviceTest:
      body("mix")
      body("blank")
    case .files:
      Self.each("ls", "create", "mkdir", body)
      Self.each("cat", "write", "rm", body)
      Self.each("mv", "fill", "drop", body)
    case .test: body("list")
    case .format: body("--format")
    case .erase: body("erase")
    default: break
    }
  }

  private static func each(
    _ one: StaticString, _ two: StaticString, _ three: StaticString, _ body: (StaticString) -> Void
  ) {
    body(one)
    body(two)
    body(three)
  }
}
