#if os(none)
import BusSpace
import Frames
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem
import Vectors

/// The arena's vectors of the host again, at 32 bits, and the invariants of the arenas that are in use.
func arenaSuite(_ t: inout TestRun) {
  t.test("every vector near the ends of the space holds") { t in
    unsafe withFrames(&t) { t, storage in
      ArenaVector.each { if unsafe !$0.holds(in: storage) { t.fail($0.what) } }
    }
  }
  t.test("upstream's cases and the field's wrong answers are answered rightly") { t in
    unsafe withFrames(&t) { t, storage in
      unsafe ArenaCase.each(in: storage) { if !$0.holds { t.fail($0.name) } }
    }
  }
  t.test("the arenas of the kernel are sound") { t in
    t.expect(UInt32(t.kernel.bus.ports.checkInvariants()), is: 0, "broken invariant of ioport")
    t.expect(UInt32(t.kernel.bus.memory.checkInvariants()), is: 0, "broken invariant of iomem")
    t.expect(UInt32(t.kernel.memory.frames.arena.checkInvariants()), is: 0, "broken invariant of frames")
    t.expect(UInt32(t.kernel.memory.window.arena.checkInvariants()), is: 0, "broken invariant of kva")
  }
}

/// Lends the body memory that every case can be played in.
func withFrames(_ t: inout TestRun, _ body: (inout TestRun, UnsafeMutableRawBufferPointer) -> Void) {
  let frames = t.kernel.memory.frames
  let owner = Owners.register("self-test")
  var request = RunRequest(count: UInt32(ArenaCase.storageSize + 4095) >> 12)
  request.last = FrameNumber(DirectMap.frameLimit - 1)
  do throws(FrameError) {
    let run = try frames.allocateRun(request, owner: owner)
    // The run is this test's alone, below the direct limit and mapped in one piece, until the body returns.
    let first = unsafe HardwareMMU().memory(of: run.first).baseAddress
    unsafe body(&t, UnsafeMutableRawBufferPointer(start: first, count: Int(run.count) << 12))
    try frames.freeRun(run, owner: owner)
  } catch {
    t.expect(false, "frames to work in, and that they go back")
  }
}

extension FrameAllocator where Lock == KernelLock {
  /// A frame that the direct map reaches, or nil.
  func takeOne(_ owner: Owner) -> FrameNumber? {
    do throws(FrameError) { return try allocate(in: .direct, owner: owner) } catch { return nil }
  }
}
#endif
