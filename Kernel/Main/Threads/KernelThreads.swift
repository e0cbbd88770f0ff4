#if os(none)
import Boot
import Instructions
import Machine
import Primitives
import Text
import Threads
import VMem

/// The threads of the running kernel: the scheduler, the ticks that preempt, and stacks out of `kva`.
///
/// Made once at boot, when memory is up; from then on interrupts are on and reachable by everyone.
enum KernelThreads {
  typealias Engine = Scheduler<HardwareThreads>

  /// Ticks a second. One turn is one tick.
  static var frequency: UInt32 { 100 }

  /// Nil until `start`.
  private nonisolated(unsafe) static var storedScheduler: Engine?
  /// Where the scheduler's records are: its own, and that of the thread that booted.
  private nonisolated(unsafe) static var storage = InlineArray<64, UInt64>(repeating: 0)

  static var isStarted: Bool { unsafe storedScheduler != nil }

  static var scheduler: Engine {
    guard let scheduler = unsafe storedScheduler else { panic("threads are used before they are there") }
    return scheduler
  }

  /// Makes a thread of what runs, and the idle thread; starts the ticks and lets interrupts in.
  static func start() {
    let bytes = unsafe UnsafeMutableRawBufferPointer(
      start: &storage, count: MemoryLayout.size(ofValue: storage))
    let size = (Engine.storageSize() + 15) & ~15
    guard bytes.count >= size + Engine.recordSize else {
      panic("the scheduler's storage is too small", .decimal("needed", UInt32(size + Engine.recordSize)))
    }
    // A global of this type and nobody else's, divided in two.
    let scheduler = unsafe Engine.create(
      turn: 1, storage: UnsafeMutableRawBufferPointer(rebasing: bytes[..<size]),
      start: { KernelThreads.scheduler.begin() })
    unsafe scheduler.adopt("main", storage: UnsafeMutableRawBufferPointer(rebasing: bytes[size...]))
    unsafe storedScheduler = scheduler
    let stack = makeStack("idle")
    unsafe scheduler.makeIdle("idle", storage: stack.storage)
    dieOfDeadlocks()
    Interrupts.atEnd { KernelThreads.scheduler.interruptEnds() }
    startTicks()
    Interrupts.enable()
  }

  /// Lets the interval timer tick. Again after somebody else had it.
  ///
  /// - Parameter counts: Counts of the timer from one tick to the next.
  static func startTicks(every counts: UInt32 = IntervalTimer.frequency / frequency) {
    Interrupts.handle(vector: Interrupts.firstLineVector + UInt32(IntervalTimer.line)) { _ in
      KernelThreads.scheduler.tick()
    }
    withInterruptsDisabled {
      IntervalTimer.tick(every: counts)
      InterruptController.unmask(line: IntervalTimer.line)
    }
  }

  /// Lets nobody but interrupts have the processor until `startTicks`: the timer is the caller's.
  static func stopTicks() {
    withInterruptsDisabled {
      InterruptController.mask(line: IntervalTimer.line)
      IntervalTimer.stop()
    }
  }

  /// What an arena calls when something is freed for which requests wait in `line`, as `Scheduler.allocate` wants it.
  /// The arena's own `allocateWaiting` does not sleep with them: it has no order.
  static func waitHooks(_ line: Place<WaitLine>) -> WaitHooks {
    // The line stays where it is, as its place says.
    unsafe withUnsafeMutablePointer(to: &line.value) {
      unsafe WaitHooks(
        wait: { _, _ in false },
        wake: { context in
          guard let context = unsafe context else { return }
          KernelThreads.scheduler.announceFree(
            in: unsafe Place(context.assumingMemoryBound(to: WaitLine.self)))
        }, context: $0)
    }
  }

  private static func makeStack(_ name: StaticString) -> ThreadStack {
    let memory = KernelMemory.shared
    do throws(ThreadStackError) {
      return try ThreadStack(name: name, owner: owner, window: memory.window, frames: memory.frames)
    } catch { panic("no stack for a thread of the kernel") }
  }

  /// What a deadlock does unless a test says otherwise.
  static func dieOfDeadlocks() { scheduler.setDeadlockHook { KernelThreads.reportDeadlock() } }

  /// Whom stacks belong to.
  private nonisolated(unsafe) static var label = NamedOwner("thread stacks")
  static var owner: Owner { unsafe label.owner }

  /// All sleep and none can wake another: says who waits for what, and ends the kernel.
  private static func reportDeadlock() {
    var console = ConsoleSink()
    console.write("\ndeadlock: every thread sleeps and none can wake another\n")
    scheduler.writeSleepers(to: &console)
    panic("deadlock")
  }
}

/// A thread of the kernel with its stack. It must be joined.
struct KernelThread: ~Copyable {
  private let thread: ThreadReference
  let stack: ThreadStack

  /// A thread that runs `entry(argument)`; it is ready at once. Fails for want of memory for the stack.
  init(
    _ name: StaticString, argument: UInt = 0, entry: @escaping Thread.Entry
  ) throws(ThreadStackError) {
    let memory = KernelMemory.shared
    let stack = try ThreadStack(
      name: name, owner: KernelThreads.owner, window: memory.window, frames: memory.frames)
    self.stack = stack
    // The stack stays until `join`.
    thread = unsafe KernelThreads.scheduler.spawn(
      name, storage: stack.storage, argument: argument, entry: entry)
  }

  /// Sleeps until it has ended, and frees its stack. Answers how many bytes of the stack were ever used, if asked for.
  @discardableResult
  consuming func join(measuringUse isMeasured: Bool = false) -> UInt32 {
    KernelThreads.scheduler.join(thread)
    // Record and node at the upper end count as used.
    let use = isMeasured ? stack.deepestUse : 0
    stack.release(window: KernelMemory.shared.window, frames: KernelMemory.shared.frames)
    return use
  }
}
#endif
