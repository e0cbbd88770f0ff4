/// A command of the monitor, understood: what is asked for, with operands of the right kind and range.
///
/// Deciding is apart from doing: this type knows nothing of arenas or page tables, so the grammar is tested on the
/// host, and the monitor has no text to check.
public enum MonitorCommand {
  case help
  case arenas
  case walk(arena: ShortName)
  case allocate(arena: ShortName, AllocationWords)
  /// `sizeMinusOne` is nil where the whole region is meant.
  case free(arena: ShortName, address: UInt32, sizeMinusOne: UInt32?)
  case map(physical: UInt32, sizeMinusOne: UInt32)
  case unmap(address: UInt32)
  case directories
  case threads
  case pci
  /// Who has what on the buses.
  case bus
  case claim(bus: BusName, first: UInt32, sizeMinusOne: UInt32)
  case release(bus: BusName, first: UInt32)
  /// `width` is 1, 2 or 4 bytes.
  case input(port: UInt32, width: UInt32)
  case output(port: UInt32, value: UInt32, width: UInt32)
  case peek(address: UInt32, sizeMinusOne: UInt32)
  /// `width` is 1, 2 or 4 bytes; the address is a multiple of it and the value fits.
  case poke(address: UInt32, value: UInt32, width: UInt32)
  case show
  /// Slots, rates, errors.
  case swap
  /// Where the machine's memory is.
  case memory
  /// Begins to use a disk for swap; `isFormatted` writes our signature to it first, if `isConfirmed`.
  case swapOn(disk: UInt32, isFormatted: Bool, isConfirmed: Bool)
  case test(TestWords)
  case bench
  case deviceTest(DeviceTestWords)
  case panic
  case quit
}

/// The operands of `alloc`, as closed and minus-one values (law 2). Zero alignment or boundary means none was given.
public struct AllocationWords {
  public var sizeMinusOne: UInt32
  public var alignment: UInt32 = 0
  public var phase: UInt32 = 0
  public var nocross: UInt32 = 0
  public var first: UInt32 = 0
  public var last: UInt32 = .max
  public var at: UInt32?
}

/// What `devtest` asks for: the exercise of Plan 9's driver of that name, or one of two harder ones.
public enum DeviceTestWords {
  /// Maps and unmaps `sizeMinusOne + 1` bytes at `physical`, `times` times.
  case transcript(sizeMinusOne: UInt32, times: UInt32, physical: UInt32)
  /// The random mixture.
  case mixture
  /// Fills the window with single pages, empties it, asks for large pieces.
  case blank

  /// What the driver did: 32 MiB at 8192, eleven times.
  public static var upstream: DeviceTestWords {
    .transcript(sizeMinusOne: 32 << 20 - 1, times: 11, physical: 8192)
  }
}

/// A bus as `claim` and `release` name it.
public enum BusName: Sendable {
  case io
  case memory
  case irq
}

/// Which tests `test` asks for.
public enum TestWords {
  case all
  case list
  case suite(ShortName)
}

/// Why a line is not a command. `word` counts from 0, the command itself.
public struct CommandError: Error {
  public enum Reason: Sendable {
    case unknownCommand
    case missing(StaticString)
    case surplus
    case unknownOption
    case number(NumberError)
    case name
    case width
    case misaligned(width: UInt32)
    case valueTooWide(width: UInt32)
    case reversedBounds
    case bus
  }

  public let reason: Reason
  public let word: UInt32
}

extension ByteSink where Self: ~Copyable & ~Escapable {
  /// Writes the reason in words, and the word of `line` that it is about.
  public mutating func write(_ error: CommandError, in line: Span<UInt8>) {
    var words = WordCursor(line)
    var skipped: UInt32 = 0
    while skipped < error.word, words.next() != nil { skipped += 1 }
    if let word = words.next() {
      write(foreign: word)
      write(": ")
    }
    write(error.reason)
  }

  private mutating func write(_ reason: CommandError.Reason) {
    switch reason {
    case .unknownCommand: write("no such command; help lists them")
    case .missing(let operand):
      write("operand missing: ")
      write(operand)
    case .surplus: write("one word too many")
    case .unknownOption: write("no such option; help names them")
    case .number(let error): write(error)
    case .name: write("a name has 1 to 15 characters")
    case .width: write("a width is 1, 2 or 4 bytes")
    case .misaligned(let width):
      write("the address is not a multiple of the width, ")
      write(decimal: width)
    case .valueTooWide(let width):
      write("the value needs more bytes than ")
      write(decimal: width)
    case .reversedBounds: write("max is below min")
    case .bus: write("a bus is io, memory or irq")
    }
  }
}
