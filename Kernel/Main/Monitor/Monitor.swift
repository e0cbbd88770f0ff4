#if os(none)
import BusSpace
import Machine
import Text

/// The monitor: reads commands from the serial line, does them, and says what came of it.
///
/// What a line means is decided in the module Text; here it is only done. A command that fails says why and changes
/// nothing; none of them can stop the kernel but `panic` and `quit`.
struct Monitor {
  let kernel: Kernel
  var console = ConsoleSink()
  /// How to leave: failed once a test or the benchmark failed.
  var status = ExitStatus.success

  init(_ kernel: Kernel) {
    self.kernel = kernel
  }

  /// What programs at the other end wait for, at the start of a line.
  private static var prompt: StaticString { "tessera> " }

  /// Reads and obeys lines until one says to leave.
  mutating func converse() -> ExitStatus {
    // A line of 160 and seven earlier ones; on the boot stack as long as the monitor runs.
    var storage = InlineArray<1280, UInt8>(repeating: 0)
    var editor = LineEditor(storage.mutableSpan, width: 160, prompt: Self.prompt)
    while true {
      console.styled(.heading) { $0.write(Self.prompt) }
      switch read(&editor) {
      case .end: return status
      case .line:
        if let status = obey(editor.line) { return status }
      default: break
      }
    }
  }

  /// Obeys the commands of `run=`, separated by `;`, one after the other.
  ///
  /// - Returns: How to leave.
  mutating func obey(commands: Span<UInt8>) -> ExitStatus {
    var cursor = WordCursor(commands, separator: 0x3B)
    while let command = cursor.next() {
      if let status = obey(command) { return status }
    }
    return status
  }

  /// Obeys one line; an empty one does nothing.
  ///
  /// - Returns: How to leave, if the line says to.
  mutating func obey(_ line: Span<UInt8>) -> ExitStatus? {
    guard !line.trimmed().isEmpty else { return nil }
    do throws(CommandError) {
      let status = perform(try MonitorCommand(line), line)
      LiveShow.drawNow()
      return status
    } catch {
      beginFailure()
      console.write(error, in: line)
      console.newline()
      return nil
    }
  }

  /// Waits for a line to be typed.
  private mutating func read(_ editor: inout LineEditor) -> LineEditor.Event {
    while true {
      let event = editor.take(KernelInput.next(), echo: &console, names: MonitorNames(kernel: kernel))
      if event != .editing { return event }
    }
  }

  /// `line` is what the command was read from: some operands are parts of it.
  private mutating func perform(_ command: MonitorCommand, _ line: Span<UInt8>) -> ExitStatus? {
    switch command {
    case .help(let name):
      if let name { console.writeHelp(on: name) } else { console.writeMonitorHelp() }
    case .arenas, .walk, .owners, .caches, .allocate, .free, .explainLast, .explain, .log:
      performOnArenas(command)
    case .map(let physical, let size): map(physical, sizeMinusOne: size)
    case .unmap(let address): unmap(address)
    case .threads: listThreads()
    case .directories: listDirectories()
    case .pci, .disks, .bus, .claim, .release, .input, .output: performOnBus(command)
    case .peek(let address, let size): peek(address, sizeMinusOne: size)
    case .poke(let address, let value, let width): poke(address, value, width: width)
    case .show(let words): show(words)
    case .watch(let words): watch(words, in: line)
    case .terminal(let kind): Console.terminal = kind
    case .swap: listSwap()
    case .memory: listMemory()
    case .swapOn(let disk, let isFormatted, let isConfirmed):
      beginSwap(disk, isFormatted: isFormatted, isConfirmed: isConfirmed)
    case .files(let words): perform(words, of: line)
    case .test(let words): test(words)
    case .deviceTest(let words): DevTest(kernel.memory).run(words)
    case .bench:
      if !Benchmarks.run(kernel) {
        fail("the benchmark could not be run")
        status = .testsFailed
      }
    case .panic: panic("the monitor was told to")
    case .quit: return status
    }
    return nil
  }

  private mutating func performOnArenas(_ command: MonitorCommand) {
    switch command {
    case .arenas: listArenas()
    case .walk(let arena): walk(arena)
    case .owners(let name):
      if let name { listRegions(of: name) } else { listOwners() }
    case .caches(let name): listCaches(name)
    case .allocate(let arena, let words): allocate(arena, words)
    case .free(let arena, let address, let size): free(arena, address, sizeMinusOne: size)
    case .explainLast: explainLast()
    case .explain(let arena, let words): explain(arena, words)
    case .log(let arena, let words): log(arena, words)
    default: break
    }
  }

  /// Begins a line that says why nothing was done.
  mutating func fail(_ reason: StaticString) {
    beginFailure()
    console.write(reason)
    console.newline()
  }

  /// Begins such a line; the reason is written behind it.
  mutating func beginFailure() {
    console.styled(.failure) { $0.write("error: ") }
  }
}
#endif
