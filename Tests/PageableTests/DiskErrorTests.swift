import Oracle
import Pageable
import Testing
import VMem

/// Disks that fail, tear, and fill up.
@Suite struct DiskErrorTests {
  @Test(arguments: 0..<4) func aWriteErrorKeepsThePageAndRetiresTheSlot(bad: Int) throws {
    let world = World()
    let first = try world.allocate(pages: 4).first >> 12
    for page in first..<first + 4 { _ = world.touch(page, isWrite: true) }
    _ = world.memory.evict(upTo: 4, isForced: true)
    world.submit()
    world.complete(0, .failed(index: bad))
    #expect(world.memory.statistics.retiredSlots == 1)
    #expect(world.violation() == nil)
    // Those before the bad one are out, the bad one and those behind it stay.
    let states = (first..<first + 4).map { world.memory.pageState(at: $0 << 12) }
    #expect(states.count { $0 == .swapped } == bad)
    #expect(states.count { $0 == .resident } == 4 - bad)
    world.evictAll()
    for page in first..<first + 4 { #expect(world.touchPatiently(page, isWrite: false) == .done) }
    #expect(world.memory.statistics.retiredSlots == 1)
    #expect(world.violation() == nil)
  }

  @Test func whoLosesTheLastSlotStaysForGood() throws {
    let world = World(slotCount: 2)
    let range = try world.allocate(pages: 2)
    let first = range.first >> 12
    _ = world.touch(first, isWrite: true)
    _ = world.touch(first + 1, isWrite: true)
    _ = world.memory.evict(upTo: 2, isForced: true)
    world.submit()
    world.complete(0, .failed(index: 0))
    #expect(world.memory.statistics.pinned == 1)
    #expect(world.memory.statistics.promised == 1)
    #expect(world.violation() == nil)
    world.evictAll()
    #expect(world.memory.pageState(at: first << 12) == .resident)
    #expect(world.memory.pageState(at: (first + 1) << 12) == .swapped)
    #expect(world.touchPatiently(first + 1, isWrite: false) == .done)
    try world.free(range)
    #expect(world.memory.statistics.pinned == 0)
    #expect(world.violation() == nil)
  }

  @Test func aReadErrorIsToldToWhoTouches() throws {
    let world = World()
    let range = try world.allocate(pages: 1)
    let page = range.first >> 12
    _ = world.touch(page, isWrite: true)
    world.evictAll()
    _ = world.touch(page, isWrite: false)
    world.submit()
    let slot = world.pending[0].transfer.slot
    world.complete(0, .failed(index: 0))
    #expect(
      world.touch(page, isWrite: false) == .failed(.unreadable(address: page << 12 | 0x123, slot: slot)))
    #expect(world.violation() == nil)
    try world.free(range)
    #expect(world.memory.statistics.retiredSlots == 1)
    #expect(world.violation() == nil)
  }

  @Test func aTornOrMisplacedPageIsNoticed() throws {
    for damage in 0..<3 {
      let world = World()
      let first = try world.allocate(pages: 2).first >> 12
      _ = world.touch(first, isWrite: true)
      _ = world.touch(first + 1, isWrite: true)
      world.evictAll()
      let kept = world.slots
      switch damage {
      case 0: world.slots[1]![1000] ^= 1
      case 1: (world.slots[1], world.slots[2]) = (kept[2], kept[1])
      default: world.slots[1]!.swapAt(0, 1)
      }
      _ = world.touch(first, isWrite: false)
      world.submit()
      world.complete(0)
      guard case .failed(.unreadable) = world.touch(first, isWrite: false) else {
        Issue.record("damage \(damage) was not noticed")
        continue
      }
      #expect(world.memory.statistics.checksumErrors == 1)
    }
  }

  @Test func aFullDiskIsToldAtAllocation() throws {
    // As many frames as are asked for cannot be spared either.
    let world = World(frames: 96, residents: 4, slotCount: 16)
    let range = try world.allocate(pages: 16)
    let counts = world.memory.statistics
    #expect(throws: PageableError.noBacking(pages: 96, slots: 0)) { try world.allocate(pages: 96) }
    #expect(world.memory.statistics.promised == counts.promised)
    // Every promise is kept.
    for round in 0..<3 {
      for page in range.first >> 12...range.last >> 12 {
        #expect(world.touchPatiently(page, isWrite: true) == .done, "round \(round)")
      }
    }
    #expect(world.violation() == nil)
    try world.free(range)
    #expect(world.memory.statistics.freeSlots == 16)
    #expect(world.violation() == nil)
  }

  @Test func withoutADiskFramesAreTheBacking() throws {
    let world = World(slotCount: nil)
    let free = world.fixture.freeFrames
    let range = try world.allocate(pages: 6)
    let first = range.first >> 12
    #expect(world.memory.statistics.pinned == 6)
    for page in first..<first + 6 {
      #expect(world.touch(page, isWrite: true, context: .interruptsOff) == .done)
    }
    #expect(world.memory.evict(upTo: 8, isForced: true).total == 0)
    #expect(throws: PageableError.noBacking(pages: 500, slots: 0)) { try world.allocate(pages: 500) }
    #expect(world.violation() == nil)
    // A disk that comes later takes them over.
    world.attach(4)
    #expect(world.memory.statistics.pinned == 2)
    #expect(world.memory.statistics.promised == 4)
    world.evictAll()
    #expect(world.violation() == nil)
    for page in first..<first + 6 { #expect(world.touchPatiently(page, isWrite: false) == .done) }
    try world.free(range)
    #expect(world.fixture.freeFrames == free)
    #expect(world.violation() == nil)
  }

  /// Nothing on the disk outlives a boot: whatever a power cut left there, the next one begins with nothing and finds
  /// every page as it wrote it.
  @Test func aPowerCutIsHarmless() throws {
    var dice = Dice(seed: 7)
    var left: [UInt32: [UInt32]] = [:]
    for _ in 0..<20 {
      let world = World(residents: 4)
      world.slots = left
      let first = try world.allocate(pages: 12).first >> 12
      // The cut comes in the middle of whatever is under way.
      for _ in 0..<dice.roll(0...79) {
        #expect(world.touchPatiently(first + UInt32(dice.roll(0...11)), isWrite: dice.percent(50)) == .done)
      }
      _ = world.memory.evict(upTo: 8, isForced: true)
      world.submit()
      while !world.pending.isEmpty { world.complete(0, .failed(index: 0)) }
      left = world.slots
    }
  }
}
