import Pageable
import Paging
import SimulatedMMU
import Testing
import VMem

/// One page through all its states.
@Suite struct PageTests {
  @Test func aFirstTouchReadsZerosAndCostsNoTransfer() throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    #expect(world.memory.pageState(at: page << 12) == .untouched)
    #expect(world.touch(page, isWrite: false) == .done)
    #expect(world.memory.pageState(at: page << 12) == .resident)
    // Clean and zero: it goes without the disk.
    #expect(world.memory.evict(upTo: 1, isForced: true).dropped == 1)
    #expect(world.memory.pageState(at: page << 12) == .untouched)
    #expect(world.memory.nextTransfer() == nil)
    #expect(world.violation() == nil)
  }

  @Test func aWrittenPageGoesOutAndComesBack() throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    #expect(world.touch(page, isWrite: true) == .done)
    #expect(world.memory.evict(upTo: 1, isForced: true).queued == 1)
    #expect(world.memory.pageState(at: page << 12) == .busyOut)
    world.submit()
    #expect(world.violation() == nil)
    world.complete(0)
    #expect(world.memory.pageState(at: page << 12) == .swapped)
    #expect(world.touch(page, isWrite: false) == .waits(.page))
    #expect(world.memory.pageState(at: page << 12) == .busyIn)
    // Others wait for the same transfer and start none.
    #expect(world.touch(page, isWrite: true, on: 1) == .waits(.page))
    world.submit()
    #expect(world.pending.count == 1)
    let before = world.memory.generation
    world.complete(0)
    #expect(world.memory.generation != before)
    #expect(world.touch(page, isWrite: false) == .done)
    #expect(world.touch(page, isWrite: false, on: 1) == .done)
    #expect(world.violation() == nil)
  }

  @Test func aCleanPageIsDroppedAndADirtyOneWrittenAgain() throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    _ = world.touch(page, isWrite: true)
    world.evictAll()
    #expect(world.touchPatiently(page, isWrite: false) == .done)
    let eviction = world.memory.evict(upTo: 1, isForced: true)
    #expect(eviction.dropped == 1 && eviction.queued == 0)
    #expect(world.touchPatiently(page, isWrite: true) == .done)
    #expect(world.memory.evict(upTo: 1, isForced: true).queued == 1)
    world.settle()
    #expect(world.touchPatiently(page, isWrite: false) == .done)
    #expect(world.memory.statistics.pagesOut == 2)
    #expect(world.violation() == nil)
  }

  @Test(arguments: [0, 1, 2]) func aFaultTakesAPageBackFromItsWrite(mixing: Int) throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    _ = world.touch(page, isWrite: true)
    _ = world.memory.evict(upTo: 1, isForced: true)
    world.submit()
    #expect(world.touch(page, isWrite: true) == .done)
    #expect(world.violation() == nil)
    world.complete(0, .done, mixing: mixing)
    #expect(world.memory.pageState(at: page << 12) == .resident)
    #expect(world.memory.statistics.takenBack == 1)
    // What was written is worth nothing: only another write may make it swapped.
    #expect(world.memory.evict(upTo: 1, isForced: true).queued == 1)
    world.settle()
    #expect(world.touchPatiently(page, isWrite: false) == .done)
    #expect(world.violation() == nil)
  }

  @Test func aSecondChanceIsGivenOnce() throws {
    let world = World()
    let first = try world.allocate(pages: 2).first >> 12
    _ = world.touch(first, isWrite: true)
    _ = world.touch(first + 1, isWrite: true)
    // Both were used: the first round takes the bits, the second the first page.
    #expect(world.memory.evict(upTo: 1).queued == 1)
    #expect(world.memory.pageState(at: first << 12) == .busyOut)
    world.settle()
    // Unused since.
    #expect(world.memory.evict(upTo: 1).queued == 1)
    world.settle()
    #expect(world.memory.pageState(at: (first + 1) << 12) == .swapped)
    #expect(world.violation() == nil)
  }

  @Test func dirtyPagesGoOutInClusters() throws {
    let world = World()
    let first = try world.allocate(pages: 8).first >> 12
    for page in first..<first + 8 { _ = world.touch(page, isWrite: true) }
    #expect(world.memory.evict(upTo: 8, isForced: true).queued == 8)
    world.submit()
    #expect(world.pending.map(\.transfer.count) == [8])
    world.settle()
    for page in first..<first + 8 { #expect(world.touchPatiently(page, isWrite: false) == .done) }
  }

  @Test func errorsOfTheToucherAreTold() throws {
    let world = World()
    let range = try world.allocate(pages: 2, hasGuard: true)
    let page = range.first >> 12
    // A guard page is part of what was asked for.
    #expect(range.countMinusOne + 1 == 2 << 12)
    #expect(world.touch(page + 1, isWrite: false) == .failed(.guardPage(address: (page + 1) << 12 | 0x123)))
    #expect(world.touch(page, isWrite: false) == .done)
    #expect(
      world.touch(page + 2, isWrite: false) == .failed(.notAllocated(address: (page + 2) << 12 | 0x123)))
    #expect(world.touch(0xF_0000, isWrite: true) == .failed(.notPageable(address: 0xF000_0123)))
    try world.free(range)
    #expect(world.touch(page, isWrite: false) == .failed(.notPageable(address: page << 12 | 0x123)))
    let other = try world.allocate(pages: 2)
    let neighbour = try world.allocate(pages: 1)
    try world.free(other)
    #expect(
      world.touch(other.first >> 12, isWrite: false) == .failed(.notAllocated(address: other.first | 0x123)))
    try world.free(neighbour)
    #expect(world.violation() == nil)
  }

  @Test(arguments: [FaultContext.interruptsOff, .pager])
  func lawSevenIsKept(context: FaultContext) throws {
    let world = World()
    let page = try world.allocate(pages: 1).first >> 12
    let forbidden = World.Touch.failed(.forbidden(address: page << 12 | 0x123, context))
    #expect(world.touch(page, isWrite: true, context: context) == forbidden)
    #expect(world.touch(page, isWrite: true) == .done)
    #expect(world.touch(page, isWrite: true, context: context) == .done)
    _ = world.memory.evict(upTo: 1, isForced: true)
    #expect(world.touch(page, isWrite: false, context: context) == forbidden)
    world.settle()
    #expect(world.touch(page, isWrite: false, context: context) == forbidden)
    #expect(world.violation() == nil)
  }

  @Test func theReserveComesBackAtTheEnd() throws {
    let world = World()
    let range = try world.allocate(pages: 3)
    _ = world.touch(range.first >> 12, isWrite: true)
    world.evictAll()
    try world.free(range)
    #expect(world.framesHeld == Int(WaterMarks.reserve))
    world.memory.destroy()
    #expect(world.framesHeld == 0)
    #expect(world.kva.statistics.inUse == 0)
  }

  @Test func protectionOutlivesEviction() throws {
    let world = World()
    let range = try world.allocate(pages: 1)
    let page = range.first >> 12
    world.fixture.mmu.watched = [page]
    _ = world.touch(page, isWrite: true)
    try world.memory.protect(range, isWritable: false)
    #expect(world.touch(page, isWrite: true) == .failed(.readOnly(address: page << 12 | 0x123)))
    world.evictAll()
    #expect(world.touch(page, isWrite: true) == .failed(.readOnly(address: page << 12 | 0x123)))
    #expect(world.touchPatiently(page, isWrite: false) == .done)
    try world.memory.protect(range, isWritable: true)
    // An older translation of another processor faults once more, and that is all.
    #expect(world.memory.fault(page << 12, isWrite: true) == .resolved(.spurious))
    #expect(world.touchPatiently(page, isWrite: true) == .done)
    #expect(world.violation() == nil)
  }
}
