import Primitives
import Testing
import Threads
import VMem

extension ThreadsTests {
  @Suite struct Lines {
    init() { World.make() }

    private func allocate(_ count: UInt32, _ arena: World.HostArena, _ line: Place<WaitLine>) -> AddressRange<
      UInt32
    > {
      try! World.scheduler.allocate(Request(count: count), from: arena, in: line)
    }

    @Test("requests are served in the order in which they came, the small ones too (Threads-I6)")
    func order() throws {
      let line = World.line()
      let arena = World.arena(100, line)
      let all = [allocate(50, arena, line), allocate(50, arena, line)]
      let threads = [("large", 100), ("small", 1), ("middle", 40)].map { name, count in
        World.spawn("worker") {
          let range = allocate(UInt32(count), arena, line)
          World.note(name)
          try! arena.free(range)
        }
      }
      World.scheduler.yield()
      try arena.free(all[0])
      for _ in 0..<5 { World.scheduler.yield() }
      #expect(World.notes == [], "the small one could be served, and waits behind the large one")
      try arena.free(all[1])
      for thread in threads { World.scheduler.join(thread) }
      #expect(World.notes == ["large", "small", "middle"])
      #expect(World.scheduler.checkInvariants() == 0)
    }

    @Test("who comes when others wait stands at the end, even if there is space")
    func newcomers() throws {
      let line = World.line()
      let arena = World.arena(100, line)
      let held = allocate(50, arena, line)
      let large = World.spawn("large") {
        let range = allocate(60, arena, line)
        World.note("large")
        try! arena.free(range)
      }
      World.scheduler.yield()
      let small = World.spawn("small") {
        let range = allocate(10, arena, line)
        World.note("small")
        try! arena.free(range)
      }
      for _ in 0..<3 { World.scheduler.yield() }
      #expect(World.notes == [])
      try arena.free(held)
      World.scheduler.join(large)
      World.scheduler.join(small)
      #expect(World.notes == ["large", "small"])
    }

    @Test("a request overtakes when otherwise nobody would run: it may be the one that frees (Threads-I7)")
    func overtaking() {
      let line = World.line()
      let arena = World.arena(100, line)
      let held = allocate(50, arena, line)
      let large = World.spawn("large") {
        let range = allocate(60, arena, line)
        World.note("large")
        try! arena.free(range)
      }
      World.scheduler.yield()
      // Main holds what the large one waits for, and needs a little more before it lets go.
      let more = allocate(10, arena, line)
      World.note("main")
      try! arena.free(more)
      try! arena.free(held)
      World.scheduler.join(large)
      #expect(World.notes == ["main", "large"])
      #expect(World.deadlocks == [])
    }

    @Test("while a tick is still to come, a waiting request is overtaken 64 times and no more")
    func patience() throws {
      let line = World.line()
      let arena = World.arena(100, line)
      let held = allocate(50, arena, line)
      var isServed = false
      let large = World.spawn("large") {
        let range = allocate(60, arena, line)
        isServed = true
        try! arena.free(range)
      }
      var overtakes = 0
      let small = World.spawn("small") {
        while !isServed {
          let range = allocate(10, arena, line)
          if !isServed { overtakes += 1 }
          try! arena.free(range)
        }
      }
      let freer = World.spawn("freer") {
        World.scheduler.sleep(ticks: 200)
        try! arena.free(held)
      }
      HostThreads.interrupts = Array(repeating: { World.scheduler.tick() }, count: 250)
      for thread in [large, small, freer] { World.scheduler.join(thread) }
      #expect(overtakes == 64)
    }

    @Test("a free in an interrupt between the failed attempt and the sleep is not missed (Threads-I5)")
    func noLostWakeUp() {
      let line = World.line(wokenBy: .devices)
      var isFree = false
      var attempts = 0
      let result = World.scheduler.wait(in: line, for: 1) { () -> Int? in
        attempts += 1
        if isFree { return 7 }
        HostThreads.interrupt {
          isFree = true
          World.scheduler.announceFree(in: line)
        }
        return nil
      }
      #expect(result == 7)
      #expect(attempts == 2)
    }

    @Test("what an attempt gives back itself is no reason to try again at once")
    func ownFrees() {
      let (line, other) = (World.line(), World.line("source", wokenBy: .devices))
      var attempts = 0
      var isFree = false
      let thread = World.spawn("trying") {
        World.scheduler.wait(in: line, for: 1) { () -> Void? in
          attempts += 1
          World.scheduler.announceFree(in: line)
          World.scheduler.announceFree(in: other)
          return isFree ? () : nil
        }
      }
      for _ in 0..<20 { World.scheduler.yield() }
      #expect(attempts == 1)
      let waiting = World.channel(wokenBy: .devices)
      HostThreads.interrupts = [
        {
          isFree = true
          World.scheduler.announceFree(in: line)
          World.scheduler.wakeAll(waiting)
        }
      ]
      World.scheduler.sleep(on: waiting) { !isFree }
      World.scheduler.join(thread)
      #expect(attempts <= 3, "one more in a round, one when it could be served")
    }

    @Test("who tries by itself and asks only when is served in order too")
    func hooks() {
      let line = World.line()
      var free = 0
      let threads = [("large", 9), ("small", 1)].map { name, count in
        World.spawn("worker") {
          while free < count { World.scheduler.awaitTurn(in: line, for: UInt64(count)) }
          free -= count
          World.note(name)
          World.scheduler.leaveLine(line)
        }
      }
      World.scheduler.yield()
      for _ in 0..<10 {
        free += 1
        World.scheduler.announceFree(in: line)
        World.scheduler.yield()
      }
      for thread in threads { World.scheduler.join(thread) }
      #expect(World.notes == ["large", "small"])
      World.scheduler.leaveLine(line)
    }

    @Test("an error ends the wait and lets the next one try")
    func errors() throws {
      struct Refused: Error {}
      let line = World.line()
      var isFree = false
      let failing = World.spawn("failing") {
        do {
          _ = try World.scheduler.wait(in: line, for: 1) { () throws(Refused) -> Int? in
            if isFree { throw Refused() }
            return nil
          }
        } catch { World.note("refused") }
      }
      let served = World.spawn("served") {
        _ = World.scheduler.wait(in: line, for: 1) { isFree ? 1 : nil }
        World.note("served")
      }
      World.scheduler.yield()
      isFree = true
      World.scheduler.announceFree(in: line)
      World.scheduler.join(failing)
      World.scheduler.join(served)
      #expect(World.notes == ["refused", "served"])
    }

    @Test("a request that contradicts itself fails at once")
    func invalid() {
      let line = World.line()
      let arena = World.arena(100, line)
      let request = Request<UInt32>(count: 0)
      #expect(throws: AllocationError.invalid(.empty, request)) {
        try World.scheduler.allocate(request, from: arena, in: line)
      }
    }

    @Test("a free in the arena that another one imports from wakes who waits for that other one")
    func imports() throws {
      let line = World.line()
      let source = World.arena(100, line)
      let arena = World.arena(0, line, from: source)
      let held = allocate(80, source, line)
      let thread = World.spawn("importer") {
        let range = allocate(40, arena, line)
        World.note("served")
        try! arena.free(range)
      }
      World.scheduler.yield()
      #expect(World.notes == [])
      try source.free(held)
      World.scheduler.yield()
      #expect(World.notes == ["served"])
      World.scheduler.join(thread)
    }

    @Test("when all sleep and none can free, the report says who waits for what")
    func deadlock() throws {
      let line = World.line("pages")
      let arena = World.arena(100, line)
      let channel = World.channel("a message")
      var kept: [AddressRange<UInt32>] = []
      var isOver = false
      let first = World.spawn("writer") {
        kept.append(allocate(60, arena, line))
        try! arena.free(allocate(70, arena, line))
      }
      let second = World.spawn("reader") {
        kept.append(allocate(30, arena, line))
        try! arena.free(allocate(20, arena, line))
      }
      let third = World.spawn("listener") { World.scheduler.sleep(on: channel) { !isOver } }
      World.atDeadlock = {
        for range in kept { try! arena.free(range) }
        isOver = true
        World.scheduler.wakeAll(channel)
      }
      for thread in [first, second, third] { World.scheduler.join(thread) }
      #expect(
        World.deadlocks == [
          """
          thread 0 main waits for the end of thread 2 writer
          thread 2 writer waits for 70 of pages, 1 of 2 in line
          thread 3 reader waits for 20 of pages, 2 of 2 in line
          thread 4 listener waits for a message

          """
        ])
    }
  }
}
