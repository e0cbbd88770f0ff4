#if os(none)
import Disks
import Frames
import Machine
import Pageable
import Text

extension Monitor {
  /// `swap`: what pageable memory holds and has done.
  mutating func listSwap() {
    guard KernelPageable.isStarted else { return fail("there is no pageable memory") }
    let counts = KernelPageable.memory.statistics
    // Once, and not in the rows, which a table asks for twice.
    let rates = SwapRates.sinceLastLook(counts)
    Table<ConsoleSink, 2>.write(to: &console) { table in
      table.row("slots", counts.slots)
      table.row("slots promised", counts.promised)
      table.row("slots free", counts.freeSlots)
      table.row("slots retired", counts.retiredSlots)
      table.row("pages resident", counts.resident)
      table.row("pages pinned", counts.pinned)
      table.row("pages zero-filled", counts.zeroFilled)
      table.row("pages in", counts.pagesIn)
      table.row("pages out", counts.pagesOut)
      table.row("pages dropped", counts.dropped)
      table.row("pages taken back", counts.takenBack)
      table.row("reads", counts.reads)
      table.row("writes", counts.writes)
      table.row("read errors", counts.readErrors)
      table.row("write errors", counts.writeErrors)
      table.row("checksum errors", counts.checksumErrors)
      table.row("pages in, a second", rates.pagesIn)
      table.row("pages out, a second", rates.pagesOut)
    }
    do throws(PageableViolation) { try KernelPageable.memory.checkInvariants() } catch {
      fail("an invariant of pageable memory does not hold")
    }
  }

  /// `memory`: frames by use.
  mutating func listMemory() {
    let frames = kernel.memory.frames.statistics
    Table<ConsoleSink, 2>.write(to: &console) { table in
      table.row("frames", frames.total)
      table.row("reserved since boot", frames.reserved)
      table.row("free", frames.free)
      table.row("single", frames.single)
      table.row("in runs", frames.run)
      if KernelPageable.isStarted {
        let counts = KernelPageable.memory.statistics
        table.row("pageable, resident", counts.resident)
        table.row("pageable, pinned", counts.pinned)
        table.row("pageable, reserve", counts.reserved)
        table.row("pageable, records", 2 * counts.directories)
      }
    }
  }

  /// `swapon`.
  mutating func beginSwap(_ number: UInt32, isFormatted: Bool, isConfirmed: Bool) {
    guard number < UInt32(KernelDisks.count), let disk = KernelDisks.disk(Int(number)) else {
      return fail("there is no such disk")
    }
    guard KernelPageable.isStarted, !KernelPageable.hasDisk else {
      return fail("there is a swap disk already")
    }
    guard !disk.isReadOnly else { return fail("the disk can only be read") }
    if isFormatted {
      guard isConfirmed else {
        return fail("this overwrites the disk; say `swapon --format <disk> erase` if that is what you want")
      }
      guard KernelPageable.format(disk) else { return fail("the signature could not be written") }
    }
    guard let area = KernelPageable.area(of: disk, isNamed: false) else {
      return fail("the disk carries no swap signature")
    }
    KernelPageable.use(disk, Int(number), area)
  }
}

extension Table {
  fileprivate mutating func row(_ what: StaticString, _ count: UInt32) {
    cell(what)
    cell(.right) { $0.write(decimal: count) }
    endRow()
  }
}
#endif
