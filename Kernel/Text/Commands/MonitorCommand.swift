/// A command of the monitor, understood: what is asked for, with operands of the right kind and range.
///
/// Deciding is apart from doing: this type knows nothing of arenas or page tables, so the grammar is tested on the
/// host, and the monitor has no text to check.
public enum MonitorCommand {
  /// `about` is nil where the whole list is meant.
  case help(about: CommandName?)
  case arenas
  case walk(arena: ShortName)
  /// Nil where all owners are meant.
  case owners(OwnerName?)
  /// Nil where all caches are meant.
  case caches(ShortName?)
  case allocate(arena: ShortName, AllocationWords)
  /// `sizeMinusOne` is nil where the whole region is meant.
  case free(arena: ShortName, address: UInt32, sizeMinusOne: UInt32?)
  /// Why the last request failed.
  case explainLast
  /// How a request would fare.
  case explain(arena: ShortName, AllocationWords)
  case log(arena: ShortName, LogWords)
  case map(physical: UInt32, sizeMinusOne: UInt32)
  case unmap(address: UInt32)
  case directories
  case threads
  case pci
  case disks
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
  case show(ShowWords)
  case watch(WatchWords)
  case terminal(TerminalKind)
  /// Slots, rates, errors.
  case swap
  /// Where the machine's memory is.
  case memory
  /// Begins to use a disk for swap; `isFormatted` writes our signature to it first, if `isConfirmed`.
  case swapOn(disk: UInt32, isFormatted: Bool, isConfirmed: Bool)
  /// Something with the monitor's file system.
  case files(FileWords)
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

/// What `tmpfs` asks for. Paths and text are parts of the line.
public enum FileWords {
  /// What the file system holds.
  case summary
  /// The entries of a directory; of the root for an empty path.
  case list(TextRange)
  case create(TextRange)
  case makeDirectory(TextRange)
  /// The contents of a file.
  case show(TextRange)
  /// Writes `text` over whatever the file holds.
  case write(TextRange, text: TextRange)
  /// A file, or an empty directory.
  case remove(TextRange)
  case move(TextRange, to: TextRange)
  /// So many files in nested directories, verified.
  case fill(UInt32)
  /// Ends the file system and everything in it.
  case drop
}

/// What `devtest` asks for: the exercise of Plan 9's driver of that name, or one of two harder ones.
public enum DeviceTestWords {
  /// Maps and unmaps `sizeMinusOne + 1` bytes at `physical`, `times` times.
  case transcript(sizeMinusOne: UInt32, times: UInt32, physical: UInt32)
  /// The random mixture, so many steps of it.
  case mixture(steps: UInt32)
  /// Fills the window with single pages, empties it, asks for large pieces.
  case blank

  /// What the driver did: 32 MiB at 8192, eleven times.
  public static var upstream: DeviceTestWords {
    .transcript(sizeMinusOne: 32 << 20 - 1, times: 11, physical: 8192)
  }

  /// As many steps as the peers' figures were taken over, a tenth.
  public static var usualSteps: UInt32 { 10_000 }
}

/// What `log` does to an arena.
public enum LogWords: Equatable, Sendable {
  /// Notes up to so many operations.
  case on(operations: UInt32)
  case off, dump, replay

  /// What fits 64 KiB or a little more on every machine.
  public static var usualOperations: UInt32 { 1000 }
}

/// What `show` does.
public enum ShowWords: Equatable, Sendable {
  case once
  /// Again and again while things change.
  case live
  case off
}

/// What `watch` repeats.
public struct WatchWords: Equatable, Sendable {
  /// How often; nil until a key is typed.
  public let times: UInt32?
  /// From the end of one to the beginning of the next.
  public let milliseconds: UInt32
  /// Where the repeated command begins in the line. That it is one has been checked.
  public let start: Int
}

/// What reads the kernel's words at the other end of the line.
public enum TerminalKind: Equatable, Sendable {
  /// A file or a program: nothing but text.
  case log
  /// A terminal that can move its cursor.
  case plain
  /// One that has colours too, for somebody who wants them.
  case color

  /// The kind that is written so: `log`, `plain` or `color`.
  public init?(_ word: Span<UInt8>) {
    if word.equals("log") {
      self = .log
    } else if word.equals("plain") {
      self = .plain
    } else if word.equals("color") {
      self = .color
    } else {
      return nil
    }
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
    case verb
    case terminal
    case unwatchable
    case times
    case interval
    case files
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
    case .name: write("a name has 1 to 15 characters, an owner's 47 at most")
    case .width: write("a width is 1, 2 or 4 bytes")
    case .misaligned(let width):
      write("the address is not a multiple of the width, ")
      write(decimal: width)
    case .valueTooWide(let width):
      write("the value needs more bytes than ")
      write(decimal: width)
    case .reversedBounds: write("max is below min")
    case .bus: write("a bus is io, memory or irq")
    case .verb: write("on, off, dump or replay is wanted")
    case .terminal: write("a terminal is log, plain or color")
    case .unwatchable: write("that cannot be watched")
    case .times: write("once at least")
    case .interval: write("between 10 and 60000 milliseconds")
    case .files: write("tmpfs does ls, create, mkdir, cat, write, rm, mv, fill and drop")
    }
  }
}
