#if os(none)
import Instructions
import KMem
import Machine
import Pool
import Primitives
import Text
import Threads
import VMem

/// Requests that sleep until an arena has what they want.
func lineSuite(_ t: inout TestRun) {
  t.test("sleeping requests are served in the order in which they came, the small ones too") { t in
    Notes.reset()
    KernelThreads.stopTicks()
    defer { KernelThreads.startTicks() }
    guard TrialArena.make(count: 100, name: "trial") else { return t.fail("no arena") }
    let (first, second) = (TrialArena.take(50), TrialArena.take(50))
    withThreads(
      &t, ("large", 100), ("small", 1), ("middle", 40),
      { count in
        let range = TrialArena.take(UInt32(truncatingIfNeeded: count))
        Notes.add(count == 100 ? 1 : count == 1 ? 2 : 3)
        TrialArena.free(range)
      }
    ) { t in
      KernelThreads.scheduler.yield()
      TrialArena.free(first)
      for _ in 0..<4 { KernelThreads.scheduler.yield() }
      t.expect(Notes.count, is: 0, "requests served while the first wants more than there is")
      TrialArena.free(second)
    }
    t.expect(Notes.digits, is: 123, "the order")
    expectSound(&t)
  }
  t.test("a request whose space an interrupt frees is woken") { t in
    guard TrialArena.make(count: 100, name: "trial") else { return t.fail("no arena") }
    // What a device has, and gives back in its handler: until then nobody is locked up.
    TrialArena.lendToDevice(100)
    Interrupts.handle(vector: Interrupts.firstLineVector + UInt32(IntervalTimer.line)) { _ in
      TrialArena.takeBackFromDevice()
      KernelThreads.scheduler.tick()
    }
    TrialArena.free(TrialArena.take(100))
    KernelThreads.startTicks()
    expectSound(&t)
  }
  t.test("no wake-up is lost: eight threads, an arena for two of them, a tick every 20 microseconds") { t in
    guard TrialArena.make(count: 64, name: "trial") else { return t.fail("no arena") }
    Hunt.reset()
    KernelThreads.startTicks(every: 24)
    withHunters(&t, 8)
    KernelThreads.startTicks()
    t.expect(Hunt.served, is: 8 * Hunt.rounds, "requests served")
    expectSound(&t)
  }
  t.test("requests to kmem sleep until memory is freed, and are served in order") { t in
    Notes.reset()
    KernelThreads.stopTicks()
    defer { KernelThreads.startTicks() }
    let go = Notes.channel
    withThreads(
      &t, ("large", 1), ("small", 2), ("page", 3),
      { number in
        KernelThreads.scheduler.sleep(on: Notes.channel) { !HeapTrial.isFull }
        let size = number == 1 ? 200_000 : number == 2 ? 2000 : 4096
        guard let object = unsafe KernelHeap.kmem.allocate(size, .sleep) else { return }
        Notes.add(UInt32(truncatingIfNeeded: number))
        unsafe KernelHeap.free(object, size: size)
      }
    ) { t in
      KernelThreads.scheduler.yield()
      HeapTrial.fill()
      KernelThreads.scheduler.wakeAll(go)
      for _ in 0..<4 { KernelThreads.scheduler.yield() }
      t.expect(Notes.count, is: 0, "requests served while there is no memory")
      HeapTrial.empty()
    }
    t.expect(Notes.digits, is: 123, "the order")
  }
  t.test("when all sleep and none can free, somebody is told, once") { t in
    guard TrialArena.make(count: 100, name: "trial") else { return t.fail("no arena") }
    Hunt.reset()
    Hunt.held = TrialArena.take(60)
    KernelThreads.scheduler.setDeadlockHook { Hunt.resolveDeadlock() }
    withThread(&t, "locked up", { _ in TrialArena.free(TrialArena.take(50)) }) { _ in }
    KernelThreads.dieOfDeadlocks()
    t.expect(Hunt.deadlocks, is: 1, "calls")
    expectSound(&t)
  }
}

/// All memory that kmem can give, in a list through the memory itself.
private enum HeapTrial {
  private nonisolated(unsafe) static var list: UnsafeMutableRawPointer?
  private nonisolated(unsafe) static var full = false

  static var isFull: Bool { unsafe full }

  static func fill() {
    let kmem = KernelHeap.kmem
    while let block = unsafe kmem.allocate(1 << 20) { unsafe link(block, 1 << 20) }
    while let page = unsafe kmem.allocate(4096) { unsafe link(page, 4096) }
    while let object = unsafe kmem.allocate(2000) { unsafe link(object, 2000) }
    unsafe full = true
  }

  static func empty() {
    unsafe full = false
    while let block = unsafe list {
      // As `link` wrote it.
      unsafe list = unsafe block.load(as: UnsafeMutableRawPointer?.self)
      unsafe KernelHeap.free(block, size: Int(block.load(fromByteOffset: 4, as: UInt32.self)))
    }
  }

  private static func link(_ block: UnsafeMutableRawPointer, _ size: UInt32) {
    // The block is at least 2,000 bytes, and this list's alone.
    unsafe block.storeBytes(of: list, as: UnsafeMutableRawPointer?.self)
    unsafe block.storeBytes(of: size, toByteOffset: 4, as: UInt32.self)
    unsafe list = unsafe block
  }
}

private func expectSound(_ t: inout TestRun) {
  t.expect(UInt32(TrialArena.arena.statistics.allocatedSegments), is: 0, "allocations left")
  t.expect(UInt32(TrialArena.arena.checkInvariants()), is: 0, "broken invariant of the arena")
  t.expect(UInt32(KernelThreads.scheduler.checkInvariants()), is: 0, "broken invariant of the scheduler")
}

/// Makes `count` threads that hunt, one inside the other, and joins them.
private func withHunters(_ t: inout TestRun, _ count: UInt) {
  guard count > 0 else { return }
  withThread(&t, "hunter", argument: count, Hunt.entry) { t in withHunters(&t, count - 1) }
}

/// Threads that take random amounts of a small arena, hold them for a random time, and are preempted anywhere. A lock
/// that were lost or kept in a switch (Threads-I3) would let two in, or nobody ever again.
private enum Hunt {
  /// Requests of each thread.
  static var rounds: UInt32 { 100 }

  private nonisolated(unsafe) static var storedServed: UInt32 = 0
  private nonisolated(unsafe) static var storedDeadlocks: UInt32 = 0
  nonisolated(unsafe) static var storedHeld: AddressRange<UInt32>?

  static var served: UInt32 { unsafe storedServed }
  static var deadlocks: UInt32 { unsafe storedDeadlocks }

  static var held: AddressRange<UInt32>? {
    get { unsafe storedHeld }
    set { unsafe storedHeld = newValue }
  }

  static func reset() {
    unsafe storedServed = 0
    unsafe storedDeadlocks = 0
    held = nil
  }

  static var entry: Thread.Entry { { Hunt.run(seed: UInt32(truncatingIfNeeded: $0)) } }

  static func run(seed: UInt32) {
    var random = seed &* 2_654_435_761 | 1
    for _ in 0..<rounds {
      random = random &* 1_664_525 &+ 1_013_904_223
      let range = TrialArena.take(1 + (random >> 8) % 40)
      cpu_count_down(1 + (random >> 16) % 4000)
      withInterruptsDisabled { unsafe storedServed += 1 }
      TrialArena.free(range)
    }
  }

  static func resolveDeadlock() {
    unsafe storedDeadlocks += 1
    if let range = held { TrialArena.free(range) }
    held = nil
  }
}
#endif
