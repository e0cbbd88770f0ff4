import Pageable
import Paging
import Testing
import VMem

/// The mode in which every forbidden touch faults.
@Suite struct ForcedEvictionTests {
  @Test(arguments: [FaultContext.interruptsOff, .pager])
  func aPageThatIsInMemoryIsForbiddenToo(context: FaultContext) throws {
    let world = World(isForced: true)
    let page = try world.allocate(pages: 1).first >> 12
    let forbidden = World.Touch.failed(.forbidden(address: page << 12 | 0x123, context))
    #expect(world.touch(page, isWrite: true) == .done)
    // The instruction's own page stays until a lock is taken.
    #expect(world.touch(page, isWrite: true, context: context) == .done)
    world.memory.hide()
    #expect(world.memory.pageState(at: page << 12) == .resident)
    #expect(world.touch(page, isWrite: true, context: context) == forbidden)
    #expect(world.touch(page, isWrite: false) == .done)
    #expect(world.violation() == nil)
  }

  @Test func onlyTheLastFourPagesAreMapped() throws {
    let world = World(isForced: true)
    let first = try world.allocate(pages: 6).first >> 12
    for page in first..<first + 6 { #expect(world.touch(page, isWrite: true) == .done) }
    let mapped = (first..<first + 6).filter { world.memory.pageMap.entry(of: PageNumber($0)) != nil }
    #expect(mapped == Array(first + 2..<first + 6))
    world.memory.hide()
    #expect((first..<first + 6).allSatisfy { world.memory.pageMap.entry(of: PageNumber($0)) == nil })
    #expect(world.memory.statistics.resident == 6)
    // One that was touched before comes back with those that the same instruction may want.
    world.memory.reveal((first + 4) << 12)
    #expect((first + 2..<first + 6).allSatisfy { world.memory.pageMap.entry(of: PageNumber($0)) != nil })
    #expect(world.violation() == nil)
  }

  @Test func noPageIsMappedToSendItOut() throws {
    let world = World(isForced: true)
    let first = try world.allocate(pages: 6).first >> 12
    for page in first..<first + 6 { #expect(world.touch(page, isWrite: true) == .done) }
    let map = world.memory.pageMap
    var mapped: [Int] = []
    world.fixture.mmu.beforeExchange = { _, _ in
      mapped.append((first..<first + 6).count { map.entry(of: PageNumber($0)) != nil })
    }
    #expect(world.memory.evict(upTo: 6, isForced: true).queued == 6)
    world.fixture.mmu.beforeExchange = nil
    // The four that were, one after the other, before any is chosen.
    #expect(mapped == [4, 3, 2, 1])
    #expect(world.violation() == nil)
    world.settle()
    for page in first..<first + 6 { #expect(world.touchPatiently(page, isWrite: false) == .done) }
    #expect(world.violation() == nil)
  }

  @Test func whatWasWrittenIsNotTakenForClean() throws {
    let world = World(isForced: true)
    let page = try world.allocate(pages: 1).first >> 12
    #expect(world.touch(page, isWrite: true) == .done)
    world.memory.hide()
    // The entry that said so is gone; the page is dirty all the same.
    #expect(world.memory.evict(upTo: 1, isForced: true).queued == 1)
    world.settle()
    #expect(world.touchPatiently(page, isWrite: false) == .done)
    world.memory.hide()
    #expect(world.memory.evict(upTo: 1, isForced: true).dropped == 1)
    #expect(world.touchPatiently(page, isWrite: true) == .done)
    world.memory.hide()
    #expect(world.memory.evict(upTo: 1, isForced: true).queued == 1)
    world.submit()
    // Taken back on its way out, written to, and hidden before the transfer ends.
    #expect(world.touch(page, isWrite: true) == .done)
    world.memory.hide()
    world.complete(0, .done, mixing: 1)
    #expect(world.memory.pageState(at: page << 12) == .resident)
    world.evictAll()
    #expect(world.touchPatiently(page, isWrite: false) == .done)
    #expect(world.violation() == nil)
  }

  @Test func pinnedPagesAreHiddenToo() throws {
    let world = World(slotCount: nil, isForced: true)
    let page = try world.allocate(pages: 1).first >> 12
    let forbidden = FaultFailure.forbidden(address: page << 12 | 0x123, .interruptsOff)
    #expect(world.touch(page, isWrite: true, context: .interruptsOff) == .failed(forbidden))
    #expect(world.touch(page, isWrite: true) == .done)
    #expect(world.violation() == nil)
  }

  @Test func protectionOutlivesHiding() throws {
    let world = World(isForced: true)
    let range = try world.allocate(pages: 1)
    let page = range.first >> 12
    _ = world.touch(page, isWrite: true)
    world.memory.hide()
    try world.memory.protect(range, isWritable: false)
    #expect(world.touch(page, isWrite: true) == .failed(.readOnly(address: page << 12 | 0x123)))
    #expect(world.touch(page, isWrite: false) == .done)
    #expect(world.violation() == nil)
  }
}
