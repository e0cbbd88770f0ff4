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

  /// Reads and obeys lines until one says to leave.
  mutating func converse() -> ExitStatus {
    // A line of 160 and seven earlier ones; on the boot stack as long as the monitor runs.
    var storage = InlineArray<1280, UInt8>(repeating: 0)
    var editor = LineEditor(storage.mutableSpan, width: 160)
    while true {
      console.write("tessera> ")
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
      return perform(try MonitorCommand(line))
    } catch {
      console.write("error: ")
      console.write(error, in: line)
      console.newline()
      return nil
    }
  }

  /// Waits for a line to be typed.
  private mutating func read(_ editor: inout LineEditor) -> LineEditor.Event {
    while true {
      let event = editor.take(KernelInput.next(), echo: &console)
      if event != .editing { return event }
    }
  }

  private mutating func perform(_ command: MonitorCommand) -> ExitStatus? {
    switch command {
    case .help: console.writeMonitorHelp()
    case .arenas: listArenas()
    case .walk(let arena): walk(arena)
    case .allocate(let arena, let words): allocate(arena, words)
    case .free(let arena, let address, let size): free(arena, address, sizeMinusOne: size)
    case .map(let physical, let size): map(physical, sizeMinusOne: size)
    case .unmap(let address): unmap(address)
    case .threads: listThreads()
    case .directories: listDirectories()
    case .pci, .bus, .claim, .release, .input, .output: performOnBus(command)
    case .peek(let address, let size): peek(address, sizeMinusOne: size)
    case .poke(let address, let value, let width): poke(address, value, width: width)
    case .show: show()
    case .swap: listSwap()
    case .memory: listMemory()
    case .swapOn(let disk, let isFormatted, let isConfirmed):
      beginSwap(disk, isFormatted: isFormatted, isConfirmed: isConfirmed)
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

  /// Begins a line that says why nothing was done.
  mutating func fail(_ reason: StaticString) {
    console.write("error: ")
    console.write(reason)
    console.newline()
  }
}
#endif
