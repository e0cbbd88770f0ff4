import Primitives
import QEMU

// Kernels that die, and what their reports say.
extension Scenario {
  private static let scenarios = "Main/FatalScenarios.swift"
  private static let inScenarios = " at Kernel/\(scenarios):"

  /// Each report of a kernel that dies, in a boot of its own.
  static let fatal: [Scenario] = [
    death(
      "null",
      ["panic: page fault", "null dereference", "error:", "registers:", "cr2=0x00000000", inScenarios]),
    death("text", ["panic: page fault", "kernel text, which is read-only", inScenarios]),
    death("constants", ["panic: page fault", "kernel constants, which are read-only", inScenarios]),
    // Machine-I5: the report comes although the stack is full. Its lines have names because every frame is linked
    // (Machine-I7).
    death(
      "stack",
      ["panic: double fault", "stack overflow", "guard page", "recurse(depth:) at Kernel/\(scenarios)"]),
    death(
      "threadstack",
      [
        "panic: double fault", "stack overflow", "guard page of the stack of thread deep",
        "recurse(depth:) at Kernel/\(scenarios)",
      ]),
    death(
      "deadlock",
      [
        "deadlock: every thread sleeps and none can wake another",
        "thread 0 main waits for the end of thread 2 writer",
        "thread 2 writer waits for 70 of trial, 1 of 2 in line",
        "thread 3 reader waits for 20 of trial, 2 of 2 in line", "panic: deadlock",
      ]),
    death("maskedfault", ["panic: page fault", "pageable memory, touched with interrupts off", inScenarios]),
    death(
      "precondition",
      ["panic: Swift trap", "precondition check failed", "failPrecondition(_:) at Kernel/\(scenarios)"]),
    death(
      "overflow", ["panic: Swift trap", "precondition check failed", "increment(_:) at Kernel/\(scenarios)"]),
    death("bounds", ["panic: Swift trap", "pick(_:) at Kernel/\(scenarios)"]),
    death("doublefree", ["panic: double free of a frame frame=0x", "freeTwice(_:) at Kernel/\(scenarios)"]),
    death(
      "kmemfree",
      [
        "kmem: double free object=0x", " size=64 cache=kmem-64", "panic: kernel memory is damaged object=0x",
        "freeMemoryTwice() at Kernel/\(scenarios)",
      ]),
    death(
      "overrun", with: "kmem=guard:kmem-64,audit",
      [
        "panic: page fault", "cause: write to 0xe",
        ", guard page: access behind the end object=0xe",
        "fc0 size=64 cache=kmem-64 offset=64 "
          + "allocated-by=0x0000c0de", "error: 0x00000002 not-present write supervisor",
        "fillTooMuch() at Kernel/\(scenarios)",
      ]),
    death(
      "stale", with: "kmem=guard:kmem-64",
      [
        "panic: page fault", "cause: read of 0xe", "fc0, an address of kva that no mapping covers",
        "readFreedMemory() at Kernel/\(scenarios)",
      ]),
    death(
      "vunmap",
      ["panic: page fault", "kva that no mapping covers", "touchAfterVunmap(_:) at Kernel/\(scenarios)"]),
    // Machine-I6
    death("report", ["panic: ", "panic: again, while reporting"]),
    death("magic", ["panic: not entered by a multiboot loader eax=0x36d76289"]),
    death("nomap", ["panic: the loader gave no memory map flags=0x00000000"]),
    Scenario(
      name: "halts where it cannot leave", machine: haltingMachine, words: "fatal=nomap",
      expects: .halt(["panic:"]), limit: 20),
    Scenario(
      name: "too little memory", machine: Machine(processor: "486", memory: "1152K"), words: "",
      expects: .panic(["panic: too little memory, the kernel image does not fit"]), limit: 120),
  ]

  private static var haltingMachine: Machine {
    var machine = Machine(processor: "486", memory: "16M")
    machine.canLeave = false
    return machine
  }

  /// - Parameter words: Further words of the command line.
  private static func death(
    _ scenario: String, with words: String = "", _ report: [String], isDebugBuild: Bool = false
  ) -> Scenario {
    Scenario(
      name: "fatal=\(scenario)\(isDebugBuild ? ", debug" : "")",
      machine: Machine(processor: "486", memory: "16M"),
      words: words.isEmpty ? "fatal=\(scenario)" : "\(words) fatal=\(scenario)",
      isDebugBuild: isDebugBuild, expects: .panic(report), limit: 120)
  }

  /// The image built without optimisation boots too, and says where a check of Swift failed.
  static let debugBuild: [Scenario] = [
    selfTest(Machine("pc", processor: "486", memory: "16M"), isDebugBuild: true),
    death("precondition", ["\(scenarios):", "fails on purpose", "panic: Swift trap"], isDebugBuild: true),
    death("overflow", ["panic: Swift trap", "increment(_:) at Kernel/\(scenarios):"], isDebugBuild: true),
    death("bounds", ["panic: Swift trap", "pick(_:) at Kernel/\(scenarios):"], isDebugBuild: true),
  ]
}
