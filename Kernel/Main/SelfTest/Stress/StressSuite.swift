#if os(none)
import Frames
import Machine
import Pageable
import Primitives
import Text
import Threads
import VMap
import VMem

/// Threads that touch at random twice the memory of the machine, while others allocate, free and map, one takes the
/// frames away again and again, and requests are made to fail. Nothing may be lost, and nobody may wait for ever. Wants a
/// swap disk; the disk may fail writes.
func stressSuite(_ t: inout TestRun) {
  guard KernelPageable.isStarted, KernelPageable.hasDisk else { return t.skipSuite("no swap disk") }
  t.test("twice the memory, touched at random under shortage and errors: nothing is lost") { t in
    let before = MemoryCounts(t.kernel.memory)
    let counts = KernelPageable.memory.statistics
    // Some slots are for the worker that allocates, and for those that go bad.
    let pages = min(2 * t.kernel.memory.frames.statistics.total, counts.freeSlots * 3 / 4) / 3 * 3
    t.remark {
      $0.write("seed ")
      $0.write(decimal: Stress.seed)
      $0.write(", ")
      $0.write(decimal: Stress.steps)
      $0.write(" operations on ")
      $0.write(decimal: pages)
      $0.write(" pages")
    }
    guard let versions = KernelMemory.shared.frames.takeVersions(pages) else {
      return t.fail("no memory for books")
    }
    do throws(PageableError) {
      let range = try KernelPageable.allocate(bytes: pages << 12)
      // Nobody is at work yet who could make it fail.
      let whole = Stress.mapWhole()
      t.expect(whole != nil, "the firmware's memory is mapped")
      unsafe Stress.begin(
        first: range.first, pages: pages, versions: versions.bytes, whole: whole?.address ?? range.first)
      Watchdog.begin(workers: Stress.Worker.count)
      if whole != nil { runWorkers(&t, from: 0) }
      if let whole { Stress.unmap(whole.address) }
      report(&t, since: counts)
      var lost: UInt32 = 0
      for page in 0..<pages where !Stress.holds(page) { lost += 1 }
      t.expect(lost, is: 0, "pages that do not hold what was written last")
      t.expect(Stress.wrong, is: 0, "wrong words on the way")
      t.expect(Stress.injected > 0, "requests were made to fail")
      try KernelPageable.free(range)
    } catch { t.fail { $0.write(error) } }
    versions.giveBack()
    MemoryCounts(t.kernel.memory).expectSame(as: before, mayHaveTags: true, &t)
    checkPageableBooks(&t)
  }
}

/// Makes the threads of the workers from `index` on, each within the ones before; the last call lets all begin and watches them.
private func runWorkers(_ t: inout TestRun, from index: Int) {
  guard let worker = Stress.Worker(rawValue: index) else {
    Stress.letBegin()
    // A minute: the slowest step is a page that waits for several others.
    return Watchdog.watch(0..<Stress.Worker.count, patience: 60 * KernelThreads.frequency)
  }
  do throws(ThreadStackError) {
    let thread = try KernelThread(worker.name, argument: UInt(index), entry: runWorker)
    runWorkers(&t, from: index + 1)
    let use = thread.join(measuringUse: true)
    t.remark {
      $0.write(worker.name)
      $0.write(": ")
      $0.write(decimal: use)
      $0.write(" bytes of stack")
    }
    t.expect(use * 4 <= ThreadStack.size * 3, "no more than three quarters of a stack was used")
  } catch {
    // The others do not wait for its share, nor for those behind it.
    for rest in index..<Stress.Worker.count { Watchdog.end(rest) }
    Stress.letBegin()
    t.fail("no memory for a stack")
  }
}

/// The entry of their threads: a function, for only one can be a C pointer.
private func runWorker(_ argument: UInt) { Stress.work(argument) }

private func report(_ t: inout TestRun, since before: PageableStatistics) {
  let now = KernelPageable.memory.statistics
  t.remark {
    $0.write(decimal: now.pagesIn - before.pagesIn)
    $0.write(" pages in, ")
    $0.write(decimal: now.pagesOut - before.pagesOut)
    $0.write(" out, ")
    $0.write(decimal: now.takenBack - before.takenBack)
    $0.write(" taken back, ")
    $0.write(decimal: now.writeErrors - before.writeErrors)
    $0.write(" write errors, ")
    $0.write(decimal: Stress.injected)
    $0.write(" failures injected, ")
    $0.write(decimal: Stress.refused)
    $0.write(" requests refused")
  }
}

/// A wired byte for each page, all 0.
@safe
private struct VersionTable: ~Copyable {
  let frames: FrameRange
  let bytes: UnsafeMutableRawBufferPointer

  consuming func giveBack() {
    do throws(FrameError) {
      try KernelMemory.shared.frames.freeRun(frames, owner: Owners.register("self-test"))
    } catch { panic("the frames of a test's books were refused") }
  }
}

extension FrameAllocator<KernelLock> {
  fileprivate func takeVersions(_ pages: UInt32) -> VersionTable? {
    var request = RunRequest(count: pages >> 12 + 1)
    request.last = FrameNumber(directLimit - 1)
    guard let run = try? allocateRun(request, owner: Owners.register("self-test")) else { return nil }
    // Consecutive frames are consecutive in the direct map, and these are nobody else's.
    let bytes = unsafe UnsafeMutableRawBufferPointer(
      start: HardwareMMU().memory(of: run.first).baseAddress, count: Int(run.count) << 12)
    _ = unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
    return unsafe VersionTable(frames: run, bytes: bytes)
  }
}
#endif
