extension MonitorCommand {
  /// Reads a line that is not blank. O(length of the line).
  public init(_ line: Span<UInt8>) throws(CommandError) {
    var words = OperandReader(line)
    guard let name = CommandName(try words.next("command")) else {
      throw CommandError(reason: .unknownCommand, word: 0)
    }
    if let simple = Self.withoutOperands(name) {
      self = simple
    } else if let command = try Self.onArenas(name, &words) {
      self = command
    } else if let command = try Self.onBus(name, &words) {
      self = command
    } else if let command = try Self.onMonitor(name, &words, line) {
      self = command
    } else {
      self = try Self.onMemory(name, &words)
    }
    try words.end()
  }

  private static func withoutOperands(_ name: CommandName) -> MonitorCommand? {
    switch name {
    case .arenas: .arenas
    case .directories: .directories
    case .threads: .threads
    case .pci: .pci
    case .disks: .disks
    case .bus: .bus
    case .bench: .bench
    case .swap: .swap
    case .memory: .memory
    case .panic: .panic
    case .quit: .quit
    default: nil
    }
  }

  private static func onArenas(
    _ name: CommandName, _ words: inout OperandReader
  ) throws(CommandError) -> MonitorCommand? {
    switch name {
    case .walk: return .walk(arena: try words.name("arena"))
    case .allocate: return .allocate(arena: try words.name("arena"), try words.allocation())
    case .free:
      return .free(
        arena: try words.name("arena"), address: try words.number("address"),
        sizeMinusOne: try words.optionalSize())
    case .explain:
      guard let arena = try words.optionalName() else { return .explainLast }
      return .explain(arena: arena, try words.allocation())
    case .log: return .log(arena: try words.name("arena"), try words.log())
    case .owners: return .owners(try words.owner())
    case .caches: return .caches(try words.optionalName())
    default: return nil
    }
  }

  private static func onMonitor(
    _ name: CommandName, _ words: inout OperandReader, _ line: Span<UInt8>
  ) throws(CommandError) -> MonitorCommand? {
    switch name {
    case .help: return .help(about: try words.command())
    case .show: return .show(try words.show())
    case .watch: return .watch(try words.watch(line))
    case .terminal: return .terminal(try words.terminal())
    case .deviceTest: return .deviceTest(try words.deviceTest())
    case .test: return .test(try words.tests())
    default: return nil
    }
  }

  private static func onBus(
    _ name: CommandName, _ words: inout OperandReader
  ) throws(CommandError) -> MonitorCommand? {
    switch name {
    case .claim:
      return .claim(bus: try words.bus(), first: try words.number("first"), sizeMinusOne: try words.size())
    case .release: return .release(bus: try words.bus(), first: try words.number("first"))
    case .input: return .input(port: try words.port(), width: try words.width(orElse: 1))
    case .output:
      let port = try words.port()
      let value = try words.number("value")
      let width = try words.width(orElse: 1)
      guard width == 4 || value < 1 << (width * 8) else {
        throw CommandError(reason: .valueTooWide(width: width), word: 2)
      }
      return .output(port: port, value: value, width: width)
    default: return nil
    }
  }

  private static func onMemory(
    _ name: CommandName, _ words: inout OperandReader
  ) throws(CommandError) -> MonitorCommand {
    switch name {
    case .map: return .map(physical: try words.number("physical address"), sizeMinusOne: try words.size())
    case .unmap: return .unmap(address: try words.number("address"))
    case .peek:
      return .peek(address: try words.number("address"), sizeMinusOne: try words.optionalSize() ?? 3)
    case .poke: return try words.poke()
    case .swapOn: return try words.swapOn()
    case .files: return .files(try words.files())
    default: throw CommandError(reason: .unknownCommand, word: 0)
    }
  }
}

/// Reads the operands of a command one by one, and remembers which word it is at for the error.
struct OperandReader: ~Escapable {
  var words: WordCursor
  /// Words read so far: one more than the index of the last.
  var read: UInt32 = 0

  @_lifetime(copy line)
  init(_ line: Span<UInt8>) {
    words = WordCursor(line)
  }

  /// The next word, which must be there. `operand` is what it would be.
  @_lifetime(copy self)
  mutating func next(_ operand: StaticString) throws(CommandError) -> Span<UInt8> {
    read += 1
    guard let word = words.next() else { throw CommandError(reason: .missing(operand), word: read) }
    return word
  }

  /// No word may be left.
  mutating func end() throws(CommandError) {
    read += 1
    if words.next() != nil { throw failure(.surplus) }
  }

  mutating func name(_ operand: StaticString) throws(CommandError) -> ShortName {
    let word = try next(operand)
    guard let name = ShortName(word) else { throw failure(.name) }
    return name
  }

  mutating func number(_ operand: StaticString) throws(CommandError) -> UInt32 {
    let word = try next(operand)
    return try number(in: word)
  }

  mutating func size() throws(CommandError) -> UInt32 {
    let word = try next("size")
    return try size(in: word)
  }

  mutating func optionalSize() throws(CommandError) -> UInt32? {
    read += 1
    guard let word = words.next() else { return nil }
    return try size(in: word)
  }

  mutating func optionalNumber() throws(CommandError) -> UInt32? {
    read += 1
    guard let word = words.next() else { return nil }
    return try number(in: word)
  }

  mutating func bus() throws(CommandError) -> BusName {
    let word = try next("bus")
    if word.equals("io") { return .io }
    if word.equals("memory") { return .memory }
    if word.equals("irq") { return .irq }
    throw failure(.bus)
  }

  mutating func port() throws(CommandError) -> UInt32 {
    let word = try next("port")
    do throws(NumberError) {
      return try Number.word(word, limit: 0xFFFF)
    } catch {
      throw failure(.number(error))
    }
  }

  mutating func width(orElse usual: UInt32) throws(CommandError) -> UInt32 {
    read += 1
    guard let word = words.next() else { return usual }
    let width = try number(in: word)
    guard width == 1 || width == 2 || width == 4 else { throw failure(.width) }
    return width
  }

  /// `<disk>`, or `--format <disk> [erase]`.
  mutating func swapOn() throws(CommandError) -> MonitorCommand {
    let word = try next("disk")
    guard word.equals("--format") else {
      return .swapOn(disk: try number(in: word), isFormatted: false, isConfirmed: false)
    }
    let disk = try number("disk")
    read += 1
    guard let confirmation = words.next() else {
      return .swapOn(disk: disk, isFormatted: true, isConfirmed: false)
    }
    guard confirmation.equals("erase") else { throw failure(.unknownOption) }
    return .swapOn(disk: disk, isFormatted: true, isConfirmed: true)
  }

  mutating func files() throws(CommandError) -> FileWords {
    read += 1
    guard let verb = words.next() else { return .summary }
    if verb.equals("ls") {
      read += 1
      return .list(words.nextRange() ?? TextRange())
    }
    if verb.equals("create") { return .create(try path()) }
    if verb.equals("mkdir") { return .makeDirectory(try path()) }
    if verb.equals("cat") { return .show(try path()) }
    if verb.equals("write") {
      let file = try path()
      read += 1
      guard let text = words.remainder() else { throw CommandError(reason: .missing("text"), word: read) }
      return .write(file, text: text)
    }
    if verb.equals("rm") { return .remove(try path()) }
    if verb.equals("mv") { return .move(try path(), to: try path()) }
    if verb.equals("fill") { return .fill(try number("files")) }
    if verb.equals("drop") { return .drop }
    throw failure(.files)
  }

  private mutating func path() throws(CommandError) -> TextRange {
    read += 1
    guard let range = words.nextRange() else { throw CommandError(reason: .missing("path"), word: read) }
    return range
  }

  mutating func poke() throws(CommandError) -> MonitorCommand {
    let address = try number("address")
    let value = try number("value")
    let width = try width(orElse: 4)
    guard address & (width - 1) == 0 else {
      throw CommandError(reason: .misaligned(width: width), word: 1)
    }
    guard width == 4 || value < 1 << (width * 8) else {
      throw CommandError(reason: .valueTooWide(width: width), word: 2)
    }
    return .poke(address: address, value: value, width: width)
  }

  mutating func allocation() throws(CommandError) -> AllocationWords {
    var request = AllocationWords(sizeMinusOne: try size())
    while true {
      read += 1
      guard let word = words.next() else { break }
      if let text = word.value(of: "align") {
        request.alignment = try number(in: text)
      } else if let text = word.value(of: "phase") {
        request.phase = try number(in: text)
      } else if let text = word.value(of: "nocross") {
        request.nocross = try number(in: text)
      } else if let text = word.value(of: "min") {
        request.first = try number(in: text)
      } else if let text = word.value(of: "max") {
        request.last = try number(in: text)
      } else if let text = word.value(of: "at") {
        request.at = try number(in: text)
      } else {
        throw failure(.unknownOption)
      }
    }
    guard request.first <= request.last else { throw CommandError(reason: .reversedBounds, word: read - 2) }
    return request
  }

  func number(in text: Span<UInt8>) throws(CommandError) -> UInt32 {
    do throws(NumberError) {
      return try Number.word(text)
    } catch {
      throw failure(.number(error))
    }
  }

  func size(in text: Span<UInt8>) throws(CommandError) -> UInt32 {
    do throws(NumberError) {
      return try Number.size(text)
    } catch {
      throw failure(.number(error))
    }
  }

  func failure(_ reason: CommandError.Reason) -> CommandError {
    CommandError(reason: reason, word: read - 1)
  }
}
