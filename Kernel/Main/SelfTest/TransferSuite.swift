#if os(none)
import Disks
import Instructions
import Machine
import Pageable
import Text
import Threads
import VMem

/// A small run on swap with the same transfers each time, for boots in which one of them fails, whichever: every page holds what was
/// written to it, or who touches it is told; and nothing else is lost. Run by name: it wants the swap disk as it was at boot.
func transferSuite(_ t: inout TestRun) {
  guard KernelPageable.isStarted, KernelPageable.hasDisk else { return t.skipSuite("no swap disk") }
  t.test("swap is empty at boot, whatever is on the disk") { t in
    let counts = KernelPageable.memory.statistics
    t.expect(counts.freeSlots, is: counts.slots, "free slots")
    t.expect(counts.promised, is: 0, "promises")
  }
  t.test("pages hold what was written, or are told to be unreadable") { t in
    do throws(PageableError) {
      let range = try KernelPageable.allocate(bytes: TransferRun.pages << 12)
      var run = TransferRun(first: range.first)
      for round in UInt32(1)...2 { run.play(round, &t) }
      try KernelPageable.free(range)
      sendOut(range.first, 0)
      run.account(&t)
    } catch { t.fail { $0.write(error) } }
  }
}

/// Pages that go out and come back, and those that were lost on the way.
private struct TransferRun {
  static var pages: UInt32 { 10 }

  let first: UInt32
  private var lost: UInt32 = 0
  private let before = KernelPageable.memory.statistics

  init(first: UInt32) { self.first = first }

  private func address(_ page: UInt32) -> UInt32 { first + page << 12 }

  /// Writes to every page, or in the second round to every other one; sends all out; reads all.
  mutating func play(_ round: UInt32, _ t: inout TestRun) {
    for page in 0..<Self.pages where page % round == 0 && isReadable(page, &t) {
      for offset in stride(from: UInt32(0), to: 4096, by: 4) {
        cpu_store32(address(page) + offset, value(page, offset, round))
      }
    }
    t.expect(sendOut(first, Self.pages), "all pages go out, whatever failed")
    for page in 0..<Self.pages where isReadable(page, &t) {
      var wrong: UInt32 = 0
      for offset in stride(from: UInt32(0), to: 4096, by: 4)
      where cpu_load32(address(page) + offset) != value(page, offset, page % round == 0 ? round : 1) {
        wrong += 1
      }
      t.expect(wrong, is: 0, "words that differ")
    }
    lost = 0
    for page in 0..<Self.pages where KernelPageable.memory.pageState(at: address(page)) == .lost { lost += 1 }
  }

  private func value(_ page: UInt32, _ offset: UInt32, _ round: UInt32) -> UInt32 {
    (page << 12 | offset) &* 0x9E37_79B1 ^ round << 24
  }

  /// Whether a page can be touched; if not, the reason names it.
  private func isReadable(_ page: UInt32, _ t: inout TestRun) -> Bool {
    guard let failure = KernelPageable.makeResident(address(page), isWrite: false) else { return true }
    if case .unreadable(address(page), _) = failure { return false }
    t.fail { $0.write(failure) }
    return false
  }

  /// Each error has cost one slot, and a read error one page; the rest is as before. Says how many transfers there were.
  func account(_ t: inout TestRun) {
    let now = KernelPageable.memory.statistics
    let (readErrors, writeErrors) = (now.readErrors - before.readErrors, now.writeErrors - before.writeErrors)
    t.expect(lost, is: readErrors, "pages lost, one for each read error")
    t.expect(now.retiredSlots, is: readErrors + writeErrors, "slots retired, one for each error")
    t.expect(now.freeSlots + now.retiredSlots, is: now.slots, "slots")
    t.expect(now.promised, is: 0, "promises")
    t.expect(now.checksumErrors, is: 0, "checksum errors")
    let (reads, writes) = (now.pagesIn - before.pagesIn, now.pagesOut - before.pagesOut)
    t.remark {
      $0.write("transfers: ")
      $0.write(decimal: reads + readErrors)
      $0.write(" reads, ")
      $0.write(decimal: writes + writeErrors)
      $0.write(" writes, ")
      $0.write(decimal: readErrors + writeErrors)
      $0.write(" failed")
    }
    do throws(PageableViolation) {
      try withInterruptsDisabled { () throws(PageableViolation) in try KernelPageable.memory.checkInvariants()
      }
    } catch {
      t.fail("an invariant of pageable memory does not hold")
    }
  }
}

/// Sends pages out until none of these is left in memory and nothing is under way; whether that came about. A page whose slot went
/// bad goes with the next try.
@discardableResult
private func sendOut(_ first: UInt32, _ pages: UInt32) -> Bool {
  for _ in 0..<100 {
    _ = KernelPageable.memory.evict(upTo: 8, isForced: true)
    KernelPageable.wakePager()
    while KernelPageable.memory.statistics.transfers > 0 { KernelThreads.scheduler.sleep(ticks: 1) }
    var isOut = true
    for page in 0..<pages {
      let state = KernelPageable.memory.pageState(at: first + page << 12)
      if state != .swapped && state != .lost { isOut = false }
    }
    if isOut { return true }
  }
  return false
}
#endif
