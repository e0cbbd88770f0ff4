import Frames
import Paging
import Primitives
import SimulatedMMU
import Testing

/// Map, unmap, protect and query of a page map by itself; after every error everything is as before (law 9).
@Suite struct MapTests {
  private static func pages(_ first: UInt32, _ count: UInt32) -> PageRange {
    PageRange(PageNumber(first), count: count)!
  }

  private func expectUnchanged(
    _ fixture: Fixture, _ error: PagingError, _ body: (Fixture.Map) throws -> Void
  ) throws {
    let before = (fixture.freeFrames, fixture.map.tableCount)
    #expect(throws: error) { try body(fixture.map) }
    #expect(fixture.freeFrames == before.0 && fixture.map.tableCount == before.1)
    try fixture.map.checkInvariants()
  }

  private func unmap(_ fixture: Fixture, _ pages: PageRange) throws {
    fixture.map.finish(try fixture.map.unmap(pages))
  }

  @Test func overAMappingAndUnmappingNothing() throws {
    let fixture = Fixture()
    let attributes = PageAttributes(.uncached)
    try fixture.map.map(Self.pages(0xE0400, 4), to: FrameNumber(0xFD000), attributes)
    // The second piece of it is taken: the first is undone.
    try expectUnchanged(fixture, .alreadyMapped(PageNumber(0xE0400))) {
      try $0.map(Self.pages(0xE03F0, 32), to: FrameNumber(0xFE000), attributes)
    }
    #expect(fixture.map.query(PageNumber(0xE03F0)) == nil)
    try expectUnchanged(fixture, .notMapped(PageNumber(0xE0404))) {
      _ = try $0.unmap(Self.pages(0xE0402, 4))
    }
    try expectUnchanged(fixture, .notMapped(PageNumber(0xE0800))) {
      _ = try $0.unmap(Self.pages(0xE0800, 1))
    }
    try expectUnchanged(fixture, .notMapped(PageNumber(0xE0404))) {
      try $0.protect(Self.pages(0xE0400, 5), isWritable: false)
    }
    for page in UInt32(0)..<4 {
      let translation = try #require(fixture.map.query(PageNumber(0xE0400 + page)))
      #expect(translation.frame.rawValue == 0xFD000 + page && translation.attributes.isWritable)
    }
    try unmap(fixture, Self.pages(0xE0400, 4))
    #expect(fixture.map.tableCount == 0)
  }

  @Test func whatNobodyMayMap() throws {
    let fixture = Fixture()
    let attributes = PageAttributes(.uncached)
    try expectUnchanged(fixture, .pageZero) { try $0.map(Self.pages(0, 1), to: FrameNumber(5), attributes) }
    try expectUnchanged(fixture, .notManaged(PageNumber(0xDFFFF))) {
      try $0.map(Self.pages(0xDFFFF, 2), to: FrameNumber(5), attributes)
    }
    try expectUnchanged(fixture, .framesWrap(first: FrameNumber(0xFFFFF), count: 2)) {
      try $0.map(Self.pages(0xE0000, 2), to: FrameNumber(0xFFFFF), attributes)
    }
    // A range of pages past the end cannot even be said; the last page and the last frame are as good as any.
    #expect(PageRange(PageNumber(0xFFFFF), count: 2) == nil)
    try fixture.map.map(Self.pages(0xFFFFF, 1), to: FrameNumber(0xFFFFF), attributes)
    #expect(fixture.map.query(PageNumber(0xFFFFF))?.frame == FrameNumber(0xFFFFF))
    try unmap(fixture, Self.pages(0xFFFFF, 1))
  }

  /// Large pages where page, frame and length agree and the processor has them; global ones where it has those.
  @Test(arguments: [true, false], [true, false])
  func sizesFollowTheProcessor(hasLargePages: Bool, hasGlobalPages: Bool) throws {
    var configuration = Fixture.Configuration()
    configuration.features = PagingFeatures(
      hasLargePages: hasLargePages, hasGlobalPages: hasGlobalPages, hasAttributeTable: false)
    let fixture = Fixture(configuration)
    let attributes = PageAttributes(.uncached)
    // A page before and a page behind an aligned 4 MiB.
    try fixture.map.map(Self.pages(0xE03FF, 1026), to: FrameNumber(0xF03FF), attributes)
    for (page, isAligned) in [(0xE03FF, false), (0xE0400, true), (0xE07FF, true), (0xE0800, false)]
      as [(UInt32, Bool)]
    {
      let translation = try #require(fixture.map.query(PageNumber(page)))
      #expect(translation.frame.rawValue == page + 0x10000)
      #expect(translation.isLarge == (isAligned && hasLargePages))
      #expect(translation.attributes.isGlobal == hasGlobalPages)
    }
    #expect(fixture.map.tableCount == (hasLargePages ? 2 : 3))
    try unmap(fixture, Self.pages(0xE03FF, 1026))
    // Where they do not agree, and where nobody wants them: small ones.
    for (frame, wish) in [(0xF0001, true), (0xF0000, false)] as [(UInt32, Bool)] {
      try fixture.map.map(Self.pages(0xE0400, 1024), to: FrameNumber(frame), attributes, largePages: wish)
      #expect(fixture.map.query(PageNumber(0xE0400))?.isLarge == false)
      try unmap(fixture, Self.pages(0xE0400, 1024))
    }
    #expect(fixture.map.tableCount == 0)
    try fixture.map.checkInvariants()
  }

  /// A part of a large page goes: the rest keeps frame, type and rights, in small pages, and one full flush serves.
  @Test(arguments: [(0, 1), (0, 1023), (1, 1), (511, 100), (1023, 1)] as [(UInt32, UInt32)])
  func partOfALargePage(first: UInt32, count: UInt32) throws {
    let fixture = Fixture()
    fixture.mmu.watched = [0xE0400, 0xE0401, 0xE05FF, 0xE07FF]
    let attributes = PageAttributes(.writeCombining, software: 5)
    try fixture.map.map(Self.pages(0xE0400, 1024), to: FrameNumber(0xFD000), attributes)
    #expect(fixture.map.tableCount == 0)
    let flushes = fixture.mmu.fullFlushCount
    try unmap(fixture, Self.pages(0xE0400 + first, count))
    #expect(fixture.map.splitCount == 1 && fixture.mmu.fullFlushCount == flushes + 1)
    for page in UInt32(0)..<1024 {
      let translation = fixture.map.query(PageNumber(0xE0400 + page))
      let isGone = page >= first && page < first + count
      #expect((translation == nil) == isGone)
      guard let translation else { continue }
      #expect(translation.frame.rawValue == 0xFD000 + page && translation.attributes == attributes)
    }
    // No processor kept the large translation, or one of a page that is gone.
    for processor in fixture.mmu.processors {
      for (page, cached) in processor.translations {
        #expect(fixture.map.query(PageNumber(page)) != nil && cached.allSatisfy { !$0.isLarge })
      }
    }
    try fixture.map.checkInvariants()
    if first > 0 { try unmap(fixture, Self.pages(0xE0400, first)) }
    if first + count < 1024 { try unmap(fixture, Self.pages(0xE0400 + first + count, 1024 - first - count)) }
    #expect(fixture.map.tableCount == 0)
  }

  /// Without a table to split with, nothing is unmapped.
  @Test func aSplitThatFindsNoTable() throws {
    let fixture = Fixture()
    try fixture.map.map(Self.pages(0xE0400, 1024), to: FrameNumber(0xFD000), PageAttributes(.uncached))
    fixture.frames.fault = FaultPoint(failing: 1)
    try expectUnchanged(fixture, .outOfTables(.exhausted(.direct))) {
      _ = try $0.unmap(Self.pages(0xE0410, 1))
    }
    fixture.frames.fault = FaultPoint(failing: 1)
    try expectUnchanged(fixture, .outOfTables(.exhausted(.direct))) {
      try $0.protect(Self.pages(0xE0410, 1), isWritable: false)
    }
    #expect(fixture.map.query(PageNumber(0xE0410))?.isLarge == true && fixture.map.splitCount == 0)
    try unmap(fixture, Self.pages(0xE0400, 1024))
  }

  /// The n-th of four tables is wanting: what was mapped is undone and flushed.
  @Test(arguments: 1...4) func aMapThatRunsOutOfTables(n: Int) throws {
    let fixture = Fixture()
    fixture.mmu.watched = [0xE0000, 0xE0400, 0xE0800, 0xE0C00]
    fixture.frames.fault = FaultPoint(failing: UInt32(n))
    try expectUnchanged(fixture, .outOfTables(.exhausted(.direct))) {
      try $0.map(
        Self.pages(0xE0000, 4096), to: FrameNumber(0xF0000), PageAttributes(.uncached), largePages: false)
    }
    #expect(fixture.mmu.processors.allSatisfy { $0.translations.isEmpty })
  }

  /// A table that is held stays when it is empty, and mapping below it takes no frame.
  @Test func aHeldTableStays() throws {
    let fixture = Fixture()
    let page = PageNumber(0xE0400)
    try fixture.map.holdTable(of: page)
    try fixture.map.holdTable(of: page)
    let free = fixture.freeFrames
    fixture.frames.fault = FaultPoint(failing: 1)
    try fixture.map.map(Self.pages(0xE0400, 8), to: FrameNumber(0xFD000), PageAttributes(.uncached))
    fixture.frames.fault = FaultPoint()
    try unmap(fixture, Self.pages(0xE0400, 8))
    #expect(fixture.map.tableCount == 1 && fixture.freeFrames == free)
    fixture.map.dropTable(of: page)
    #expect(fixture.map.tableCount == 1)
    try fixture.map.checkInvariants()
    fixture.map.dropTable(of: page)
    #expect(fixture.map.tableCount == 0 && fixture.freeFrames == free + 1)
    #expect(throws: PagingError.pageZero) { try fixture.map.holdTable(of: PageNumber(0)) }
  }
}
