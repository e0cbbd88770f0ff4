/// Operands that are words of a command's own.
extension OperandReader {
  mutating func optionalName() throws(CommandError) -> ShortName? {
    read += 1
    guard let word = words.next() else { return nil }
    guard let name = ShortName(word) else { throw failure(.name) }
    return name
  }

  /// The rest of the line: an owner's name may have blanks in it.
  mutating func owner() throws(CommandError) -> OwnerName? {
    let rest = words.rest.trimmed()
    guard !rest.isEmpty else { return nil }
    read += 1
    guard let name = OwnerName(rest) else { throw failure(.name) }
    while words.next() != nil {}
    return name
  }

  mutating func command() throws(CommandError) -> CommandName? {
    read += 1
    guard let word = words.next() else { return nil }
    guard let name = CommandName(word) else { throw failure(.unknownCommand) }
    return name
  }

  mutating func tests() throws(CommandError) -> TestWords {
    read += 1
    guard let word = words.next() else { return .all }
    if word.equals("list") { return .list }
    guard let suite = ShortName(word) else { throw failure(.name) }
    return .suite(suite)
  }

  mutating func deviceTest() throws(CommandError) -> DeviceTestWords {
    read += 1
    guard let word = words.next() else { return .upstream }
    if word.equals("mix") {
      return .mixture(steps: try optionalNumber() ?? DeviceTestWords.usualSteps)
    }
    if word.equals("blank") { return .blank }
    let sizeMinusOne = try size(in: word)
    return .transcript(
      sizeMinusOne: sizeMinusOne, times: try optionalNumber() ?? 11, physical: try optionalNumber() ?? 8192)
  }

  mutating func log() throws(CommandError) -> LogWords {
    let word = try next("on, off, dump or replay")
    if word.equals("on") {
      return .on(operations: try optionalNumber() ?? LogWords.usualOperations)
    }
    if word.equals("off") { return .off }
    if word.equals("dump") { return .dump }
    if word.equals("replay") { return .replay }
    throw failure(.verb)
  }

  mutating func show() throws(CommandError) -> ShowWords {
    read += 1
    guard let word = words.next() else { return .once }
    if word.equals("live") { return .live }
    if word.equals("off") { return .off }
    throw failure(.unknownOption)
  }

  mutating func terminal() throws(CommandError) -> TerminalKind {
    let word = try next("log, plain or color")
    guard let kind = TerminalKind(word) else { throw failure(.terminal) }
    return kind
  }

  /// `[times] [every=<ms>] <command>`, which must be a command that may be repeated.
  mutating func watch(_ line: Span<UInt8>) throws(CommandError) -> WatchWords {
    var times: UInt32?
    var milliseconds: UInt32 = 1000
    while true {
      let start = line.count - words.rest.count
      let word = try next("command")
      if let text = word.value(of: "every") {
        milliseconds = try number(in: text)
        guard 10...60_000 ~= milliseconds else { throw failure(.interval) }
      } else if times == nil, word[0] >= 0x30, word[0] <= 0x39 {
        times = try number(in: word)
        guard times != 0 else { throw failure(.times) }
      } else {
        try checkWatched(word, in: line.extracting(start...), precededBy: read - 1)
        while words.next() != nil {}
        return WatchWords(times: times, milliseconds: milliseconds, start: start)
      }
    }
  }

  /// Whether the command, whose first word is `word`, may be repeated: not one that repeats or that leaves. That is asked
  /// before the rest is read, so that reading one line never nests.
  private func checkWatched(
    _ word: Span<UInt8>, in line: Span<UInt8>, precededBy words: UInt32
  ) throws(CommandError) {
    switch CommandName(word) {
    case .watch, .panic, .quit: throw CommandError(reason: .unwatchable, word: words)
    default: break
    }
    do throws(CommandError) {
      _ = try MonitorCommand(line)
    } catch {
      throw CommandError(reason: error.reason, word: error.word + words)
    }
  }
}
