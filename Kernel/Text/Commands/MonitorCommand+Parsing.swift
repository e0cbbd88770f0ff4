extension MonitorCommand {
  /// Reads a line that is not blank. O(length of the line).
  public init(_ line: Span<UInt8>) throws(CommandError) {
    var words = OperandReader(line)
    let name = try words.next("command")
    if let simple = Self.withoutOperands(name) {
      self = simple
    } else if name.equals("walk") {
      self = .walk(arena: try words.name("arena"))
    } else if name.equals("alloc") {
      self = .allocate(arena: try words.name("arena"), try words.allocation())
    } else if name.equals("free") {
      self = .free(
        arena: try words.name("arena"), address: try words.number("address"),
        sizeMinusOne: try words.optionalSize())
    } else if name.equals("devtest") {
      self = .deviceTest(try words.deviceTest())
    } else if name.equals("test") {
      self = .test(try words.tests())
    } else if let command = try Self.onBus(name, &words) {
      self = command
    } else {
      self = try Self.onMemory(name, &words)
    }
    try words.end()
  }

  private static func withoutOperands(_ name: Span<UInt8>) -> MonitorCommand? {
    if name.equals("help") { return .help }
    if name.equals("arenas") { return .arenas }
    if name.equals("pdes") { return .directories }
    if name.equals("threads") { return .threads }
    if name.equals("pci") { return .pci }
    if name.equals("bus") { return .bus }
    if name.equals("show") { return .show }
    if name.equals("bench") { return .bench }
    if name.equals("swap") { return .swap }
    if name.equals("memory") { return .memory }
    if name.equals("panic") { return .panic }
    if name.equals("quit") { return .quit }
    return nil
  }

  private static func onBus(
    _ name: Span<UInt8>, _ words: inout OperandReader
  ) throws(CommandError) -> MonitorCommand? {
    if name.equals("claim") {
      return .claim(bus: try words.bus(), first: try words.number("first"), sizeMinusOne: try words.size())
    }
    if name.equals("release") {
      return .release(bus: try words.bus(), first: try words.number("first"))
    }
    if name.equals("in") {
      return .input(port: try words.port(), width: try words.width(orElse: 1))
    }
    if name.equals("out") {
      let port = try words.port()
      let value = try words.number("value")
      let width = try words.width(orElse: 1)
      guard width == 4 || value < 1 << (width * 8) else {
        throw CommandError(reason: .valueTooWide(width: width), word: 2)
      }
      return .output(port: port, value: value, width: width)
    }
    return nil
  }

  private static func onMemory(
    _ name: Span<UInt8>, _ words: inout OperandReader
  ) throws(CommandError) -> MonitorCommand {
    if name.equals("vmap") {
      return .map(physical: try words.number("physical address"), sizeMinusOne: try words.size())
    }
    if name.equals("vunmap") {
      return .unmap(address: try words.number("address"))
    }
    if name.equals("peek") {
      return .peek(address: try words.number("address"), sizeMinusOne: try words.optionalSize() ?? 3)
    }
    if name.equals("poke") {
      return try words.poke()
    }
    if name.equals("swapon") { return try words.swapOn() }
    throw CommandError(reason: .unknownCommand, word: 0)
  }
}

/// Reads the operands of a command one by one, and remembers which word it is at for the error.
struct OperandReader: ~Escapable {
  private var words: WordCursor
  /// Words read so far: one more than the index of the last.
  private var read: UInt32 = 0

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
    if word.equals("mix") { return .mixture }
    if word.equals("blank") { return .blank }
    let sizeMinusOne = try size(in: word)
    return .transcript(
      sizeMinusOne: sizeMinusOne, times: try optionalNumber() ?? 11, physical: try optionalNumber() ?? 8192)
  }

  private mutating func optionalNumber() throws(CommandError) -> UInt32? {
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

  private func number(in text: Span<UInt8>) throws(CommandError) -> UInt32 {
    do throws(NumberError) {
      return try Number.word(text)
    } catch {
      throw failure(.number(error))
    }
  }

  private func size(in text: Span<UInt8>) throws(CommandError) -> UInt32 {
    do throws(NumberError) {
      return try Number.size(text)
    } catch {
      throw failure(.number(error))
    }
  }

  private func failure(_ reason: CommandError.Reason) -> CommandError {
    CommandError(reason: reason, word: read - 1)
  }
}
