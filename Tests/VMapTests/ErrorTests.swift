import Frames
import Paging
import Primitives
import SimulatedMMU
import Testing
import VMap
import VMem

/// Every error, with what it carries; and after every error everything is as before (law 9).
@Suite struct ErrorTests {
  let fixture = Fixture.window(pages: 4096)
  var window: Fixture.Window { fixture.window }

  func expectUnchanged(_ expected: VMapError, _ body: () throws -> Void) throws {
    let (frames, tables, live) = (fixture.frames.statistics, fixture.map.tableCount, window.statistics.live)
    let inUse = window.arena.statistics.inUse
    #expect(throws: expected) { try body() }
    #expect(fixture.frames.statistics.free == frames.free)
    #expect(fixture.map.tableCount == tables)
    #expect(window.statistics.live == live)
    #expect(window.arena.statistics.inUse == inUse)
    try window.checkInvariants()
    try fixture.map.checkInvariants()
  }

  func vmap(_ physical: UInt32, _ size: UInt32, _ cache: CachePolicy = .natural, largePages: Bool = true)
    throws -> Mapping
  {
    var options = MappingOptions(cache, owner: driver)
    options.mayUseLargePages = largePages
    return try window.vmap(physical, size: size, options)
  }

  @Test func requestsThatCannotBeMeant() throws {
    try expectUnchanged(.empty) { _ = try vmap(0x2000, 0) }
    try expectUnchanged(.empty) { _ = try window.vmapPages([], MappingOptions(owner: driver)) }
    try expectUnchanged(.wraps(physical: 0xFFFF_F000, size: 0x1001)) { _ = try vmap(0xFFFF_F000, 0x1001) }
    try expectUnchanged(.wraps(physical: 2, size: .max)) { _ = try vmap(2, .max) }
    try expectUnchanged(.noSpace(pages: 0x1001)) { _ = try vmap(0xF000_0000, 0x100_1000) }
    // The last byte of the physical space is an address like any other.
    try window.vunmap(try vmap(0xFFFF_F000, 0x1000).address)
  }

  @Test func ordinaryMemoryWhereThereIsNone() throws {
    try expectUnchanged(.notMemory(FrameNumber(4096))) { _ = try vmap(0xFF_F000, 0x2000, .writeBack) }
    try expectUnchanged(.notMemory(FrameNumber(0xFD000))) {
      _ = try window.vmapPages([FrameNumber(0xFD000)], MappingOptions(owner: driver))
    }
  }

  /// One frame never has two memory types at once.
  @Test func secondMemoryTypes() throws {
    try expectUnchanged(.memoryType(FrameNumber(2), existing: .writeBack, owner: .none)) {
      _ = try vmap(0x2000, 0x1000, .uncached)
    }
    let frameBuffer = try vmap(0xFD00_0000, 0x10_0000, .writeCombining)
    let refusal = VMapError.memoryType(FrameNumber(0xFD0FF), existing: .writeCombining, owner: driver)
    try expectUnchanged(refusal) { _ = try vmap(0xFD0F_F000, 0x2000, .uncached) }
    try expectUnchanged(refusal) { _ = try vmap(0xFD0F_F000, 0x2000, .natural) }
    // The same type again, and another frame of the same 4 MiB with another type, are no conflict.
    let again = try vmap(0xFD00_0000, 0x1000, .writeCombining)
    let neighbour = try vmap(0xFD10_0000, 0x1000, .uncached)
    try window.vunmap(frameBuffer.address)
    try expectUnchanged(.memoryType(FrameNumber(0xFD000), existing: .writeCombining, owner: driver)) {
      _ = try vmap(0xFD00_0000, 0x1000, .uncached)
    }
    try window.vunmap(again.address)
    let uncached = try vmap(0xFD00_0000, 0x1000, .uncached)
    try window.vunmap(neighbour.address)
    try window.vunmap(uncached.address)
    try fixture.expectEmpty()
  }

  @Test func wrongDoubleAndPartialUnmapsNameTheOwner() throws {
    let mapping = try vmap(0xFEB0_0000, 0x3000)
    let range = AddressRange(first: mapping.address, last: mapping.address + 0x2FFF)
    try expectUnchanged(.outsideWindow(0xDFFF_FFFF)) { try window.vunmap(0xDFFF_FFFF) }
    try expectUnchanged(.notStart(mapping.address + 0x1000, mapping: range, owner: driver)) {
      try window.vunmap(mapping.address + 0x1000)
    }
    for size in [0x2000, 0x4000, 0, 0x3001] as [UInt32] {
      try expectUnchanged(.sizeMismatch(mapping.address, size: size, mapping: range, owner: driver)) {
        try window.vunmap(mapping.address, size: size)
      }
    }
    try expectUnchanged(.notStart(mapping.address + 0x2FFF, mapping: range, owner: driver)) {
      try window.protect(mapping.address + 0x2FFF, isWritable: false)
    }
    try window.vunmap(mapping.address, size: 0x2001)
    try expectUnchanged(.notMapped(mapping.address)) { try window.vunmap(mapping.address) }
    try fixture.expectEmpty()
  }

  @Test func aMappingInQuarantineIsLeaving() throws {
    let frames = try fixture.takeFrames(2)
    let anchor = try vmap(0xFEB0_0000, 0x1000)
    let mapping = try window.vmapPages(frames, MappingOptions(owner: driver), isOwned: true)
    try window.vunmap(mapping.address, isDeferred: true)
    try expectUnchanged(.leaving(mapping.address, owner: driver)) { try window.vunmap(mapping.address) }
    window.drain()
    try expectUnchanged(.notMapped(mapping.address)) { try window.vunmap(mapping.address) }
    try window.vunmap(anchor.address)
    try fixture.expectEmpty()
  }

  @Test func framesThatCannotBeOwned() throws {
    let frames = try fixture.takeFrames(2)
    let foreign = try fixture.takeFrames(1, owner: otherDriver)[0]
    let options = MappingOptions(owner: driver)
    try expectUnchanged(.notOwned(foreign)) {
      _ = try window.vmapPages(frames + [foreign], options, isOwned: true)
    }
    try expectUnchanged(.notOwned(frames[0])) {
      _ = try window.vmapPages(frames + [frames[0]], options, isOwned: true)
    }
    // Borrowed frames may be anybody's, and twice.
    try window.vunmap(try window.vmapPages(frames + [foreign, foreign], options).address)
  }

  /// Tables run out in the middle of a map: at the first, the second... table of four.
  @Test(arguments: 1...4) func aMapThatRunsOutOfTablesIsUndone(n: Int) throws {
    fixture.mmu.watched = [0xE0000, 0xE0400, 0xE0800]
    fixture.frames.fault = FaultPoint(failing: UInt32(n))
    try expectUnchanged(.outOfTables(.exhausted(.direct))) {
      _ = try vmap(0xF000_0000, 16 << 20, largePages: false)
    }
    #expect(fixture.frames.fault == FaultPoint())
    // Whatever was mapped for a moment is in no processor's cache any more.
    #expect(fixture.mmu.processors.allSatisfy { $0.translations.isEmpty })
    try window.vunmap(try vmap(0xF000_0000, 16 << 20, largePages: false).address)
    try fixture.expectEmpty()
  }

  @Test func aMapThatFindsNoTableForAList() throws {
    let frames = try fixture.takeFrames(2000)
    fixture.frames.fault = FaultPoint(failing: 2)
    try expectUnchanged(.outOfTables(.exhausted(.direct))) {
      _ = try window.vmapPages(frames, MappingOptions(owner: driver))
    }
  }

  @Test func noFrameForRecords() throws {
    var configuration = Fixture.Configuration()
    configuration.windowTags = 2
    let fixture = Fixture(configuration)
    let options = MappingOptions(owner: driver)
    // Two in the worst case are four side by side.
    for page in UInt32(0)..<4 { _ = try fixture.window.vmap(0xFEB0_0000 + page << 12, size: 1, options) }
    fixture.frames.fault = FaultPoint(failing: 1)
    #expect(throws: VMapError.outOfRecords(.exhausted(.direct))) {
      _ = try fixture.window.vmap(0xFEB0_0000, size: 1, options)
    }
    _ = try fixture.window.vmap(0xFEB0_0000, size: 1, options)
    #expect(fixture.window.statistics.recordFrames == 1)
    try fixture.window.checkInvariants()
  }

  @Test func addressesRunOutOnDemand() throws {
    window.fault = FaultPoint(failing: 2)
    let mapping = try vmap(0xFEB0_0000, 1)
    try expectUnchanged(.noSpace(pages: 1)) { _ = try vmap(0xFEB0_0000, 1) }
    try window.vunmap(mapping.address)
    try fixture.expectEmpty()
  }

  @Test func somebodyElsesPageInTheWindowIsNamed() throws {
    let page = PageNumber(0xE0003)
    try fixture.map.map(PageRange(page, count: 1)!, to: FrameNumber(0xFEB00), PageAttributes(.uncached))
    #expect(throws: VMapError.paging(.alreadyMapped(page))) {
      _ = try vmap(0xF000_0000, 16 << 20, largePages: false)
    }
    #expect(window.arena.statistics.inUse == 0)
    #expect(fixture.map.tableCount == 1)
  }
}
