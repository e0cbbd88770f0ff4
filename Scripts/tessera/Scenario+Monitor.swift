import Primitives
import QEMU

// Words for the monitor, on the command line and typed, and what it answers.
extension Scenario {
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
}
