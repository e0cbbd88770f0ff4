#if os(none)
import Frames
import Instructions
import Machine
import Primitives
import Text
import Threads
import VMap
import VMem

/// Threads on the processor: switching, preemption (Machine-I13), ends, sleeping, and what a report says of them.
func threadSuite(_ t: inout TestRun) {
  t.test("a switch keeps the registers that a call keeps") { t in
    Notes.reset()
    KernelThreads.stopTicks()
    defer { KernelThreads.startTicks() }
    withThread(&t, "other", { Notes.keepRegisters(0x1000_0000 + UInt32(truncatingIfNeeded: $0)) }) { t in
      Notes.keepRegisters(0x2000_0000)
      while Notes.count < 2 { KernelThreads.scheduler.yield() }
    }
    t.expect(Notes.count, is: 2, "both found their values")
  }
  t.test("threads that yield take turns in the order of their making") { t in
    Notes.reset()
    KernelThreads.stopTicks()
    defer { KernelThreads.startTicks() }
    withThreads(
      &t, ("a", 1), ("b", 2), ("c", 3),
      { number in
        for _ in 0..<3 {
          Notes.add(UInt32(truncatingIfNeeded: number))
          KernelThreads.scheduler.yield()
        }
      }
    ) { _ in }
    t.expect(Notes.digits, is: 123_123_123, "who ran, digit by digit")
  }
  t.test("a thread that never yields is preempted by the timer") { t in
    Notes.reset()
    withThread(&t, "busy", { _ in while Notes.count == 0 {} }) { t in
      let before = KernelThreads.scheduler.time
      KernelThreads.scheduler.yield()
      Notes.add(1)
      t.expect(KernelThreads.scheduler.time &- before >= 1, "its turn lasted a tick")
    }
  }
  t.test("join waits for the end, and gives frames and addresses back") { t in
    let memory = t.kernel.memory
    let frames = memory.frames.statistics
    let segments = memory.window.arena.statistics.allocatedSegments
    Notes.reset()
    withThread(
      &t, "late",
      { _ in
        KernelThreads.scheduler.sleep(ticks: 2)
        Notes.add(1)
      }
    ) { t in t.expect(Notes.count, is: 0, "it sleeps first") }
    t.expect(Notes.count, is: 1, "it was through")
    t.expect(memory.frames.statistics.single, is: frames.single, "single frames")
    t.expect(
      UInt32(memory.window.arena.statistics.allocatedSegments), is: UInt32(segments), "segments of kva")
  }
  t.test("the idle processor halts until a tick wakes the sleeper") { t in
    let before = KernelThreads.scheduler.time
    KernelThreads.scheduler.sleep(ticks: 3)
    let passed = KernelThreads.scheduler.time &- before
    t.expect(passed >= 3 && passed <= 4, "three ticks passed, and hardly more")
  }
  t.test("sleepers wake in the order in which they came") { t in
    Notes.reset()
    KernelThreads.stopTicks()
    defer { KernelThreads.startTicks() }
    withThreads(
      &t, ("a", 1), ("b", 2), ("c", 3),
      { number in
        let channel = Notes.channel
        var isWoken = false
        KernelThreads.scheduler.sleep(on: channel) {
          defer { isWoken = true }
          return !isWoken
        }
        Notes.add(UInt32(truncatingIfNeeded: number))
      }
    ) { t in
      KernelThreads.scheduler.yield()
      t.expect(Notes.count, is: 0, "all sleep")
      KernelThreads.scheduler.wakeOne(Notes.channel)
      KernelThreads.scheduler.yield()
      t.expect(Notes.digits, is: 1, "the first one alone")
      KernelThreads.scheduler.wakeAll(Notes.channel)
    }
    t.expect(Notes.digits, is: 123, "the order")
  }
  t.test("half of the smaller stack is enough for what threads of the kernel do") { t in
    do throws(ThreadStackError) {
      let thread = try KernelThread(
        "measured",
        entry: { _ in
          // The longest ways there are: requests that wait, mappings, and text, with interrupts on top.
          let memory = KernelMemory.shared
          let options = MappingOptions(.uncached, owner: Owners.register("self-test"))
          if let mapping = try? memory.window.vmap(0xB_8000, size: 4096, options) {
            _ = try? memory.window.vunmap(mapping.address)
          }
          KernelThreads.scheduler.sleep(ticks: 1)
          var sink = Counter()
          KernelThreads.scheduler.writeSleepers(to: &sink)
        })
      let use = thread.join(measuringUse: true)
      t.remark {
        $0.write("bytes used: ")
        $0.write(decimal: use)
      }
      // Of the 16 KiB of an optimised image; one that is not has twice as many, for other things.
      t.expect(use <= 8192, "no more than half was used")
    } catch { t.fail("no memory for a stack") }
  }
  t.test("the bookkeeping is sound") { t in
    t.expect(UInt32(KernelThreads.scheduler.checkInvariants()), is: 0, "broken invariant")
  }
}

/// Counts what is written.
private struct Counter: ByteSink {
  var count: UInt32 = 0

  mutating func write(_ byte: UInt8) { count += 1 }
}

/// Makes a thread, runs `body`, joins it.
func withThread(
  _ t: inout TestRun, _ name: StaticString, argument: UInt = 0, _ entry: @escaping Thread.Entry,
  _ body: (inout TestRun) -> Void
) {
  do throws(ThreadStackError) {
    let thread = try KernelThread(name, argument: argument, entry: entry)
    body(&t)
    thread.join()
  } catch { t.fail("no memory for a stack") }
}

/// Makes three threads of one function, in this order; runs `body`; joins them.
func withThreads(
  _ t: inout TestRun, _ first: (StaticString, UInt), _ second: (StaticString, UInt),
  _ third: (StaticString, UInt), _ entry: @escaping Thread.Entry, _ body: (inout TestRun) -> Void
) {
  withThread(&t, first.0, argument: first.1, entry) { t in
    withThread(&t, second.0, argument: second.1, entry) { t in
      withThread(&t, third.0, argument: third.1, entry, body)
    }
  }
}

/// What the threads of a test tell the test: numbers in the order in which they came.
enum Notes {
  private nonisolated(unsafe) static var storedCount: UInt32 = 0
  private nonisolated(unsafe) static var storedDigits: UInt32 = 0
  private nonisolated(unsafe) static var storedChannel = WaitChannel(name: "a test")

  static func reset() {
    withInterruptsDisabled {
      unsafe storedCount = 0
      unsafe storedDigits = 0
    }
  }

  /// Appends a decimal digit.
  @inline(never) static func add(_ digit: UInt32) {
    withInterruptsDisabled {
      unsafe storedCount += 1
      unsafe storedDigits = unsafe storedDigits &* 10 &+ digit
    }
  }

  /// Read from memory each time, so that a loop may wait for another thread.
  static var count: UInt32 {
    cpu_order_memory()
    return unsafe storedCount
  }

  static var digits: UInt32 {
    cpu_order_memory()
    return unsafe storedDigits
  }

  /// A channel that lives as long as the image.
  static var channel: Place<WaitChannel> {
    // A global stays where it is.
    unsafe withUnsafeMutablePointer(to: &storedChannel) { unsafe Place($0) }
  }

  /// Keeps four values across switches, as many as there are registers that a call keeps; notes 1 if they survived.
  @inline(never) static func keepRegisters(_ seed: UInt32) {
    let values = (cpu_opaque(seed), cpu_opaque(seed + 1), cpu_opaque(seed + 2), cpu_opaque(seed + 3))
    var isSame = true
    for _ in 0..<4 {
      KernelThreads.scheduler.yield()
      isSame =
        isSame && values.0 == seed && values.1 == seed + 1 && values.2 == seed + 2 && values.3 == seed + 3
    }
    if isSame { add(1) }
  }
}
#endif
