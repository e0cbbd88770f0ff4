import Frames
import Pageable
import Testing
import VMem

/// Every fallible step of an allocation fails once; each time the world is as before.
@Suite struct FailNthTests {
  private struct Counts: Equatable {
    var free: UInt32
    var tables: UInt32
    var kva: UInt64
    var promised: UInt32
    var pinned: UInt32
    var directories: UInt32

    init(_ world: World) {
      let counts = world.memory.statistics
      free = world.fixture.freeFrames
      tables = world.fixture.map.tableCount
      kva = world.kva.statistics.inUse
      promised = counts.promised
      pinned = counts.pinned
      directories = counts.directories
    }
  }

  /// Fails the n-th step of one kind until the call succeeds.
  private func failEach(_ world: World, pages: UInt32, _ arm: (UInt32) -> Void, _ disarm: () -> Void) throws
    -> UInt32
  {
    let before = Counts(world)
    for n in UInt32(1)..<200 {
      arm(n)
      do {
        let range = try world.allocate(pages: pages)
        disarm()
        try world.free(range)
        #expect(Counts(world) == before)
        return n - 1
      } catch {
        disarm()
        #expect(Counts(world) == before, "step \(n): \(error)")
        #expect(world.violation() == nil)
      }
    }
    Issue.record("it never succeeded")
    return 0
  }

  @Test(arguments: [UInt32?.some(64), nil]) func frames(slots: UInt32?) throws {
    let world = World(slotCount: slots)
    let frames = world.fixture.frames
    let failed = try failEach(
      world, pages: 5, { frames.fault = FaultPoint(failing: $0) }, { frames.fault = FaultPoint() })
    // Two frames of records and a table, then a frame for each page where there is no slot. The allocation of a
    // pinned page's frame falls back on nothing.
    #expect(failed == (slots == nil ? 8 : 3))
  }

  @Test func recordsOfTheSecondFourMebibytes() throws {
    let world = World(slotCount: 3000)
    let frames = world.fixture.frames
    let failed = try failEach(
      world, pages: 2000, { frames.fault = FaultPoint(failing: $0) }, { frames.fault = FaultPoint() })
    #expect(failed == 6)
  }

  @Test(arguments: FaultSite.allCases) func addresses(site: FaultSite) throws {
    let world = World()
    let arena = world.memory.arena
    _ = try failEach(
      world, pages: 5, { arena.plan(FaultPlan(failing: site, onCall: $0)) },
      { arena.plan(FaultPlan(failing: .tag, onCall: .max)) })
  }

  @Test func promises() throws {
    let world = World()
    let failed = try failEach(
      world, pages: 5, { world.memory.fault = FaultPoint(failing: $0) }, { world.memory.fault = FaultPoint() }
    )
    #expect(failed == 1)
  }

  @Test func aFrameThatIsRefusedOnlyMakesAFaultWait() throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    world.fixture.frames.fault = FaultPoint(failing: 1)
    // The reserve serves.
    #expect(world.touch(page, isWrite: true) == .done)
    #expect(world.memory.statistics.reserved == WaterMarks.reserve - 1)
    #expect(world.memory.evictionDemand >= 1)
    world.evictAll()
    #expect(world.memory.statistics.reserved == WaterMarks.reserve)
    #expect(world.violation() == nil)
  }

  @Test func wrongFreesChangeNothing() throws {
    let world = World()
    let range = try world.allocate(pages: 4)
    let before = Counts(world)
    let part = AddressRange(first: range.first, last: range.first + 0xFFF)
    let inside = AddressRange(first: range.first + 0x1000, last: range.last)
    let elsewhere = AddressRange<UInt32>(first: 0x1000, last: 0x1FFF)
    for wrong in [part, inside, elsewhere] {
      #expect(throws: PageableError.notAllocated(wrong)) { try world.memory.free(wrong) }
      #expect(Counts(world) == before)
    }
    try world.free(range)
    #expect(throws: PageableError.notAllocated(range)) { try world.memory.free(range) }
    #expect(world.violation() == nil)
  }
}
