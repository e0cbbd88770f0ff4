extension CommandName {
  /// Calls `body` with each way to write the command, behind its word, and what that does.
  public func eachForm(_ body: (_ operands: StaticString, _ meaning: StaticString) -> Void) {
    switch self {
    case .help:
      body("", "this list")
      body("<command>", "one command with examples")
    case .arenas: body("", "every arena: span, in use, free, largest free range, segments")
    case .walk: body("<arena>", "every segment with its owner")
    case .owners:
      body("", "who has how much, in all arenas")
      body("<owner>", "everything that an owner has, in every arena")
    case .caches: body("[cache]", "caches of kernel memory: objects, slabs, bytes lost")
    case .allocate: body("<arena> <size> [options]", "take addresses; nothing is mapped")
    case .free: body("<arena> <address> [size]", "give a region back, or a part of it")
    case .explain:
      body("", "why the last request failed")
      body("<arena> <size> [options]", "how a request would fare; changes nothing")
    case .log:
      body("<arena> on [operations]", "note what is done to an arena, from its present state on")
      body("<arena> off", "end that")
      body("<arena> dump", "print the log; Scripts/render draws it")
      body("<arena> replay", "play the log to a copy and compare")
    case .map: body("<physical> <size>", "map device memory")
    case .unmap: body("<address>", "undo a vmap")
    case .directories: body("", "page-directory entries in use")
    case .threads: body("", "every thread, and what it waits for")
    default: eachFormOfOthers(body)
    }
  }

  private func eachFormOfOthers(_ body: (StaticString, StaticString) -> Void) {
    switch self {
    case .pci: body("", "every PCI function with its base addresses")
    case .disks: body("", "every disk: size, name, who moves its data, interrupts")
    case .bus: body("", "who has which ports, memory and interrupt lines")
    case .claim: body("<bus> <first> <size>", "take a range of io, memory or irq")
    case .release: body("<bus> <first>", "give such a range back")
    case .input: body("<port> [width]", "read a port that was claimed here")
    case .output: body("<port> <value> [width]", "write a port that was claimed here")
    case .peek: body("<address> [size]", "read memory that is mapped")
    case .poke: body("<address> <value> [width]", "write 4, or 1 or 2, bytes to memory that is mapped")
    case .memory: body("", "where the memory of the machine is")
    case .swap: body("", "pages in memory and on the swap disk, transfers, errors")
    case .swapOn:
      body("<disk>", "use a disk that carries the swap signature")
      body("--format <disk> erase", "write that signature first; what was on the disk is lost")
    case .files:
      body("", "what the file system in pageable memory holds")
      body("ls [path]", "the entries of a directory")
      body("create | mkdir <path>", "make an empty file or directory")
      body("cat | rm <path>", "show a file; remove a file or an empty directory")
      body("write <path> <text>", "write over what the file holds")
      body("mv <path> <path>", "another name, perhaps elsewhere")
      body("fill <files>", "so many files in nested directories, verified")
      body("drop", "end the file system, and give its memory back")
    case .show:
      body("", "draw the arenas on the display")
      body("live", "and again while things change, until `show off`")
    case .watch: body("[times] [every=<ms>] <command>", "repeat a command until a key is typed")
    case .terminal: body("<kind>", "what the other end is: log, plain or color")
    case .test: body("[suite | list]", "run the self-tests")
    case .bench: body("", "run the benchmark")
    case .deviceTest:
      body("[size] [times] [physical]", "map and unmap, again and again, as Plan 9's devtest did")
      body("mix [steps]", "the same in random sizes and order")
      body("blank", "large mappings after a window full of single pages")
    case .panic: body("", "stop with a report")
    default: body("", "leave")
    }
  }
}
