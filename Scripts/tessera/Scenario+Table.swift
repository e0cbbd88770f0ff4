import Primitives
import QEMU

/// The boots of `make test`. To add one, add a line; to give a suite another machine, see `suiteMachines`.
extension Scenario {
  /// All self-tests that the machine can do, on a covering set: every processor (Machine-I12), every board, both ends of the
  /// memory range, both loaders. On a clock that counts instructions: what a test says of timers then holds however
  /// busy the host is.
  static let selfTests: [Scenario] = [
    selfTest(Machine("pc", processor: "486", memory: "4M")),
    selfTest(Machine("pc", processor: "486", memory: "8M")),
    selfTest(Machine("pc", processor: "pentium", memory: "64M")),
    selfTest(Machine("pc", processor: "pentium3", memory: "3583M")),
    selfTest(Machine("pc", processor: "qemu32", memory: "128M").withTestDisk),
    selfTest(Machine("pc", processor: "max", memory: "512M")),
    selfTest(Machine("q35", processor: "486", memory: "3583M")),
    selfTest(Machine("q35", processor: "qemu32", memory: "8M").withTestDisk(on: .virtio)),
    selfTest(Machine("q35", processor: "max", memory: "4G")),
    selfTest(Machine("isapc", processor: "486", memory: "16M").withTestDisk),
    selfTest(Machine("isapc", processor: "pentium", memory: "8M")),
    selfTest(Machine("pc", processor: "qemu32", memory: "64M"), fromDisc: true),
    selfTest(Machine("q35", processor: "pentium3", memory: "1G"), fromDisc: true),
  ]

  /// Suites that need more of a machine than the ones above have. Every suite that the kernel lists and that no
  /// boot above could run is booted alone, on the machine named here or else on the usual one (Main-I4).
  static let suiteMachines: [String: Machine] = [
    "swap": Machine(memory: "16M").with(.signed(mebibytes: 128)),
    "tmpfs": Machine(memory: "16M").with(.signed(mebibytes: 128)),
    "transfers": Machine(memory: "16M").with(.signed(mebibytes: 16)),
    // Every write to some of the slots fails, as long as any is made.
    "stress": Machine(memory: "8M").with(
      .failing(mebibytes: 32, writes: [1, 2, 40, 41, 42, 300, 999, 1500, 2047, 3000, 3333], reads: [])),
    "devices": Machine(memory: "128M", extra: ["-device", "edu", "-device", "pci-testdev"]),
    "pciwindows": Machine(memory: "128M", extra: sharedMemory("16M", 1)).countingInstructions,
    "pcibridges": Machine(
      memory: "128M",
      extra: [
        "-device", "pci-bridge,id=outer,chassis_nr=1", "-device",
        "pci-bridge,id=inner,bus=outer,addr=1,chassis_nr=2", "-device", "edu,bus=inner,addr=1",
      ] + sharedMemory("16M", 1, bus: "outer")
    ).countingInstructions,
  ]

  /// Firmware that had no place below 4 GiB: with 3,583 MiB of memory its window has room for one of the two blocks of
  /// 256 MiB, so it puts both above.
  static let windows: [Scenario] = [
    Scenario(
      name: "64-bit base addresses above 4 GiB",
      machine: Machine(processor: "max", memory: "3583M", extra: sharedMemory("256M", 2)),
      words: "run=\"test pciwindows; pci\"",
      expects: .output([
        "1 base addresses assigned, 0 without a place", "0 base addresses assigned, 1 without a place",
        "claims", "ok 1 pciwindows", "1af4:1110", "memory 0xe0000000-0xefffffff", "1af4:1110",
      ]))
  ]

  /// Blocks of memory behind 64-bit base addresses.
  private static func sharedMemory(_ size: String, _ count: Int, bus: String = "pci.0") -> [String] {
    (0..<count).flatMap {
      [
        "-object", "memory-backend-ram,id=block\($0),size=\(size)", "-device",
        "ivshmem-plain,memdev=block\($0),bus=\(bus)",
      ]
    }
  }

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

  /// The image built without optimisation boots too, and says where a check of Swift failed.
  static let debugBuild: [Scenario] = [
    selfTest(Machine("pc", processor: "486", memory: "16M"), isDebugBuild: true),
    death("precondition", ["\(scenarios):", "fails on purpose", "panic: Swift trap"], isDebugBuild: true),
    death("overflow", ["panic: Swift trap", "increment(_:) at Kernel/\(scenarios):"], isDebugBuild: true),
    death("bounds", ["panic: Swift trap", "pick(_:) at Kernel/\(scenarios):"], isDebugBuild: true),
  ]

  /// Words of `kmem=`, and the image with classes, arrays and strings on kmem.
  static let memoryWords: [Scenario] = [
    memory("test=swiftheap", hasHeap: true),
    memory("kmem=all test=swiftheap", hasHeap: true, processor: "486"),
    memory("kmem=all test=kmem"),
    memory("kmem=zero test=kmem"),
    memory("kmem=guard:kmem-96 test=kmem"),
    Scenario(
      name: "a cache that is not there cannot be guarded", machine: Machine(processor: "486", memory: "16M"),
      words: "kmem=guard:kmem-97 test=leaks",
      expects: .output(["kmem=guard: no cache is called kmem-97; there are kmem-", " kmem-96 "])),
    Scenario(
      name: "leaks are listed at the end", machine: Machine(processor: "486", memory: "16M"),
      words: "kmem=audit test=leaks",
      expects: .output([
        "ok 1 leaks", "kmem: leak object=0x", " size=100 cache=kmem-112 allocated-by=0x0000c0de",
        "kmem: leak object=0x", "000 size=20480 cache=kmem", "kmem: 2 leaks",
      ])),
  ]

  private static func memory(_ words: String, hasHeap: Bool = false, processor: String = "max") -> Scenario {
    Scenario(
      name: "\(words)\(hasHeap ? ", with a heap" : "")",
      machine: Machine(processor: processor, memory: "16M").countingInstructions, words: words,
      hasHeap: hasHeap, expects: .report)
  }

  /// Where the fatal scenarios are.
  private static let scenarios = "Main/FatalScenarios.swift"
  private static let inScenarios = " at Kernel/\(scenarios):"

  /// What the two loaders pass must arrive alike (Main-I1), and the status says how it went (Main-I3).
  static let commandLines: [Scenario] = [
    commands("nonsense run=\"help; arenas\" test=text", ["nonsense", "ioport", "iomem", "kva", "ok 1 text"]),
    commands(
      "test=text run=\"help; arenas\" nonsense", ["nonsense", "ioport", "iomem", "kva", "ok 1 text"],
      fromDisc: true),
    Scenario(
      name: "memory above 4 GiB", machine: Machine("q35", processor: "max", memory: "5G"),
      words: "run=arenas",
      expects: .output(["above 4G ignored", "frames"])),
    Scenario(
      name: "a failed test leaves with 65", machine: Machine(), words: "run=\"test nosuch; arenas\"",
      expects: .failedTests(["error: no such suite", "ioport"])),
  ]

  /// Scripts for the monitor, as `make run` feeds them from a pipe.
  static let conversations: [Scenario] = [
    conversation("arenas, quit", ["arenas", "quit"], ["ioport", "iomem", "kva"]),
    conversation("threads", ["threads"], ["main", "running", "idle", "ready"]),
    conversation("input that just ends", ["pci"], ["8086:1237"]),
    conversation("no input at all", [], ["Tessera \(Version.current)"]),
    conversation(
      "addresses", ["alloc kva 8K align=64K at=0xffff0000", "walk kva", "free kva 0xffff0000", "free kva 1"],
      ["0xffff0000-0xffff1fff", "monitor", "error: "]),
    conversation(
      "devtest", ["devtest", "devtest 4M 3 0xfd000000", "devtest mix", "devtest blank"],
      [
        "vmap 0x00002000 32M = 0xe0", "devtest: 22 calls, 0 failed", "vmap 0xfd000000 4M = 0xe",
        "devtest: 6 calls, 0 failed", "devtest: 10000 calls, 0 failed", "filled with ", "emptied, ",
        "vmap 0x00002000 4M = 0x", "vmap 0x00002000 8M = 0x", "vmap 0x00002000 32M = 0x", " calls, 0 failed",
      ]),
    conversation(
      "mappings",
      [
        "vmap 0xb8000 4K", "peek 0xe0000000 16", "pdes", "vunmap 0xe0000000", "peek 0xe0000000",
        "vunmap 0xe0000000",
        "peek 0", "poke 0xc0100000 1",
      ],
      [
        "maps 0x000b8000-0x000b8fff", "0xe0000000", "table at", "tessera> vunmap", "is not mapped", "error: ",
        "is not mapped", "error: ",
      ]),
  ]

  /// Each command and key of the monitor, typed.
  static let monitor: [Scenario] = [
    conversation(
      "help", ["help", "help alloc", "help nosuch"],
      [
        "walk <arena>", "every segment with its owner", "tessera> help alloc", "options", "nocross=",
        "examples",
        "alloc ioport 8 min=0x200 max=0x3ff nocross=0x100", "error: nosuch: no such command",
      ]),
    // Tab after a part of a word, after nothing, and where several fit: what is obeyed shows what was put in.
    conversation(
      "completion",
      ["wal\tfra\t", "test lis\t", "caches kmem-12\t", "owners kernel i\t", "walk io\t\u{15}arenas"],
      [
        "tessera> walk frames ", "frame table", "tessera> test list ", "suite: text",
        "tessera> caches kmem-12",
        "kmem-128", "tessera> owners kernel image ", "iomem", "tessera> walk io", "ioport  iomem",
        "tessera> walk io", "largest free",
      ]),
    // Up twice brings `pci` back, up and down the line before and after.
    conversation(
      "history", ["pci", "threads", "\u{1B}[A\u{1B}[A", "\u{10}\u{10}\u{0E}"],
      ["tessera> pci", "8086:1237", "tessera> threads", "idle", "tessera> threads", "8086:1237", "8086:1237"]),
    conversation(
      "watch", ["watch 2 every=20 arenas", "watch arenas", "watch quit"],
      [
        "watch 1 of 2: arenas", "ioport", "watch 2 of 2: arenas", "ioport", "error: say how many times",
        "error: quit: that cannot be watched",
      ]),
    // The ports of a second serial line that is not there read as ones.
    conversation(
      "claims",
      [
        "in 0x2fd", "claim io 0x2f8 8", "in 0x2fd", "in 0x2fc 4", "in 0x2ff 2", "out 0x2f8 0x41",
        "claim io 0x2ff 1", "claim io 0x70 2", "claim io 0xffff 2", "claim io 0 0", "claim irq 5 1",
        "claim irq 4 1", "claim memory 0xc0000000 16", "bus", "release io 0x2f9", "release io 0x70",
        "release io 0x2f8", "release io 0x2f8", "out 0x2f8 0x41", "release irq 5",
        "release memory 0xc0000000",
      ],
      [
        "tessera> in 0x2fd", "error: claim the ports first", "tessera> claim io 0x2f8 8",
        "ports 0x000002f8-0x000002ff", "tessera> in 0x2fd", "ff", "tessera> in 0x2fc 4", "ffffffff",
        "tessera> in 0x2ff 2", "error: claim the ports first", "tessera> claim io 0x2ff 1",
        "error: ports 0x000002ff-0x000002ff for monitor conflicts with ports 0x000002f8-0x000002ff of monitor",
        "error: ports 0x00000070-0x00000071 for monitor conflicts with ports 0x00000070-0x00000071 of cmos clock",
        "error: the range does not lie on that bus", "error: 0: a size of 0 has no addresses",
        "interrupts 0x00000005-0x00000005",
        "error: interrupts 0x00000004-0x00000004 for monitor conflicts with", "of com1",
        "memory 0xc0000000-0xc000000f", "io      0x00000000-0x0000000f", "dma",
        "io      0x000002f8-0x000002ff", "monitor", "memory  0xc0000000-0xc000000f", "monitor",
        "irq     0x00000005-0x00000005", "monitor", "error: no claim of the monitor begins there",
        "error: no claim of the monitor begins there", "released ports 0x000002f8-0x000002ff",
        "error: no claim of the monitor begins there", "error: claim the ports first",
        "released interrupts 0x00000005-0x00000005", "released memory 0xc0000000-0xc000000f",
      ]),
    conversation(
      "explain",
      [
        "explain", "alloc kva 1G align=4M", "explain", "alloc ioport 2 at=0x70", "explain", "claim io 0x60 1",
        "explain", "vmap 0x80000000 1G", "explain", "explain kva 4K max=0xdfffffff", "explain kva 4K",
      ],
      [
        "no request has failed", "error: no space for 1G, ruled out by the size", "arena         kva",
        "request       1G align=4M", "by            monitor", "ruled out by  the size", "largest free  0xe",
        "belongs to cmos clock", "arena         ioport",
        "the address: 0x00000070-0x00000071 belongs to cmos clock",
        "of keyboard", "arena         ioport", "belongs to keyboard",
        "error: the window has no free range of 1G",
        "arena         kva", "request       1G", "ruled out by the bounds", "would be placed at 0xe",
      ]),
    conversation(
      "log of an arena",
      [
        "log kva dump", "log nosuch on", "log kva on 100", "log kva on", "alloc kva 12K",
        "free kva 0xffffffff",
        "alloc kva 1G", "log kva dump", "log kva replay", "log kva off", "log kva replay", "log kva on 2",
        "log kva dump", "log kva replay",
      ],
      [
        "error: no log is kept", "error: nosuch: no such arena", "error: there is a log already", "error:",
        "error: no space", "log: arena kva quantum 4096 operations", " lost 0", " monitor",
        "log: 0 span 0xe0000000-",
        " alloc ", " refuse ", " 1G", "log: end", "all went alike; the copy is as the arena",
        "error: no log is kept", "lost", "log: end", "error: the beginning of the log was overwritten",
      ]),
    conversation(
      "log of a trial",
      [
        "log trial dump", "log trial on 400", "log trial dump", "devtest mix 200", "log trial dump",
        "log trial replay",
      ],
      [
        "error: no log is kept", "the next trial will be logged", "error: nothing has been logged yet",
        "devtest: ", "calls, 0 failed", "log: arena trial", " devtest, to 64K", "log: 0 span 0x", "log: end",
        "all went alike",
      ]),
    conversation(
      "owners and caches", ["owners", "owners com1", "owners nobody", "caches", "caches nosuch"],
      [
        "owner", "ioport", "iomem", "frames", "kernel image", "tessera> owners com1", "ioport",
        "0x000003f8-0x000003ff", "error: nobody of that name", "kmem-64", "error: no such cache",
      ]),
    conversation(
      "colours where they are wanted",
      ["walk irq", "terminal color", "walk irq", "nonsense", "terminal log", "arenas"],
      [
        "  free", "tessera> \u{1B}[0m", "\u{1B}[2mfree\u{1B}[0m", "\u{1B}[1;31merror: \u{1B}[0m",
        "arena   span",
      ]),
    Scenario(
      name: "monitor: watch until a key", machine: Machine(), words: "terminal=plain",
      expects: .dialogue(
        [
          (awaits: PromptWatcher.prompt, sends: "watch every=20 arenas\r"),
          (awaits: "watch 3: arenas", sends: "x"),
          (awaits: PromptWatcher.prompt, sends: "quit\r"),
        ], says: ["\u{1B}[H\u{1B}[Jwatch 1: arenas", "any key ends this", "watch 2: arenas", "tessera> quit"]),
      limit: 120),
    // The second line is there before the first round is over, and waits for its turn.
    Scenario(
      name: "monitor: watch in a log, typed ahead", machine: Machine(), words: "",
      expects: .dialogue(
        [(awaits: PromptWatcher.prompt, sends: "watch 2 every=200 arenas\rquit\r")],
        says: ["watch 1 of 2: arenas", "watch 2 of 2: arenas", "tessera> quit"]), limit: 120),
    conversation(
      "a picture that follows",
      ["show off", "show live", "devtest mix 2000", "test frames", "show off", "show off"],
      ["error: no live picture is on", "drawn at", "devtest: ", "ok 1 frames", "drawn ", " times", "error:"]),
  ]

  private static func selfTest(
    _ machine: Machine, fromDisc: Bool = false, isDebugBuild: Bool = false
  ) -> Scenario {
    let remark = (fromDisc ? ", GRUB" : "") + (isDebugBuild ? ", debug" : "")
    return Scenario(
      name: "self-tests, \(machine.title)\(remark)", machine: machine.countingInstructions, words: "test",
      fromDisc: fromDisc, isDebugBuild: isDebugBuild, expects: .report)
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

  private static func conversation(_ name: String, _ script: [String], _ says: [String]) -> Scenario {
    Scenario(
      name: "monitor: \(name)", machine: Machine(), words: "",
      expects: .conversation(script, says: says), limit: 120)
  }

  private static func commands(_ words: String, _ output: [String], fromDisc: Bool = false) -> Scenario {
    Scenario(
      name: "\(words)\(fromDisc ? ", GRUB" : "")", machine: Machine(), words: words, fromDisc: fromDisc,
      expects: .output(output), limit: 120)
  }

  /// A suite alone.
  static func suite(_ name: String) -> Scenario {
    let machine = suiteMachines[name] ?? Machine(memory: "128M").countingInstructions
    return Scenario(
      name: "suite \(name), \(machine.title)", machine: machine, words: "test=\(name)", expects: .report,
      limit: 1200)
  }
}
