#if os(none)
import Frames
import Machine
import Paging
import Primitives
import Text
import Threads
import VMap
import VMem

/// An interrupt at every boundary between two instructions of each critical routine, whose handler uses the same
/// arenas, frames, window and scheduler.
func boundarySuite(_ t: inout TestRun) {
  guard canCover(&t) else { return }
  t.test("the timer hits every instruction") { t in
    withProbe(&t) { t, probe in
      let nothing = probe.cover(OpenInstructions.nothing)
      let open = probe.cover(OpenInstructions.countDown)
      t.expect(open.boundaries >= nothing.boundaries + 1000, "500 times two instructions were counted")
      t.expect(open.atOnce, is: open.boundaries, "boundaries at which an interrupt came at once")
      t.expect(open.deferred + open.unexplained, is: 0, "boundaries at which it came late")
    }
  }
  t.test("arenas") { t in
    withProbe(&t) { t, probe in
      cover(&t, probe, CriticalArenas.plainAllocate)
      cover(&t, probe, CriticalArenas.plainFree)
      cover(&t, probe, CriticalArenas.boundedAllocate)
      cover(&t, probe, CriticalArenas.cachedAllocate)
      cover(&t, probe, CriticalArenas.cachedFree)
    }
  }
  t.test("frames") { t in
    withProbe(&t) { t, probe in
      cover(&t, probe, CriticalFrames.allocate)
      cover(&t, probe, CriticalFrames.free)
      cover(&t, probe, CriticalFrames.allocateRun)
    }
  }
  t.test("vmap and vunmap") { t in
    withProbe(&t) { t, probe in
      cover(&t, probe, CriticalWindow.map)
      cover(&t, probe, CriticalWindow.unmap)
      cover(&t, probe, CriticalWindow.table)
    }
  }
  t.test("kmem and pools") { t in
    withProbe(&t) { t, probe in
      cover(&t, probe, CriticalHeap.allocate)
      cover(&t, probe, CriticalHeap.free)
    }
  }
  t.test("the scheduler") { t in
    Notes.reset()
    withProbe(&t) { t, probe in
      withThread(&t, "yielding", { _ in while Notes.count == 0 { KernelThreads.scheduler.yield() } }) { t in
        cover(&t, probe, CriticalThreads.yield)
        Notes.add(1)
      }
      Notes.reset()
      withThread(
        &t, "sleeping",
        { _ in
          while Notes.count == 0 {
            var isWoken = false
            KernelThreads.scheduler.sleep(on: Notes.channel) {
              defer { isWoken = true }
              return !isWoken && Notes.count == 0
            }
          }
        }
      ) { t in
        cover(&t, probe, CriticalThreads.wake)
        Notes.add(1)
        KernelThreads.scheduler.wakeAll(Notes.channel)
      }
    }
  }
}

/// The same for the long ways of kmem: tens of thousands of boundaries each, so that it takes most of a minute.
func heapBoundarySuite(_ t: inout TestRun) {
  guard canCover(&t) else { return }
  t.test("kmem with nothing cached, and pages") { t in
    withProbe(&t) { t, probe in
      cover(&t, probe, CriticalHeap.cold)
      cover(&t, probe, CriticalHeap.page)
      cover(&t, probe, CriticalHeap.pages)
    }
  }
}

/// Whether this machine and this image can do it; else says why not.
func canCover(_ t: inout TestRun) -> Bool {
  guard Processor.features.contains(.timeStampCounter), InstructionMeter.countsInstructions else {
    t.skipSuite("the clock does not count instructions: -icount shift=0,sleep=off")
    return false
  }
  guard !_isDebugAssertConfiguration() else {
    t.skipSuite("an unoptimised image has ten times the boundaries, and takes minutes")
    return false
  }
  guard LocalAPIC.physicalAddress != nil else {
    t.skipSuite("no local APIC")
    return false
  }
  return true
}

/// Covers one routine, says what came of it, and wants 95 of 100 boundaries reached.
private func cover(_ t: inout TestRun, _ probe: BoundaryProbe, _ routine: CriticalRoutine) {
  let coverage = probe.cover(routine)
  t.remark {
    $0.write(routine.name)
    $0.write(": ")
    $0.write(decimal: coverage.boundaries)
    $0.write(" boundaries, interrupted at once ")
    $0.write(decimal: coverage.atOnce)
    $0.write(", at the end of a masked section ")
    $0.write(decimal: coverage.deferred)
    $0.write(", unexplained ")
    $0.write(decimal: coverage.unexplained)
  }
  switch coverage.failure {
  case .none: break
  case .noInterrupt(let count): t.expect(count, is: 0, "the count for which no interrupt came")
  case .unsound(let count):
    t.expect(count - coverage.first, is: 0, "the boundary after which damage was found")
  }
  t.expect(coverage.reached * 100 >= coverage.boundaries * 95, "95 of 100 boundaries were reached")
}

/// Maps the local timer, makes the world with a window of `size` bytes, keeps the interval timer quiet meanwhile;
/// everything is as before then.
func withProbe(
  _ t: inout TestRun, window size: UInt32 = 4 << 20, _ body: (inout TestRun, BoundaryProbe) -> Void
) {
  guard let physical = LocalAPIC.physicalAddress, let trial = TrialWindow(t.kernel.memory, size: size),
    let storage = BenchmarkMemory(t.kernel.memory.frames, upTo: 1 << 20),
    let bytes = unsafe storage.split(0)?.1,
    BoundaryWorld.storageSize <= bytes.count,
    unsafe BoundaryWorld.make(in: bytes, window: trial.window)
  else { return t.skip("too little memory") }
  do throws(VMapError) {
    let window = t.kernel.memory.window
    let mapping = try window.vmap(
      physical, size: 4096, MappingOptions(.uncached, owner: Owners.register("self-test")))
    KernelThreads.stopTicks()
    body(&t, BoundaryProbe(LocalAPIC(mappedAt: mapping.address)))
    KernelThreads.startTicks()
    try window.vunmap(mapping.address)
  } catch {
    t.fail { $0.write(error) }
  }
}
#endif
