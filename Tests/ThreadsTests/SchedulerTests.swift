import Primitives
import Testing
import Threads
import VMem

/// All tests share one world, so they run one after the other.
@Suite(.serialized)
struct ThreadsTests {}

extension ThreadsTests {
  @Suite struct Switching {
    init() { World.make() }

    @Test("threads that yield take turns in the order of their making (Threads-I1)")
    func turns() {
      let threads = (1...3).map { number in
        World.spawn("worker") {
          for _ in 1...3 {
            World.note("\(number)")
            World.scheduler.yield()
          }
        }
      }
      for thread in threads { World.scheduler.join(thread) }
      #expect(World.notes.joined() == "123123123")
      #expect(World.scheduler.checkInvariants() == 0)
    }

    @Test("join returns after the end, whichever comes first")
    func join() {
      let early = World.spawn("early") { World.note("early") }
      World.scheduler.yield()
      #expect(World.notes == ["early"])
      World.scheduler.join(early)
      let late = World.spawn("late") {
        World.scheduler.yield()
        World.note("late")
      }
      World.scheduler.join(late)
      #expect(World.notes == ["early", "late"])
      #expect(World.scheduler.thread(atOrAfter: 2) == nil, "main and idle are left")
    }

    @Test("a turn that is over ends with the interrupt, and not before")
    func preemption() {
      World.make(turn: 2)
      let other = World.spawn("other") { World.note("other") }
      HostThreads.interrupt {
        World.scheduler.tick()
        World.note("tick")
      }
      World.note("main")
      HostThreads.interrupt {
        World.scheduler.tick()
        World.note("tick")
      }
      World.note("main")
      World.scheduler.join(other)
      #expect(World.notes == ["tick", "main", "tick", "other", "main"])
    }

    @Test("a thread that is woken while the processor is idle runs at the end of that interrupt")
    func wakeFromIdle() {
      let channel = World.channel(wokenBy: .devices)
      var isThere = false
      HostThreads.interrupts = [
        {
          isThere = true
          World.scheduler.wakeOne(channel)
          World.note("handler")
        }
      ]
      World.scheduler.sleep(on: channel) { !isThere }
      World.note("main")
      #expect(World.notes == ["handler", "main"])
    }

    @Test("sleepers wait for their tick, in the order of the ticks")
    func ticks() {
      for (name, ticks) in [("c", 3), ("a", 1), ("b", 2), ("a2", 1)] as [(String, UInt32)] {
        World.spawn("sleeper") {
          World.scheduler.sleep(ticks: ticks)
          World.note("\(name)\(World.scheduler.time)")
        }
      }
      HostThreads.interrupts = Array(repeating: { World.scheduler.tick() }, count: 4)
      World.scheduler.sleep(ticks: 4)
      #expect(World.notes == ["a1", "a21", "b2", "c3"])
    }

    @Test("a sleep with an end ends with the wake-up or with its tick, and leaves neither queue behind")
    func boundedSleep() {
      let channel = World.channel(wokenBy: .devices)
      var isThere = false
      let tick = { World.scheduler.tick() }
      HostThreads.interrupts = [tick, tick, tick]
      #expect(!World.scheduler.sleep(on: channel, forTicks: 3) { !isThere })
      #expect(World.scheduler.time == 3)
      #expect(!World.scheduler.wakeOne(channel), "nobody sleeps there any more")
      // Woken for nothing, it sleeps on until the same tick.
      HostThreads.interrupts = [tick, { World.scheduler.wakeOne(channel) }, tick]
      #expect(!World.scheduler.sleep(on: channel, forTicks: 2) { !isThere })
      #expect(World.scheduler.time == 5)
      HostThreads.interrupts = [
        tick,
        {
          isThere = true
          World.scheduler.wakeAll(channel)
        },
      ]
      #expect(World.scheduler.sleep(on: channel, forTicks: 2) { !isThere })
      #expect(World.scheduler.time == 6)
      HostThreads.interrupts = []
      #expect(World.scheduler.sleep(on: channel, forTicks: 1) { !isThere }, "what is there is not slept for")
      // Its tick is nobody's now: the next one wakes nobody twice.
      HostThreads.interrupts = [tick, tick]
      World.scheduler.sleep(ticks: 2)
      #expect(World.scheduler.checkInvariants() == 0)
    }

    @Test("of those who sleep on a channel, only whose tick has come goes on")
    func boundedSleepers() {
      let channel = World.channel(wokenBy: .devices)
      var isThere = false
      for (name, ticks) in [("a", 3), ("b", 1), ("c", 2)] as [(String, UInt32)] {
        World.spawn("sleeper") {
          let isDone = World.scheduler.sleep(on: channel, forTicks: ticks) { !isThere }
          World.note("\(name)\(World.scheduler.time)\(isDone)")
        }
      }
      World.scheduler.yield()
      #expect(World.scheduler.checkInvariants() == 0)
      HostThreads.interrupts = [{ World.scheduler.tick() }]
      World.scheduler.sleep(ticks: 1)
      World.scheduler.yield()
      #expect(World.notes == ["b1false"])
      #expect(World.scheduler.checkInvariants() == 0)
      isThere = true
      World.scheduler.wakeAll(channel)
      World.scheduler.yield()
      #expect(World.notes == ["b1false", "a1true", "c1true"])
      #expect(World.scheduler.checkInvariants() == 0)
    }

    @Test("sleepers on a channel wake in the order in which they came")
    func wakeOrder() {
      let channel = World.channel()
      var passes = 0
      let threads = (1...4).map { number in
        World.spawn("sleeper") {
          World.scheduler.sleep(on: channel) { passes == 0 }
          passes -= 1
          World.note("\(number)")
        }
      }
      World.scheduler.yield()
      passes = 1
      World.scheduler.wakeOne(channel)
      World.scheduler.yield()
      #expect(World.notes == ["1"])
      #expect(World.scheduler.checkInvariants() == 0)
      passes = 3
      World.scheduler.wakeAll(channel)
      for thread in threads { World.scheduler.join(thread) }
      #expect(World.notes == ["1", "2", "3", "4"])
    }

    @Test("a condition that became false before the sleep is not slept for (Threads-I5)")
    func noLostWakeUp() {
      let channel = World.channel()
      var isThere = false
      isThere = true
      #expect(!World.scheduler.wakeOne(channel), "nobody sleeps yet")
      World.scheduler.sleep(on: channel) { !isThere }
    }
  }
}
