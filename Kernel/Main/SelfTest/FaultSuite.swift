#if os(none)
import Frames
import Instructions
import Machine
import Paging
import Primitives
import Text
import Threads
import VMap
import VMem

/// Page faults that somebody answers: the instruction is repeated, and whoever answers may sleep (Machine-I14).
func faultSuite(_ t: inout TestRun) {
  t.test("a fault is answered by mapping the page, and the instruction goes on") { t in
    withFaultingPage(
      &t,
      { _, address, isWrite, _ in
        Faults.note(address, isWrite: isWrite)
        return Faults.map()
      }
    ) { t, address in
      cpu_store32(address + 8, 0x1234_5678)
      t.expect(cpu_load32(address + 8), is: 0x1234_5678, "what was stored")
      t.expect(Faults.count, is: 1, "faults")
      t.expect(Faults.address, is: address + 8, "the address")
      t.expect(Faults.wasWrite, "a write")
    }
  }
  t.test("whoever answers may sleep while others run") { t in
    Notes.reset()
    withFaultingPage(
      &t,
      { _, address, isWrite, _ in
        Faults.note(address, isWrite: isWrite)
        KernelThreads.scheduler.sleep(ticks: 2)
        Notes.add(2)
        return Faults.map()
      }
    ) { t, address in
      withThread(&t, "other", { _ in Notes.add(1) }) { t in
        t.expect(cpu_load32(address), is: 0, "a cleared page")
        t.expect(Interrupts.areEnabled, "interrupts are on again")
      }
    }
    t.expect(Notes.digits, is: 12, "the other thread ran meanwhile")
  }
}

/// What handlers of faults share with the tests.
private enum Faults {
  private(set) nonisolated(unsafe) static var storedCount: UInt32 = 0
  private nonisolated(unsafe) static var storedAddress: UInt32 = 0
  private nonisolated(unsafe) static var storedWrite = false
  nonisolated(unsafe) static var page: UInt32 = 0

  static var count: UInt32 { unsafe storedCount }
  static var address: UInt32 { unsafe storedAddress }
  static var wasWrite: Bool { unsafe storedWrite }

  static func reset(_ page: UInt32) {
    unsafe storedCount = 0
    unsafe self.page = page
  }

  static func note(_ address: UInt32, isWrite: Bool) {
    unsafe storedCount += 1
    unsafe storedAddress = address
    unsafe storedWrite = isWrite
  }

  /// Maps a cleared frame where the test's page is.
  static func map() -> Bool {
    let memory = KernelMemory.shared
    let page = PageNumber(containing: unsafe self.page)
    guard let frame = memory.frames.takeOne(Owners.register("self-test")) else { return false }
    _ = unsafe HardwareMMU().memory(of: frame).initializeMemory(as: UInt8.self, repeating: 0)
    let attributes = PageAttributes(.writeBack, isWritable: true)
    do throws(PagingError) {
      try memory.pageMap.map(PageRange(page, through: page), to: frame, attributes)
      return true
    } catch {
      memory.frames.giveBack(frame, isZero: true)
      return false
    }
  }
}

/// A page of `kva` at which nothing is mapped and whose faults `handler` answers.
private func withFaultingPage(
  _ t: inout TestRun, _ handler: @escaping PageFaults.Handler, _ body: (inout TestRun, UInt32) -> Void
) {
  let memory = t.kernel.memory
  var request = Request<UInt32>(count: 4096)
  request.owner = Owners.register("self-test")
  guard let range = try? memory.window.arena.allocate(request) else { return t.fail("no addresses") }
  Faults.reset(range.first)
  t.expect(PageFaults.handle(range, by: handler), "there is room for a handler")
  body(&t, range.first)
  PageFaults.stopHandling(from: range.first)
  let page = PageNumber(containing: range.first)
  do throws(PagingError) {
    let receipt = try memory.pageMap.unmap(PageRange(page, through: page), collecting: true)
    memory.pageMap.settle(receipt).release(to: memory.frames)
  } catch { t.fail("the page was not mapped") }
  t.expect((try? memory.window.arena.free(range)) != nil, "the addresses go back")
}
#endif
