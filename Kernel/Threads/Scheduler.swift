import Primitives

/// Threads on processors: who runs, who is ready, who sleeps and until what.
///
/// The value is a handle to bookkeeping in storage that was handed in (law 4); copies name the same scheduler. Every
/// thread's record and stack are handed in too. One lock, which holds interrupts off, guards all of it, the queues of
/// channels and lines included. It is the outermost: under it a condition may take another lock, so nobody wakes
/// anybody while holding a lock that a condition takes.
///
/// The theory and the invariants Threads-I1... are in `Threads.docc/Threads.md`.
public struct Scheduler<Machine: ThreadMachine>: Sendable {
  public typealias Lock = SpinLock<Machine>

  /// In the storage that was handed in: its pointers lead to records in storage that stays until a thread is joined.
  @safe struct State: ~Copyable {
    let lock = Lock()
    /// What a new thread calls first.
    let start: @convention(c) () -> Void
    /// Ticks in a turn.
    let turn: UInt32
    let processors: UnsafeMutablePointer<ProcessorTurn>
    let processorCount: Int
    var ready = ThreadQueue()
    /// Who waits for a tick, the soonest first.
    var timed = TimedQueue()
    var firstOfAll: ThreadReference?
    var nextNumber: UInt32 = 0
    /// Ticks since creation; wraps.
    var time: UInt32 = 0
    /// Changes whenever something happened that may let a request be served.
    var activity: UInt32 = 0
    /// What `activity` was when every waiting request was last tried, and when a deadlock was last reported.
    var lastRound: UInt32?
    var lastReport: UInt32?
    var deadlockHook: DeadlockHook?

    /// The caller promises room for `count` processors there, for good.
    @unsafe init(
      start: @escaping @convention(c) () -> Void, turn: UInt32,
      processors: UnsafeMutablePointer<ProcessorTurn>, count: Int
    ) {
      self.start = start
      self.turn = turn
      unsafe self.processors = processors
      processorCount = count
    }
  }

  let state: Place<State>

  /// Called by an idle processor, without the lock, when every thread sleeps and none can wake another.
  public typealias DeadlockHook = @convention(c) () -> Void

  /// Bytes of storage that `create` needs, aligned to 8.
  public static func storageSize(processors: Int = 1) -> Int {
    MemoryLayout<State>.stride + processors * MemoryLayout<ProcessorTurn>.stride
  }

  /// Bytes of a thread's storage that its record takes from the upper end; the rest is the stack.
  public static var recordSize: Int { (MemoryLayout<Thread>.stride + 15) & ~15 }

  /// Makes a scheduler without threads. `adopt` and `makeIdle` come next, on each processor.
  ///
  /// - Parameters:
  ///   - turn: Ticks after which a thread makes way for another that is ready, 1 or more.
  ///   - storage: `storageSize` bytes that live as long as the scheduler.
  ///   - start: What a new thread calls first; all that it does is to call `begin` of this scheduler.
  ///
  /// Context: boot.
  public static func create(
    processors: Int = 1, turn: UInt32, storage: UnsafeMutableRawBufferPointer,
    start: @escaping @convention(c) () -> Void
  ) -> Scheduler {
    precondition(turn > 0 && processors > 0)
    precondition(storage.count >= storageSize(processors: processors))
    // The storage is large enough for both, and nobody else has it.
    let state = unsafe storage.baseAddress!.bindMemory(to: State.self, capacity: 1)
    let turns = unsafe UnsafeMutableRawPointer(state + 1).bindMemory(
      to: ProcessorTurn.self, capacity: processors)
    unsafe turns.initialize(repeating: ProcessorTurn(), count: processors)
    unsafe state.initialize(to: State(start: start, turn: turn, processors: turns, count: processors))
    return unsafe Scheduler(state: Place(state))
  }

  /// What is called when every thread sleeps and none can wake another; without it the processor just waits.
  public func setDeadlockHook(_ hook: DeadlockHook?) {
    let token = acquire()
    defer { release(token) }
    state.value.deadlockHook = hook
  }

  func acquire() -> Machine.Saved { state.value.lock.acquire() }

  func release(_ token: Machine.Saved) { state.value.lock.release(token) }

  /// This processor's turn; under the lock, or with interrupts off.
  var processor: Place<ProcessorTurn> {
    let number = Lock.processor
    precondition(number < state.value.processorCount)
    // One for each processor, made with the scheduler.
    return unsafe Place(state.value.processors + number)
  }

  /// The thread that calls.
  public var current: ThreadReference {
    let saved = Machine.disable()
    defer { Machine.restore(saved) }
    guard let thread = processor.value.current else { preconditionFailure("no thread was adopted here") }
    return thread
  }

  /// Ticks since creation; wraps.
  public var time: UInt32 {
    let token = acquire()
    defer { release(token) }
    return state.value.time
  }
}

/// What one processor is at.
struct ProcessorTurn {
  var current: ThreadReference?
  /// Runs when no other thread is ready; stands in no queue.
  var idle: ThreadReference?
  /// The current thread is to make way when the interrupt is through.
  var needsSwitch = false
}
