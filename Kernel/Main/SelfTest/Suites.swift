#if os(none)
import Instructions
import Machine
import Text

/// Who wants to see every suite.
protocol SuiteVisitor: ~Copyable {
  mutating func visit(_ name: StaticString, _ length: Suites.Length, _ suite: (inout TestRun) -> Void)
}

/// The self-tests of the kernel: a line for each suite, whose function is in a file of its own.
enum Suites {
  enum Length {
    /// Part of `test`, which takes a minute at most in all.
    case short
    /// Only run by name.
    case long
  }

  /// Shows every suite to `visitor`, in the order in which they run: what others stand on comes first.
  static func each<Visitor: SuiteVisitor & ~Copyable>(_ visitor: inout Visitor) {
    visitor.visit("text", .short, textSuite)
    visitor.visit("commandline", .short, commandLineSuite)
    visitor.visit("routines", .short, memoryRoutineSuite)
    visitor.visit("protection", .short, protectionSuite)
    visitor.visit("arena", .short, arenaSuite)
    visitor.visit("bus", .short, busSuite)
    visitor.visit("interrupts", .short, interruptSuite)
    visitor.visit("timers", .short, timerSuite)
    visitor.visit("frames", .short, frameSuite)
    visitor.visit("vmap", .short, vmapSuite)
    visitor.visit("paging", .short, pagingSuite)
    visitor.visit("kmem", .short, kmemSuite)
    visitor.visit("leaks", .long, leakSuite)
    visitor.visit("devices", .short, deviceSuite)
    visitor.visit("disk", .short, diskSuite)
    visitor.visit("pci", .short, pciSuite)
    visitor.visit("display", .short, displaySuite)
    visitor.visit("busspace", .short, busSpaceSuite)
    visitor.visit("pcimove", .short, pciMoveSuite)
    visitor.visit("pciwindows", .short, pciWindowSuite)
    visitor.visit("pcibridges", .short, pciBridgeSuite)
    visitor.visit("threads", .short, threadSuite)
    visitor.visit("lines", .short, lineSuite)
    visitor.visit("faults", .short, faultSuite)
    visitor.visit("boundaries", .short, boundarySuite)
    visitor.visit("arenacosts", .short, arenaCostSuite)
    visitor.visit("interruptsoff", .short, interruptsOffSuite)
    visitor.visit("heapboundaries", .long, heapBoundarySuite)
    visitor.visit("pageable", .short, pageableSuite)
    visitor.visit("swap", .short, swapSuite)
    visitor.visit("transfers", .long, transferSuite)
    visitor.visit("tmpfs", .long, tmpfsSuite)
    visitor.visit("stress", .long, stressSuite)
    if kernel_is_extended() != 0 { visitor.visit("swiftheap", .short, swiftHeapSuite) }
  }

  /// Runs all short suites, or the one of a name.
  ///
  /// - Returns: Whether all passed; nil if there is no suite of that name.
  static func run(_ name: ShortName?, on kernel: Kernel) -> Bool? {
    var counter = Counter(name: name)
    each(&counter)
    guard counter.count > 0 else { return nil }
    var runner = Runner(name: name, run: TestRun(kernel))
    runner.run.begin(suites: counter.count)
    each(&runner)
    return !runner.run.hasFailed
  }

  /// Writes `suite: <name>` for each.
  static func list() {
    var lister = Lister()
    each(&lister)
  }

  /// Calls `body` with the name of each.
  static func eachName(_ body: (StaticString) -> Void) {
    var number = 0
    while true {
      var finder = Finder(number: number)
      each(&finder)
      guard let name = finder.name else { return }
      body(name)
      number += 1
    }
  }

  private static func isWanted(_ suite: StaticString, _ length: Length, by name: ShortName?) -> Bool {
    guard let name else { return length == .short }
    return name.equals(suite.bytes)
  }

  private struct Counter: SuiteVisitor {
    let name: ShortName?
    var count: UInt32 = 0

    mutating func visit(_ name: StaticString, _ length: Length, _ suite: (inout TestRun) -> Void) {
      if isWanted(name, length, by: self.name) { count += 1 }
    }
  }

  private struct Runner: SuiteVisitor, ~Copyable {
    let name: ShortName?
    var run: TestRun

    mutating func visit(_ name: StaticString, _ length: Length, _ suite: (inout TestRun) -> Void) {
      if isWanted(name, length, by: self.name) { run.run(name, suite) }
    }
  }

  /// The name of one suite. A visitor that held the function to be called would need a heap.
  private struct Finder: SuiteVisitor {
    var number: Int
    var name: StaticString?

    mutating func visit(_ name: StaticString, _ length: Length, _ suite: (inout TestRun) -> Void) {
      if number == 0 { self.name = name }
      number -= 1
    }
  }

  private struct Lister: SuiteVisitor {
    mutating func visit(_ name: StaticString, _ length: Length, _ suite: (inout TestRun) -> Void) {
      var console = ConsoleSink()
      console.write("suite: ")
      console.write(name)
      if length == .long { console.write(" long") }
      console.newline()
    }
  }
}
#endif
