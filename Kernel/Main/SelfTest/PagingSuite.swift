#if os(none)
import Frames
import Instructions
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem

/// Page tables of this processor: sizes, splits, rights and flushes, read through the mappings themselves.
func pagingSuite(_ t: inout TestRun) {
  t.test("the transcripts of Plan 9's patch: all calls succeed") { t in
    t.expect(DevTest(t.kernel.memory).run(.upstream), "eleven times 32 MiB")
  }
  t.test("large requests after a window full of single pages") { t in
    t.expect(DevTest(t.kernel.memory).run(.blank), "4, 8 and 32 MiB")
  }
  t.test("a random mixture of sizes never fails") { t in
    t.expect(DevTest(t.kernel.memory).run(.mixture(steps: 10_000)), "ten thousand steps")
  }
  t.test("a page that is remapped shows the other frame at once") { t in
    remapping(&t)
  }
  t.test("a large page whose part is unmapped keeps the rest") { t in
    splitting(&t)
  }
  t.test("the invariants hold") { t in
    do throws(PagingViolation) { try t.kernel.memory.pageMap.checkInvariants() } catch {
      t.fail("Paging-I1 to I7")
    }
    do throws(VMapViolation) { try t.kernel.memory.window.checkInvariants() } catch {
      t.fail("VMap-I1 to I4")
    }
    do throws(FramesViolation) { try t.kernel.memory.frames.checkInvariants() } catch {
      t.fail("Frames-I1 to I5")
    }
  }
}

private var owner: Owner { Owners.register("self-test") }

/// Two frames, one after the other at one address: a flush left out shows the first again.
private func remapping(_ t: inout TestRun) {
  let (frames, pageMap) = (t.kernel.memory.frames, t.kernel.memory.pageMap)
  let arena = t.kernel.memory.window.arena
  guard let first = frames.takeOne(owner), let second = frames.takeOne(owner),
    let range = try? arena.allocate(Request(count: 4096))
  else { return t.fail("two frames and an address") }
  unsafe HardwareMMU().memory(of: first).storeBytes(of: 1, as: UInt32.self)
  unsafe HardwareMMU().memory(of: second).storeBytes(of: 2, as: UInt32.self)
  let pages = PageRange(PageNumber(containing: range.first), through: PageNumber(containing: range.first))
  for turn in UInt32(0)..<100 {
    do throws(PagingError) {
      try pageMap.map(pages, to: turn & 1 == 0 ? first : second, PageAttributes(.writeBack))
      t.expect(cpu_load32(range.first), is: turn & 1 + 1, "what the page shows")
      pageMap.settle(try pageMap.unmap(pages)).release(to: frames)
    } catch { t.fail("map or unmap") }
  }
  do throws(FreeError<UInt32>) { try arena.free(range) } catch { t.fail("the address comes back") }
  frames.giveBack(first, isZero: false)
  frames.giveBack(second, isZero: false)
}

/// A large page over memory from 4 to 8 MiB, of which one page goes.
private func splitting(_ t: inout TestRun) {
  let (pageMap, arena) = (t.kernel.memory.pageMap, t.kernel.memory.window.arena)
  guard pageMap.features.hasLargePages else { return t.skip("no large pages") }
  let (isMemory, last) = pageMap.frames.memoryRun(at: FrameNumber(0x400))
  guard isMemory, last.rawValue >= 0x7FF else { return t.skip("less than 8 MiB of memory") }
  var request = Request<UInt32>(count: 0x40_0000)
  request.alignment = 0x40_0000
  guard let range = try? arena.allocate(request) else { return t.fail("addresses") }
  let pages = PageRange(PageNumber(containing: range.first), through: PageNumber(containing: range.last))
  let hole = PageNumber(pages.first.rawValue + 5)
  do throws(PagingError) {
    try pageMap.map(pages, to: FrameNumber(0x400), PageAttributes(.writeBack))
    t.expect(pageMap.query(hole)?.isLarge ?? false, "it is one entry")
    pageMap.settle(try pageMap.unmap(PageRange(hole, through: hole))).release(to: pageMap.frames)
    t.expect(pageMap.query(hole) == nil, "the part is gone")
    let address = range.first + 0x10_0000
    t.expect(cpu_load32(address), is: cpu_load32(DirectMap.virtualAddress(of: 0x50_0000) ?? 0), "the rest")
    let before = PageRange(pages.first, through: PageNumber(hole.rawValue - 1))
    let behind = PageRange(PageNumber(hole.rawValue + 1), through: pages.last)
    pageMap.settle(try pageMap.unmap(before)).release(to: pageMap.frames)
    pageMap.settle(try pageMap.unmap(behind)).release(to: pageMap.frames)
  } catch { t.fail("map, split or unmap") }
  do throws(FreeError<UInt32>) { try arena.free(range) } catch { t.fail("the addresses come back") }
}
#endif
