extension CommandName {
  /// Calls `body` with each example, a line that may be typed as it stands, and what it shows. Every command has one.
  public func eachExample(_ body: (_ line: StaticString, _ meaning: StaticString) -> Void) {
    switch self {
    case .help: body("help alloc", "the options of alloc")
    case .arenas: body("arenas", "how full each is, and how scattered")
    case .walk:
      body("walk ioport", "who has which ports")
      body("walk kva", "what is mapped for whom")
    case .owners:
      body("owners", "the sum of each")
      body("owners kernel image", "where the kernel's image lies")
    case .caches:
      body("caches", "all of them")
      body("caches kmem-64", "one")
    case .allocate:
      body("alloc kva 64K align=16K", "64 KiB at a multiple of 16 KiB")
      body("alloc ioport 8 min=0x200 max=0x3ff nocross=0x100", "8 ports that an ISA card can decode")
      body("alloc kva 4K at=0xfffff000", "the last page")
    case .free:
      body("free kva 0xfffff000", "the whole region that begins there")
      body("free kva 0xe0001000 4K", "one page out of its middle")
    case .explain:
      body("explain", "the last request that failed: what ruled it out")
      body("explain kva 1G", "what would happen to such a request")
    case .log:
      body("log kva on", "from now on")
      body("log trial on 4000", "the next trial of devtest, up to 4,000 operations")
      body("log kva dump", "for Scripts/render")
    default: eachExampleOfMemory(body)
    }
  }

  private func eachExampleOfMemory(_ body: (StaticString, StaticString) -> Void) {
    switch self {
    case .map: body("vmap 0xb8000 4K", "the screen of the VGA")
    case .unmap: body("vunmap 0xe0000000", "undo that")
    case .directories: body("pdes", "large pages, and tables with the entries in use")
    case .threads: body("threads", "main, idle and the pager")
    case .pci: body("pci", "vendor, device, class, base addresses")
    case .disks: body("disks", "the numbers that swapon takes")
    case .bus: body("bus", "every claim")
    case .claim:
      body("claim io 0x70 2", "refused, with the owner's name")
      body("claim irq 5 1", "an interrupt line")
    case .release: body("release irq 5", "give it back")
    case .input:
      body("claim io 0x2f8 8", "the second serial port, first")
      body("in 0x2fd", "its line status")
    case .output: body("out 0x2f8 0x41", "send an A")
    case .peek:
      body("peek 0xc00b8000 64", "the beginning of the VGA's screen, in the direct map")
      body("peek 0", "refused: page 0 is not mapped")
    case .poke: body("poke 0xc00b8000 0x41 1", "put an A there")
    case .memory: body("memory", "frames by use")
    case .swap: body("swap", "slots, rates, errors")
    case .swapOn: body("swapon 1", "the second disk, if it carries the signature")
    case .files:
      body("tmpfs mkdir /notes", "the first command makes the file system")
      body("tmpfs write /notes/one some words", "after tmpfs create /notes/one")
      body("tmpfs fill 200000", "more metadata than 16 MiB, on a swap disk of 128 MiB")
    default: eachExampleOfOthers(body)
    }
  }

  private func eachExampleOfOthers(_ body: (StaticString, StaticString) -> Void) {
    switch self {
    case .show:
      body("show", "draw once")
      body("show live", "and look at it while devtest runs")
      body("show off", "no more")
    case .watch:
      body("watch memory", "once a second, until a key")
      body("watch 3 every=100 swap", "three times, ten a second")
    case .terminal: body("terminal plain", "a terminal without colours")
    case .test:
      body("test", "all that this machine can do")
      body("test vmap", "one suite")
      body("test list", "their names")
    case .bench: body("bench", "instructions, where the clock counts them")
    case .deviceTest:
      body("devtest", "32 MiB, eleven times")
      body("devtest 4K 100", "one page, a hundred times")
      body("devtest mix 500", "a random mixture, 500 steps")
    case .panic: body("panic", "a report with a backtrace")
    default: body("quit", "success, or failure if a test failed")
    }
  }
}
