#if os(none)
import Frames
import KMem
import Machine
import Pageable
import Paging
import Primitives
import Text
import Threads
import VMap
import VMem

/// The books of pageable memory, and of the arenas that its pages and frames come from, to the last tag.
func checkPageableBooks(_ t: inout TestRun) {
  do throws(PageableViolation) {
    try withInterruptsDisabled { () throws(PageableViolation) in try KernelPageable.memory.checkInvariants() }
  } catch {
    t.fail("an invariant of pageable memory does not hold")
  }
  let memory = t.kernel.memory
  t.expect(KernelPageable.memory.arena.checkInvariants() == 0, "the arena of pageable memory is sound")
  t.expect(memory.window.arena.checkInvariants() == 0, "the arena of addresses is sound")
  t.expect(memory.frames.arena.checkInvariants() == 0, "the arena of frames is sound")
}

/// What has to be as before: the memory that is in use, wired and pageable, by whose it is.
struct MemoryCounts {
  /// Owners have the first numbers; there are fewer names than this.
  private static var owners: Int { 96 }

  private var frames = InlineArray<96, UInt32>(repeating: 0)
  private let promised: UInt32
  private let freeSlots: UInt32
  private let directories: UInt32
  private let tables: UInt32
  private let addresses: UInt64
  private let segments: UInt32

  init(_ memory: KernelMemory) {
    // The pools' own books stay once they are made. What is kept for later, and the frames of pageable pages that are on
    // their way out, are nobody's any more.
    _ = KernelPools.shared
    KernelPools.reap()
    KernelHeap.kmem.reap()
    _ = memory.pageMap.trim()
    while KernelPageable.memory.statistics.transfers > 0 { KernelThreads.scheduler.sleep(ticks: 1) }
    let counts = KernelPageable.memory.statistics
    for number in 0..<memory.frames.frameLimit {
      let record = memory.frames.record(of: FrameNumber(number))
      if record.state == .single || record.state == .run { frames[Self.index(record.owner)] += 1 }
    }
    // The reserve fills up when pages come free, at the latest when memory is short.
    frames[Self.index(KernelPageable.owner)] -= counts.reserved
    promised = counts.promised
    // A slot that goes bad meanwhile is none that was lost.
    freeSlots = counts.freeSlots + counts.retiredSlots
    directories = counts.directories
    tables = memory.pageMap.tableCount
    let arena = KernelPageable.memory.arena.statistics
    addresses = arena.inUse
    segments = UInt32(truncatingIfNeeded: arena.allocatedSegments)
  }

  private static func index(_ owner: Owner) -> Int { min(Int(owner.rawValue), owners - 1) }

  /// Fails the test where these are not the counts of `before`.
  ///
  /// - Parameter mayHaveTags: An arena keeps the frames that were granted for its tags, and uses them the next time: there
  ///   may be more of these. That no tag is lost is for the arenas' own check.
  func expectSame(as before: MemoryCounts, mayHaveTags: Bool = false, _ t: inout TestRun) {
    let tags = Self.index(Owners.register("tags"))
    for number in 0..<Self.owners where frames[number] != before.frames[number] {
      if mayHaveTags, number == tags, frames[number] > before.frames[number] { continue }
      let (then, now) = (before.frames[number], frames[number])
      t.fail {
        $0.write("frames of ")
        $0.write(Owner(rawValue: UInt16(truncatingIfNeeded: number)))
        $0.write(": ")
        $0.write(decimal: now)
        $0.write(" and not ")
        $0.write(decimal: then)
      }
    }
    t.expect(promised, is: before.promised, "promised pages")
    t.expect(freeSlots, is: before.freeSlots, "free slots")
    t.expect(directories, is: before.directories, "tables held")
    t.expect(tables, is: before.tables, "page tables")
    t.expect(segments, is: before.segments, "allocations of addresses")
    t.expect(addresses == before.addresses, "the addresses in use are as before")
  }
}
#endif
