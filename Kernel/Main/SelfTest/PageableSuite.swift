#if os(none)
import Disks
import Frames
import Instructions
import KMem
import Machine
import Pageable
import Paging
import Primitives
import Text
import Threads
import VMem

/// Pageable memory on this machine: faults that are answered by the processor's own trap, and a disk if there is one.
func pageableSuite(_ t: inout TestRun) {
  guard KernelPageable.isStarted else { return t.skipSuite("no memory for pageable memory") }
  t.test("what was never touched reads as zeros, and keeps what is written") { t in
    withPages(&t, 4) { t, first in
      for page in UInt32(0)..<4 { t.expect(cpu_load32(first + page << 12 + 8), is: 0, "a fresh word") }
      fill(first, 4, 1)
      t.expect(holds(first, 4, 1), "what was written")
    }
  }
  t.test("errors of whoever touches are told with the address") { t in
    var freed: UInt32 = 0
    withPages(&t, 4, hasGuard: true) { t, first in
      freed = first
      t.expect(failure(first + 0x3010) == .guardPage(address: first + 0x3010), "the guard page")
      t.expect(failure(first + 0x2FFC) == nil, "the page before it")
    }
    // Another allocation keeps the records there.
    withPages(&t, 1, at: freed) { t, _ in
      t.expect(failure(freed + 0x1000) == .notAllocated(address: freed + 0x1000), "a freed page")
    }
    t.expect(failure(0xF000_0000) == .notPageable(address: 0xF000_0000), "a wild pointer")
  }
  t.test("frames, addresses, slots and page tables come back") { t in
    let before = Counts(t.kernel.memory)
    // More than a page table holds, where there is memory for it.
    let pages = min(1100, t.kernel.memory.frames.statistics.free / 4)
    for _ in 0..<3 {
      withPages(&t, pages) { _, first in for page in 0..<pages / 8 { cpu_store32(first + page << 15, page) } }
    }
    t.expect(Counts(t.kernel.memory) == before, "the counts are as before")
    checkInvariants(&t)
  }
  t.test("without a disk that has room, promises are refused at allocation") { t in
    let counts = KernelPageable.memory.statistics
    let pages = counts.slots - counts.retiredSlots - counts.promised + t.kernel.memory.frames.statistics.free
    do throws(PageableError) {
      let range = try KernelPageable.allocate(bytes: min(pages, 0x1_8000) << 12)
      // A disk larger than the kernel's addresses cannot be promised out.
      t.expect(pages > 0x1_8000, "it is refused")
      try KernelPageable.free(range)
    } catch {
      if case .noBacking = error {} else { t.fail { $0.write(error) } }
    }
    checkInvariants(&t)
  }
}

/// The same with a disk: suites that move pages. Run by name, on a machine that has a swap disk.
func swapSuite(_ t: inout TestRun) {
  guard KernelPageable.isStarted, KernelPageable.hasDisk else { return t.skipSuite("no swap disk") }
  t.test("a page goes to the disk and comes back as it was") { t in
    withPages(&t, 8) { t, first in
      fill(first, 8, 7)
      t.expect(evict(first, 8), "all pages go out")
      t.expect(holds(first, 8, 7), "they come back")
      // Clean now: they go without being written.
      let out = KernelPageable.memory.statistics.pagesOut
      t.expect(evict(first, 8), "they go again")
      t.expect(KernelPageable.memory.statistics.pagesOut, is: out, "pages written")
      t.expect(holds(first, 8, 7), "and come back again")
    }
    checkInvariants(&t)
  }
  t.test("twice the memory of the machine holds what was written") { t in
    let pages = min(2 * t.kernel.memory.frames.statistics.total, KernelPageable.memory.statistics.freeSlots)
    withPages(&t, pages) { t, first in
      fill(first, pages, 3)
      t.expect(holds(first, pages, 3), "every page")
      t.expect(KernelPageable.memory.statistics.pagesIn > 0, "pages came back from the disk")
    }
    checkInvariants(&t)
  }
  t.test("caches are reaped before pages go out") { t in
    // As many as live at once leave whole slabs in the caches when they are gone.
    let objects = fillCaches()
    t.expect(objects > 0, "kernel memory for objects")
    let held = KernelHeap.kmem.statistics
    t.expect(held.slabPages > held.live / 4096 + 100, "unused slabs are kept")
    let free = t.kernel.memory.frames.statistics.free
    let pages = min(free + 64, KernelPageable.memory.statistics.freeSlots)
    withPages(&t, pages) { t, first in
      fill(first, pages, 9)
      t.expect(
        KernelHeap.kmem.statistics.slabPages + 100 < held.slabPages, "what they kept is used otherwise")
      t.expect(holds(first, pages, 9), "every page")
    }
  }
  t.test("threads that fault on the same pages wait for one transfer") { t in
    withPages(&t, 16) { t, first in
      fill(first, 16, 5)
      t.expect(evict(first, 16), "all pages go out")
      let reads = KernelPageable.memory.statistics.reads
      Touchers.begin(first)
      withThreads(&t, ("a", 1), ("b", 2), ("c", 3), { _ in Touchers.touch() }) { _ in Touchers.touch() }
      t.expect(Touchers.wrong, is: 0, "wrong words")
      t.expect(KernelPageable.memory.statistics.reads - reads, is: 16, "transfers")
    }
  }
  t.test("nothing is left") { t in
    let counts = KernelPageable.memory.statistics
    t.expect(counts.promised, is: 0, "promises")
    t.expect(counts.freeSlots + counts.retiredSlots, is: counts.slots, "slots")
    t.expect(counts.checksumErrors, is: 0, "checksum errors")
    checkInvariants(&t)
  }
}

/// What has to be as before.
private struct Counts: Equatable {
  let tables: UInt32
  let promised: UInt32
  let pinned: UInt32
  let directories: UInt32
  let inUse: UInt64

  init(_ memory: KernelMemory) {
    let counts = KernelPageable.memory.statistics
    tables = memory.pageMap.tableCount
    promised = counts.promised
    pinned = counts.pinned
    directories = counts.directories
    inUse = KernelPageable.memory.arena.statistics.inUse
  }
}

private func checkInvariants(_ t: inout TestRun) {
  do throws(PageableViolation) {
    try withInterruptsDisabled { () throws(PageableViolation) in try KernelPageable.memory.checkInvariants() }
  } catch {
    t.fail("an invariant of pageable memory does not hold")
  }
}

private func failure(_ address: UInt32) -> FaultFailure? {
  KernelPageable.makeResident(address, isWrite: false)
}

/// Allocates pages, runs the body, frees them.
private func withPages(
  _ t: inout TestRun, _ pages: UInt32, hasGuard: Bool = false, at address: UInt32? = nil,
  _ body: (inout TestRun, UInt32) -> Void
) {
  do throws(PageableError) {
    var request = Request<UInt32>(count: pages << 12)
    request.at = address
    let range = try KernelPageable.memory.allocate(request, hasGuard: hasGuard)
    body(&t, range.first)
    try KernelPageable.free(range)
    awaitDisk()
  } catch { t.fail { $0.write(error) } }
}

private func pattern(_ address: UInt32, _ seed: UInt32) -> UInt32 { address &* 0x9E37_79B1 ^ seed }

private func fill(_ first: UInt32, _ pages: UInt32, _ seed: UInt32) {
  for page in 0..<pages {
    for word in stride(from: UInt32(0), to: 4096, by: 1020) {
      let address = first + page << 12 + word
      cpu_store32(address, pattern(address, seed))
    }
  }
}

private func holds(_ first: UInt32, _ pages: UInt32, _ seed: UInt32) -> Bool {
  for page in 0..<pages {
    for word in stride(from: UInt32(0), to: 4096, by: 1020) {
      let address = first + page << 12 + word
      if cpu_load32(address) != pattern(address, seed) { return false }
    }
  }
  return true
}

/// Allocates 200 pages of small objects, linked through their first words, and frees them all; how many there were.
private func fillCaches() -> UInt32 {
  var count: UInt32 = 0
  var last: UnsafeMutableRawPointer?
  while count < 3200, let object = unsafe KernelHeap.allocate(256) {
    // It has just been allocated, with room for the link.
    unsafe object.storeBytes(of: last, as: UnsafeMutableRawPointer?.self)
    unsafe last = object
    count += 1
  }
  while let object = unsafe last {
    unsafe last = object.load(as: UnsafeMutableRawPointer?.self)
    unsafe KernelHeap.free(object, size: 256)
  }
  return count
}

/// Sends everything out; whether these pages are.
private func evict(_ first: UInt32, _ pages: UInt32) -> Bool {
  for _ in 0..<100 {
    _ = KernelPageable.memory.evict(upTo: 8, isForced: true)
    KernelPageable.wakePager()
    awaitDisk()
    if areOut(first, pages) { return true }
  }
  return false
}

/// Sleeps until nothing is under way: what was freed meanwhile is the transfer's until it ends. The driver has the last word on
/// how long that may take.
private func awaitDisk() {
  while KernelPageable.memory.statistics.transfers > 0 { KernelThreads.scheduler.sleep(ticks: 1) }
}

private func areOut(_ first: UInt32, _ pages: UInt32) -> Bool {
  for page in 0..<pages where KernelPageable.memory.pageState(at: first + page << 12) != .swapped {
    return false
  }
  return true
}

/// What several threads do with the same sixteen pages.
private enum Touchers {
  private nonisolated(unsafe) static var first: UInt32 = 0
  private nonisolated(unsafe) static var storedWrong: UInt32 = 0

  static var wrong: UInt32 { unsafe storedWrong }

  static func begin(_ first: UInt32) {
    unsafe self.first = first
    unsafe storedWrong = 0
  }

  static func touch() {
    for page in UInt32(0)..<16 {
      let address = unsafe first + page << 12
      if cpu_load32(address) != pattern(address, 5) { unsafe storedWrong += 1 }
    }
  }
}
#endif
