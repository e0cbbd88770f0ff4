extension ByteSink {
  /// Writes what the monitor can do, a line a command.
  public mutating func writeMonitorHelp() {
    Table<Self, 2>.write(to: &self) { table in
      table.row("help", "this list")
      table.row("arenas", "every arena: span, in use, free, largest free range, segments")
      table.row("walk <arena>", "every segment with its owner")
      table.row("alloc <arena> <size> [options]", "take addresses; nothing is mapped")
      table.row("free <arena> <address> [size]", "give a region back, or a part of it")
      table.row("vmap <physical> <size>", "map device memory")
      table.row("vunmap <address>", "undo a vmap")
      table.row("pdes", "page-directory entries in use")
      table.row("threads", "every thread, and what it waits for")
      table.row("pci", "every PCI function with its base addresses")
      table.row("bus", "who has which ports, memory and interrupt lines")
      table.row("claim <bus> <first> <size>", "take a range of io, memory or irq")
      table.row("release <bus> <first>", "give such a range back")
      table.row("in <port> [width]", "read a port that was claimed here")
      table.row("out <port> <value> [width]", "write a port that was claimed here")
      table.row("peek <address> [size]", "read memory that is mapped")
      table.row("poke <address> <value> [width]", "write 4, or 1 or 2, bytes to memory that is mapped")
      table.row("memory", "where the memory of the machine is")
      table.row("swap", "pages in memory and on the swap disk, transfers, errors")
      table.row("swapon <disk>", "use a disk that carries the swap signature")
      table.row("swapon --format <disk> erase", "write that signature first; what was on the disk is lost")
      table.row("show", "draw the arenas on the display")
      table.row("test [suite | list]", "run the self-tests")
      table.row("bench", "run the benchmark")
      table.row(
        "devtest [size] [times] [physical]", "map and unmap, again and again, as Plan 9's devtest did")
      table.row("devtest mix", "the same in random sizes and order")
      table.row("devtest blank", "large mappings after a window full of single pages")
      table.row("panic", "stop with a report")
      table.row("quit", "leave")
    }
    write("options of alloc: align= phase= nocross= min= max= at=")
    newline()
    write("numbers: 4096, 0x1000, 4K, 16M, 4G")
    newline()
  }
}

extension Table {
  fileprivate mutating func row(_ usage: StaticString, _ meaning: StaticString) {
    cell(usage)
    cell(meaning)
    endRow()
  }
}
