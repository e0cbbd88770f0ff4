import Frames
import Paging
import Primitives
import SimulatedMMU
import Testing

/// Accessed and dirty bits that processors set on their own, up to the exchange that clears an entry.
@Suite struct DirtyBitTests {
  static let owner = Owner(rawValue: 20)
  let fixture = Fixture()
  let pages = PageRange(PageNumber(0xE0005), count: 6)!

  func mapFrames() throws {
    let frames = try (0..<pages.count).map { _ in try fixture.frames.allocate(owner: Self.owner) }
    try fixture.map.map(pages, PageAttributes(.writeBack)) { frames[Int($0)] }
  }

  @Test func aReceiptSaysWhatWasWritten() throws {
    try mapFrames()
    fixture.mmu.access(PageNumber(0xE0006), isWrite: true)
    fixture.mmu.access(PageNumber(0xE0008), isWrite: true)
    fixture.mmu.access(PageNumber(0xE0009), isWrite: false)
    #expect(fixture.map.query(PageNumber(0xE0006))?.isDirty == true)
    #expect(fixture.map.query(PageNumber(0xE0009))?.isAccessed == true)
    #expect(fixture.map.query(PageNumber(0xE0009))?.isDirty == false)
    #expect(fixture.map.query(PageNumber(0xE000A))?.isAccessed == false)
    let receipt = try fixture.map.unmap(pages, collecting: true)
    #expect(receipt.dirtyCount == 2)
    #expect(receipt.frameCount == 6)
    fixture.map.finish(receipt)
    #expect(fixture.frames.statistics.single == (fixture.map.trim() ? 1 : 0))
  }

  /// Each page is written to at the last moment before its entry is cleared.
  @Test func aWriteUpToTheExchangeIsNoticed() throws {
    try mapFrames()
    let mmu = fixture.mmu
    mmu.beforeExchange = { _, index in
      if index >= 5 && index < 11 { mmu.access(PageNumber(0xE0000 + index), isWrite: true) }
    }
    let receipt = try fixture.map.unmap(pages, collecting: true)
    mmu.beforeExchange = nil
    #expect(receipt.dirtyCount == 6)
    fixture.map.finish(receipt)
  }

  /// A change of rights keeps what a processor set meanwhile.
  @Test func protectKeepsTheBits() throws {
    try mapFrames()
    let mmu = fixture.mmu
    var written = 0
    mmu.beforeExchange = { _, index in
      guard index >= 5 && index < 11 else { return }
      written += mmu.access(PageNumber(0xE0000 + index), isWrite: true) ? 1 : 0
    }
    try fixture.map.protect(pages, isWritable: false)
    mmu.beforeExchange = nil
    #expect(written >= 6)
    #expect(!mmu.access(pages.first, isWrite: true))
    let receipt = try fixture.map.unmap(pages, collecting: true)
    #expect(receipt.dirtyCount == 6)
    fixture.map.finish(receipt)
  }
}
