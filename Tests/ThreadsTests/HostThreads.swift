import Foundation
import Primitives
import Synchronization
import Threads
import VMem

/// The scheduler's machine on the host: a thread is one of the host's, and a switch hands a baton over. One of them runs
/// at a time, so every run is the same.
enum HostThreads: ThreadMachine {
  static func disable() {}
  static func restore(_ saved: Void) {}
  static var interruptsOn: Void { () }

  /// What `waitForInterrupt` delivers, in order; nothing left means that the run has hung.
  nonisolated(unsafe) static var interrupts: [() -> Void] = []
  nonisolated(unsafe) static var isInInterrupt = false

  /// Waited for by the thread to which it belongs. Leaked: a context is only a word.
  private final class Baton: Sendable {
    let semaphore = DispatchSemaphore(value: 0)
  }

  private static func baton(_ context: UInt) -> Baton {
    Unmanaged<Baton>.fromOpaque(UnsafeRawPointer(bitPattern: context)!).takeUnretainedValue()
  }

  static func prepare(
    stack: UnsafeMutableRawBufferPointer, start: @escaping @convention(c) () -> Void
  ) -> UInt {
    let baton = Baton()
    Foundation.Thread.detachNewThread {
      baton.semaphore.wait()
      start()
    }
    return UInt(bitPattern: Unmanaged.passRetained(baton).toOpaque())
  }

  static func switchContext(saving saved: UnsafeMutablePointer<UInt>, resuming resumed: UInt) {
    let mine = Baton()
    saved.pointee = UInt(bitPattern: Unmanaged.passRetained(mine).toOpaque())
    baton(resumed).semaphore.signal()
    mine.semaphore.wait()
  }

  static func waitForInterrupt() {
    guard !interrupts.isEmpty else { fatalError("idle for ever") }
    interrupt(interrupts.removeFirst())
  }

  /// Runs `handler` as an interrupt of whatever thread calls.
  static func interrupt(_ handler: () -> Void) {
    isInInterrupt = true
    handler()
    isInInterrupt = false
    World.scheduler.interruptEnds()
  }
}

/// A scheduler, its storage and what threads have noted. One at a time: C functions find it here.
enum World {
  nonisolated(unsafe) static var scheduler: Scheduler<HostThreads>!
  nonisolated(unsafe) static var notes: [String] = []
  nonisolated(unsafe) static var deadlocks: [String] = []
  nonisolated(unsafe) static var atDeadlock: () -> Void = {}
  nonisolated(unsafe) private static var bodies: [() -> Void] = []

  static func make(turn: UInt32 = 1) {
    notes = []
    deadlocks = []
    atDeadlock = { fatalError("deadlock:\n\(deadlocks.last ?? "")") }
    bodies = []
    HostThreads.interrupts = []
    scheduler = .create(
      turn: turn, storage: storage(Scheduler<HostThreads>.storageSize()), start: { World.scheduler.begin() })
    scheduler.adopt("main", storage: storage(Scheduler<HostThreads>.recordSize))
    scheduler.makeIdle("idle", storage: storage(Scheduler<HostThreads>.recordSize))
    scheduler.setDeadlockHook {
      var sink = StringSink()
      World.scheduler.writeSleepers(to: &sink)
      World.deadlocks.append(sink.text)
      World.atDeadlock()
    }
  }

  private static func storage(_ size: Int) -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: size, alignment: 16)
  }

  /// A thread that runs `body`.
  @discardableResult
  static func spawn(_ name: StaticString, _ body: @escaping () -> Void) -> ThreadReference {
    bodies.append(body)
    return scheduler.spawn(
      name, storage: storage(Scheduler<HostThreads>.recordSize), argument: UInt(bodies.count - 1),
      entry: { World.bodies[Int($0)]() })
  }

  static func note(_ what: String) { notes.append(what) }

  static func channel(_ name: StaticString = "a test", wokenBy waker: Waker = .threads) -> Place<WaitChannel>
  {
    let place = UnsafeMutablePointer<WaitChannel>.allocate(capacity: 1)
    place.initialize(to: WaitChannel(name: name, wokenBy: waker))
    return Place(place)
  }

  static func line(_ name: ArenaName = "test", wokenBy waker: Waker = .threads) -> Place<WaitLine> {
    let place = UnsafeMutablePointer<WaitLine>.allocate(capacity: 1)
    place.initialize(to: WaitLine(name: name, wokenBy: waker))
    return Place(place)
  }

  typealias HostArena = Arena<UInt32, HostLock>

  /// An arena of `count` addresses whose frees are announced in `line`.
  static func arena(_ count: UInt32, _ line: Place<WaitLine>, from source: HostArena? = nil) -> HostArena {
    let size = HostArena.storageSize(spans: 8, allocations: 256)
    let arena = try! HostArena.create(name: "test", storage: storage(size), lock: HostLock())
    if let source { arena.setSource(.arena(source)) } else { try! arena.add(first: 0, count: count) }
    let context = UnsafeMutablePointer<Place<WaitLine>>.allocate(capacity: 1)
    context.initialize(to: line)
    arena.setWaiting(
      WaitHooks(
        wait: { _, _ in false },
        wake: { World.scheduler.announceFree(in: $0!.assumingMemoryBound(to: Place<WaitLine>.self).pointee) },
        context: context))
    return arena
  }
}
