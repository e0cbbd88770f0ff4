#if os(none)
import Frames
import Instructions
import Machine
import Paging
import Text
import VMap
import VMem

extension Monitor {
  /// `vmap`: maps device memory in the monitor's name.
  mutating func map(_ physical: UInt32, sizeMinusOne: UInt32) {
    // The window has half a gibibyte; a size of 2^32 has no UInt32 and could never fit.
    guard sizeMinusOne < .max else { return fail("the window is smaller than that") }
    do throws(VMapError) {
      let mapping = try kernel.memory.window.vmap(
        physical, size: sizeMinusOne + 1, MappingOptions(.natural, owner: Self.owner))
      console.write(first: mapping.address, last: mapping.address + (mapping.size - 1))
      console.write(" maps ")
      console.write(first: physical, last: physical + sizeMinusOne)
    } catch {
      if case .noSpace(let pages) = error {
        FailedRequest.note(pages, of: kernel.memory.window, owner: Self.owner)
      }
      beginFailure()
      console.write(error)
    }
    console.newline()
  }

  /// `vunmap`: only what `vmap` mapped for the monitor.
  mutating func unmap(_ address: UInt32) {
    let page = address & ~0xFFF
    guard kernel.memory.pageMap.query(PageNumber(containing: address)) != nil else {
      beginFailure()
      console.write(VMapError.notMapped(address))
      return console.newline()
    }
    if let segment = kernel.memory.window.arena.segment(atOrAfter: page), segment.range.contains(page),
      segment.kind == .allocated, segment.owner != Self.owner
    {
      console.write("error: it belongs to ")
      console.write(segment.owner)
      console.write("; vunmap undoes what vmap did")
      return console.newline()
    }
    do throws(VMapError) {
      try kernel.memory.window.vunmap(address)
      console.write("unmapped")
    } catch {
      beginFailure()
      console.write(error)
    }
    console.newline()
  }

  /// `pdes`: a line for each run of directory entries in use.
  mutating func listDirectories() {
    let pageMap = kernel.memory.pageMap
    Table<ConsoleSink, 4>.write(to: &console) { table in
      table.heading("entries", .right)
      table.heading("addresses")
      table.heading("kind")
      table.heading("used", .right)
      table.endRow()
      var index: UInt32 = 0
      while index < 1024 {
        let last = pageMap.lastLarge(from: index)
        if pageMap.directoryEntry(at: index).isPresent { table.row(pageMap, first: index, last: last) }
        index = last + 1
      }
    }
  }

  /// `peek`: words where address and size are multiples of 4, else bytes; 16 bytes a line.
  mutating func peek(_ address: UInt32, sizeMinusOne: UInt32) {
    guard sizeMinusOne < 0x1_0000 else { return fail("at most 64K at a time") }
    guard sizeMinusOne <= UInt32.max - address else { return fail("the range passes the end of the space") }
    let last = address + sizeMinusOne
    guard isMapped(address, through: last, forWriting: false) else { return }
    let asWords = address & 3 == 0 && sizeMinusOne & 3 == 3
    var offset: UInt32 = 0
    while offset <= sizeMinusOne {
      if offset & 15 == 0 { console.write(address: address + offset) }
      console.write(" ")
      if asWords {
        console.write(hexadecimal: cpu_load32(address + offset), digits: 8)
        offset += 4
      } else {
        console.write(hexadecimal: UInt32(cpu_load8(address + offset)), digits: 2)
        offset += 1
      }
      if offset & 15 == 0 || offset > sizeMinusOne { console.newline() }
    }
  }

  /// `poke`: one write of the width that was asked for, where a write would not fault.
  mutating func poke(_ address: UInt32, _ value: UInt32, width: UInt32) {
    guard isMapped(address, through: address + (width - 1), forWriting: true) else { return }
    switch width {
    case 1: cpu_store8(address, UInt8(truncatingIfNeeded: value))
    case 2: cpu_store16(address, UInt16(truncatingIfNeeded: value))
    default: cpu_store32(address, value)
    }
  }

  /// Whether every page of the range is mapped, and writable if need be; else says which is not.
  private mutating func isMapped(_ first: UInt32, through last: UInt32, forWriting: Bool) -> Bool {
    var page = PageNumber(containing: first)
    while true {
      let translation = kernel.memory.pageMap.query(page)
      guard let translation, !forWriting || translation.attributes.isWritable else {
        beginFailure()
        console.write(address: page.address > first ? page.address : first)
        console.write(translation == nil ? " is not mapped" : " is read-only")
        console.newline()
        return false
      }
      guard page < PageNumber(containing: last) else { return true }
      page = PageNumber(page.rawValue + 1)
    }
  }
}

extension PageMap where Machine == HardwareMMU, Lock == KernelLock {
  /// The last of the large pages from entry `index` on that continue one another in physical memory; `index` itself
  /// if there is no such run.
  fileprivate func lastLarge(from index: UInt32) -> UInt32 {
    var last = index
    while last < 1023, directoryEntry(at: last).isLarge, directoryEntry(at: last + 1).isLarge,
      directoryEntry(at: last + 1).rawValue & ~0x60 == directoryEntry(at: last).rawValue & ~0x60 &+ 0x40_0000
    {
      last += 1
    }
    return last
  }
}

extension Table {
  fileprivate mutating func row(_ pageMap: PageMap<HardwareMMU, KernelLock>, first: UInt32, last: UInt32) {
    cell(.right) {
      $0.write(decimal: first)
      if last > first {
        $0.write("-")
        $0.write(decimal: last)
      }
    }
    cell { $0.write(first: first << 22, last: last << 22 | 0x3F_FFFF) }
    switch pageMap.directoryEntry(at: first).kind {
    case .absent: cell("absent")
    case .large:
      cell {
        $0.write("large pages at ")
        $0.write(address: pageMap.directoryEntry(at: first).smallEntry(at: 0).frame.address)
      }
    case .table(let frame):
      cell {
        $0.write("table at ")
        $0.write(address: frame.address)
      }
      if let used = pageMap.entryCount(at: first) { cell(.right) { $0.write(decimal: used) } }
    }
    endRow()
  }
}
#endif
