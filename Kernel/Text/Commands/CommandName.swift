/// The commands of the monitor: one list for what a line may begin with, what `help` says and what Tab completes.
///
/// To add a command: a case here with its word, its forms and examples in the two files beside this one, what its
/// operands are in ``operand(_:)``, and its reading in `MonitorCommand+Parsing.swift`. The compiler asks for each.
public enum CommandName: UInt8, Sendable {
  case help, arenas, walk, owners, caches, allocate, free, explain, log
  case map, unmap, directories, threads
  case pci, disks, bus, claim, release, input, output, peek, poke
  case memory, swap, swapOn, files
  case show, watch, terminal
  case test, bench, deviceTest, panic, quit

  /// How many there are; their raw values are 0 to this less one.
  static var count: UInt8 { quit.rawValue + 1 }

  /// Calls `body` with each, in the order of `help`.
  public static func each(_ body: (CommandName) -> Void) {
    for number in 0..<count {
      if let name = CommandName(rawValue: number) { body(name) }
    }
  }

  /// The command that is written so, or nil. O(number of commands).
  public init?(_ word: Span<UInt8>) {
    for number in 0..<Self.count {
      if let name = CommandName(rawValue: number), word.equals(name.word) {
        self = name
        return
      }
    }
    return nil
  }

  /// What is typed.
  public var word: StaticString {
    switch self {
    case .help: "help"
    case .arenas: "arenas"
    case .walk: "walk"
    case .owners: "owners"
    case .caches: "caches"
    case .allocate: "alloc"
    case .free: "free"
    case .explain: "explain"
    case .log: "log"
    case .map: "vmap"
    case .unmap: "vunmap"
    case .directories: "pdes"
    case .threads: "threads"
    case .pci: "pci"
    case .disks: "disks"
    case .bus: "bus"
    case .claim: "claim"
    case .release: "release"
    case .input: "in"
    case .output: "out"
    case .peek: "peek"
    case .poke: "poke"
    case .memory: "memory"
    case .swap: "swap"
    case .swapOn: "swapon"
    case .files: "tmpfs"
    case .show: "show"
    case .watch: "watch"
    case .terminal: "terminal"
    case .test: "test"
    case .bench: "bench"
    case .deviceTest: "devtest"
    case .panic: "panic"
    case .quit: "quit"
    }
  }

  /// What may stand in the place number `index` behind the word, counted from 0.
  public func operand(_ index: Int) -> OperandKind {
    switch (self, index) {
    case (.help, 0): .command
    case (.walk, 0), (.free, 0), (.allocate, 0), (.explain, 0), (.log, 0): .arena
    case (.allocate, 2...), (.explain, 2...): .allocation
    case (.log, 1): .log
    case (.owners, 0): .owner
    case (.caches, 0): .cache
    case (.claim, 0), (.release, 0): .bus
    case (.show, 0): .show
    case (.terminal, 0): .terminal
    case (.test, 0): .test
    case (.deviceTest, 0): .deviceTest
    case (.files, 0): .files
    case (.swapOn, 0): .format
    case (.swapOn, 2): .erase
    default: .nothing
    }
  }
}

/// What an operand of a command is.
public enum OperandKind: Equatable, Sendable {
  /// A number, or nothing at all.
  case nothing
  case command
  /// Names that the kernel has; a ``NameSource`` gives them.
  case arena, cache, owner
  /// A suite, or `list`.
  case test
  /// The words that the command itself knows.
  case bus, allocation, log, show, terminal, deviceTest, files, format, erase
}
