import Primitives
import Testing

@testable import Threads

extension ThreadsTests {
  /// The checker must find what it looks for: each invariant is broken behind the scheduler's back, named, and mended, so
  /// that every thread comes to its end.
  @Suite struct BrokenInvariants {
    typealias State = Scheduler<HostThreads>.State

    init() { World.make() }

    private var state: Place<State> { World.scheduler.state }
    private var main: ThreadReference { World.scheduler.current }
    private var violation: Int { World.scheduler.checkInvariants() }

    /// A thread that is asleep, doing `body`.
    private func asleep(_ body: @escaping () -> Void) -> ThreadReference {
      let thread = World.spawn("sleeper", body)
      World.scheduler.yield()
      #expect(thread.value.state == .sleeping)
      #expect(violation == 0)
      return thread
    }

    private func join(_ threads: ThreadReference...) {
      #expect(violation == 0)
      for thread in threads { World.scheduler.join(thread) }
      #expect(violation == 0)
    }

    // MARK: Threads-I1

    @Test("Threads-I1: a ready thread that stands in no queue, and one that stands there twice")
    func ready() throws {
      let thread = World.spawn("worker") {}
      #expect(violation == 0)
      _ = state.value.ready.popFirst()
      #expect(violation == 1)
      state.value.ready.append(thread)
      state.value.ready.append(thread)
      #expect(violation == 1)
      _ = state.value.ready.popFirst()
      join(thread)
    }

    @Test("Threads-I1: an idle thread in the queue, and one that sleeps")
    func strangers() throws {
      let channel = World.channel()
      var isOver = false
      let sleeper = asleep { World.scheduler.sleep(on: channel) { !isOver } }
      for stranger in [try #require(state.value.processors[0].idle), sleeper] {
        state.value.ready.append(stranger)
        #expect(violation == 1)
        state.value.ready.remove(stranger)
        #expect(violation == 0)
      }
      isOver = true
      World.scheduler.wakeAll(channel)
      join(sleeper)
    }

    // MARK: Threads-I2

    @Test("Threads-I2: a running thread without a processor, and a processor without one that runs")
    func running() {
      let thread = World.spawn("worker") {}
      thread.value.state = .running
      #expect(violation == 2)
      thread.value.state = .ready
      let main = main
      state.value.processors[0].current = thread
      #expect(violation == 2)
      state.value.processors[0].current = nil
      #expect(violation == 2)
      state.value.processors[0].current = main
      join(thread)
    }

    @Test("Threads-I2: two processors that run one thread")
    func twoProcessors() throws {
      func storage(_ size: Int) -> UnsafeMutableRawBufferPointer { .allocate(byteCount: size, alignment: 16) }
      let scheduler = Scheduler<HostThreads>.create(
        processors: 2, turn: 1, storage: storage(Scheduler<HostThreads>.storageSize(processors: 2)),
        start: {})
      let thread = scheduler.adopt("main", storage: storage(Scheduler<HostThreads>.recordSize))
      #expect(scheduler.checkInvariants() == 0)
      scheduler.state.value.processors[1].current = thread
      #expect(scheduler.checkInvariants() == 2)
    }

    @Test("Threads-I2: a number that is used again, and one that will be")
    func numbers() {
      let next = state.value.nextNumber
      state.value.nextNumber = next - 1
      #expect(violation == 2)
      let thread = World.spawn("worker") {}
      #expect(violation == 2)
      World.scheduler.join(thread)
      join()
    }

    // MARK: Threads-I4

    @Test("Threads-I4: a sleeper that its channel does not find, and one of its queue that does not sleep")
    func channel() {
      let channel = World.channel()
      var isOver = false
      let sleeper = asleep { World.scheduler.sleep(on: channel) { !isOver } }
      channel.value.sleepers.remove(sleeper)
      #expect(violation == 4)
      channel.value.sleepers.append(sleeper)
      channel.value.sleepers.append(main)
      #expect(violation == 4)
      channel.value.sleepers.remove(main)
      isOver = true
      World.scheduler.wakeAll(channel)
      join(sleeper)
    }

    @Test(
      "Threads-I4: a sleeper that the tick does not find, or finds too late, and one that it must not find")
    func ticks() {
      let first = asleep { World.scheduler.sleep(ticks: 2) }
      let second = asleep { World.scheduler.sleep(ticks: 4) }
      state.value.timed.remove(first)
      #expect(violation == 4)
      state.value.timed.insert(first)
      first.value.wakeTime += 5
      #expect(violation == 4)
      first.value.wakeTime -= 5
      main.value.wakeTime = 3
      state.value.timed.insert(main)
      #expect(violation == 4)
      state.value.timed.remove(main)
      HostThreads.interrupts = Array(repeating: { World.scheduler.tick() }, count: 10)
      join(first, second)
    }

    @Test("Threads-I4: a sleeper with a deadline that only one of both finds")
    func channelOrTime() {
      let channel = World.channel()
      let sleeper = asleep { _ = World.scheduler.sleep(on: channel, forTicks: 3) { true } }
      state.value.timed.remove(sleeper)
      #expect(violation == 4)
      state.value.timed.insert(sleeper)
      channel.value.sleepers.remove(sleeper)
      #expect(violation == 4)
      channel.value.sleepers.append(sleeper)
      HostThreads.interrupts = Array(repeating: { World.scheduler.tick() }, count: 10)
      join(sleeper)
    }

    @Test("Threads-I4: a thread that nobody joins, and somebody waits for its end")
    func joiner() {
      let channel = World.channel()
      var isOver = false
      let joined = asleep { World.scheduler.sleep(on: channel) { !isOver } }
      let joiner = asleep { World.scheduler.join(joined) }
      joined.value.joiner = nil
      #expect(violation == 4)
      joined.value.joiner = joiner
      isOver = true
      World.scheduler.wakeAll(channel)
      join(joiner)
    }

    @Test("Threads-I4: a thread that does not sleep, and waits for something")
    func awake() {
      let thread = World.spawn("worker") {}
      thread.value.wait = .time
      #expect(violation == 4)
      thread.value.wait = .nothing
      World.scheduler.yield()
      #expect(thread.value.state == .ended)
      thread.value.wait = .time
      #expect(violation == 4)
      thread.value.wait = .nothing
      join(thread)
    }

    @Test("Threads-I4: a sleeper that is not in its line, or says that it is in none")
    func line() {
      let line = World.line()
      var isFree = false
      let sleeper = asleep { World.scheduler.wait(in: line, for: 1) { isFree ? () : nil } }
      line.value.remove(sleeper)
      #expect(violation == 4)
      line.value.append(sleeper)
      sleeper.value.standing = nil
      #expect(violation == 4)
      sleeper.value.standing = line
      isFree = true
      World.scheduler.announceFree(in: line)
      join(sleeper)
    }

    // MARK: Threads-I6

    @Test("Threads-I6: who is awake and has lost its place in the line")
    func place() {
      let line = World.line()
      World.scheduler.wait(in: line, for: 1) {
        #expect(violation == 0)
        line.value.remove(main)
        #expect(violation == 6)
        line.value.append(main)
        return ()
      }
      join()
    }
  }
}
