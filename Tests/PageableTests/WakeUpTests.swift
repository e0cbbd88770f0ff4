import Frames
import Pageable
import Paging
import Testing
import VMem

/// Whoever was told to wait is woken when there is something to fare better by (Pageable-I7).
@Suite struct WakeUpTests {
  /// A frame comes back only when the eviction that it was in ends, which its owner does not wait for.
  @Test func aPageThatIsFreedOnItsWayOutWakesWhenItsFrameIsFree() throws {
    let world = World(residents: 1)
    let range = try world.allocate(pages: 1)
    let other = try world.allocate(pages: 1).first >> 12
    #expect(world.touch(range.first >> 12, isWrite: true) == .done)
    #expect(world.touch(other, isWrite: true) == .waits(.frames))
    let generation = world.memory.generation
    var wakeUpsAfterFree = 0
    world.fixture.mmu.beforeExchange = { _, _ in
      world.fixture.mmu.beforeExchange = nil
      try? world.free(range)
      wakeUpsAfterFree = world.wakeUps
      #expect(world.touch(other, isWrite: true) == .waits(.frames))
    }
    let eviction = world.memory.evict(upTo: 1, isForced: true)
    #expect(eviction.total == 0)
    #expect(world.memory.generation != generation && world.wakeUps > wakeUpsAfterFree)
    #expect(world.touch(other, isWrite: true) == .done)
    #expect(world.violation() == nil)
  }

  @Test func aPageThatIsFreedWhileItIsFilledWakesWhenItsFrameIsFree() throws {
    let world = World(residents: 1)
    let range = try world.allocate(pages: 1)
    let other = try world.allocate(pages: 1).first >> 12
    var wakeUpsAfterFree = 0
    world.fixture.mmu.beforeFill = { _ in
      world.fixture.mmu.beforeFill = nil
      try? world.free(range)
      wakeUpsAfterFree = world.wakeUps
      #expect(world.touch(other, isWrite: true) == .waits(.frames))
    }
    guard case .failed(.notAllocated) = world.touch(range.first >> 12, isWrite: true) else {
      Issue.record("a page that was freed is touched")
      return
    }
    #expect(world.wakeUps > wakeUpsAfterFree)
    #expect(world.touch(other, isWrite: true) == .done)
    #expect(world.violation() == nil)
  }

  @Test func everyEndOfATransferWakes() throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    _ = world.touch(page, isWrite: true)
    for result in [TransferResult.failed(index: 0), .done] {
      _ = world.memory.evict(upTo: 1, isForced: true)
      world.submit()
      let before = world.wakeUps
      world.complete(0, result)
      #expect(world.wakeUps > before)
    }
    #expect(world.touch(page, isWrite: false) == .waits(.page))
    world.submit()
    let before = world.wakeUps
    world.complete(0, .failed(index: 0))
    #expect(world.wakeUps > before)
    // What finds nothing changed wakes nobody.
    _ = world.memory.statistics
    #expect(world.memory.nextTransfer() == nil)
    #expect(world.wakeUps == before + 1)
  }

  /// Pages that are used again as soon as their accessed bits are taken, all of them.
  @Test func pagesThatAreAllInUseGoOutWhereFramesAreWanted() throws {
    let world = World(frames: 100, residents: 90, slotCount: 200)
    let range = try world.allocate(pages: 90)
    let pages = range.first >> 12...range.last >> 12
    var touched: UInt32 = 0
    for page in pages where world.touch(page, isWrite: true) == .done { touched += 1 }
    #expect(world.memory.evictionDemand > 0 && touched > 8)
    let mmu = world.fixture.mmu
    var isUsing = true
    mmu.afterExchange = { table, index in
      guard isUsing, PageTableEntry(rawValue: mmu.load(table, index)).isPresent else { return }
      isUsing = false
      mmu.store(table, index, mmu.load(table, index) | 0x20)
      isUsing = true
    }
    #expect(world.memory.evict(upTo: 8).total == 0)
    let eviction = try #require(world.memory.relieve())
    #expect(eviction.total > 0)
    mmu.afterExchange = nil
    world.settle()
    #expect(world.violation() == nil)
  }

  @Test func nothingGoesOutAboveTheMarks() throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    _ = world.touch(page, isWrite: true)
    // One frame of the reserve is missing until it comes back.
    while world.memory.evictionDemand > 0 { #expect(world.memory.relieve() != nil) }
    #expect(world.memory.relieve() == nil)
  }
}
