#if os(none)
import Machine
import Multiboot
import Pool
import Text
import VMem

/// Does what the kernel command line asks for.
///
/// Whatever the order of the words: monitor commands come first, then the benchmark, then tests, and a fatal scenario
/// last, from which nothing returns. Without any of them the monitor talks until it is told to leave.
///
/// - Returns: How to leave: failed tests outweigh the rest.
func obeyCommandLine(on kernel: Kernel) -> ExitStatus {
  // As long as the longest line that boots are given, twice over. Lies on the boot stack while the kernel runs.
  var storage = InlineArray<1024, UInt8>(repeating: 0)
  var words = storage.mutableSpan
  let boot = kernel.boot
  let cut = BootLine.unquote(commandLine(boot), into: &words)
  let options = BootOptions(words.span.extracting(first: cut.count), namesImageFirst: namesImageFirst(boot))
  Console.terminal = options.terminal
  nameUnknownWords(of: options, isTruncated: cut.isTruncated)
  if options.forcesEviction, !KernelPageable.forceEviction() {
    Console.write("ignored: evict=always wants pageable memory, and an image built without optimisation\n")
  }
  KernelPageable.findSwap(named: options.namesSwap ? diskNumber(options.swap) : nil)
  if !options.steps.isEmpty {
    do throws(NumberError) { unsafe Stress.wantedSteps = try Number.word(options.steps) } catch {
      Console.write("ignored: steps= wants a number\n")
    }
  }
  return obey(options, on: kernel)
}

/// What `kmem=` asks for.
struct HeapWords {
  var aids = DebuggingAids.none
  /// The cache of `guard:<cache>`.
  var guarded: ShortName?
}

/// What `kmem=` asks for; wanted before there is anything to obey on.
func wantedForHeap(_ boot: BootInformation<DirectMapMemory>) -> HeapWords {
  var storage = InlineArray<1024, UInt8>(repeating: 0)
  var words = storage.mutableSpan
  let cut = BootLine.unquote(commandLine(boot), into: &words)
  let options = BootOptions(words.span.extracting(first: cut.count), namesImageFirst: namesImageFirst(boot))
  var wanted = HeapWords()
  var cursor = WordCursor(options.memoryAids, separator: 0x2C)
  while let word = cursor.next() {
    if let aid = DebuggingAids(named: word) {
      wanted.aids = wanted.aids.union(aid)
    } else if word.starts(with: "guard:"), let name = ShortName(word.extracting(6..<word.count)) {
      wanted.guarded = name
    } else {
      Console.write("ignored: an aid that kmem does not have\n")
    }
  }
  return wanted
}

/// A number that no disk has where the word is no number.
private func diskNumber(_ word: Span<UInt8>) -> UInt32 {
  do throws(NumberError) { return try Number.word(word) } catch { return .max }
}

private func obey(_ options: BootOptions, on kernel: Kernel) -> ExitStatus {
  if options.staysInMonitor {
    var monitor = Monitor(kernel)
    return monitor.converse()
  }
  var status = ExitStatus.success
  if options.hasCommands {
    var monitor = Monitor(kernel)
    status = monitor.obey(commands: options.commands)
  }
  if options.bench && !Benchmarks.run(kernel) { status = .testsFailed }
  if !runTests(options, on: kernel) { status = .testsFailed }
  if options.hasScenario { die(options.scenario, kernel) }
  return status
}

/// - Returns: Whether no test failed; there being no suite of that name is a failure.
private func runTests(_ options: BootOptions, on kernel: Kernel) -> Bool {
  switch options.tests {
  case .none: return true
  case .list:
    Suites.list()
    return true
  case .all: return Suites.run(nil, on: kernel) ?? false
  case .suite:
    guard let name = ShortName(options.suite), let passed = Suites.run(name, on: kernel) else {
      Console.write("no suite of that name; test=list names them\n")
      return false
    }
    return passed
  }
}

private func nameUnknownWords(of options: BootOptions, isTruncated: Bool) {
  var console = ConsoleSink()
  if isTruncated { console.write("the command line is too long; its end is ignored\n") }
  var index = 0
  while let word = options.unknownWord(index) {
    console.write("ignored: ")
    console.write(foreign: word)
    console.newline()
    index += 1
  }
}

/// The bytes as the loader left them; none where it gave none.
@_lifetime(immortal)
private func commandLine(_ boot: BootInformation<DirectMapMemory>) -> Span<UInt8> {
  guard let range = boot.commandLine, let bytes = DirectMap.bytes(at: range) else {
    return StaticString("").bytes
  }
  return bytes
}

/// QEMU puts the image's name before the arguments, GRUB does not.
private func namesImageFirst(_ boot: BootInformation<DirectMapMemory>) -> Bool {
  guard let range = boot.loaderName, let name = DirectMap.bytes(at: range) else { return false }
  return name.starts(with: "qemu")
}

/// `fatal=<scenario>`.
private func die(_ name: Span<UInt8>, _ kernel: Kernel) -> Never {
  guard let scenario = FatalScenario(named: name) else { panic("no fatal scenario of that name") }
  scenario.run(kernel.memory)
}
#endif
