import Frames
import Paging
import SimulatedMMU
import Testing
import VMap
import VMem

@Suite struct DirectoryCaseTests {
  @Test(arguments: DirectoryCase.all, [true, false])
  func aRequestSucceedsExactlyIfARangeIsFree(example: DirectoryCase, hasLargePages: Bool) throws {
    var configuration = Fixture.Configuration()
    configuration.window = AddressRange(
      first: 0xE000_0000, last: 0xE000_0000 + (UInt32(example.pieces.count) << 22 - 1))
    configuration.features.hasLargePages = hasLargePages
    let fixture = Fixture(configuration)
    let used = try occupy(fixture, example.pieces)
    let tables = fixture.map.tableCount
    // Device memory, congruent to nothing in particular.
    let result = Result {
      try fixture.window.vmap(0xF000_2000, size: example.size, MappingOptions(owner: driver))
    }
    guard example.isFeasible else {
      #expect(throws: VMapError.noSpace(pages: example.size >> 12)) { _ = try result.get() }
      #expect(fixture.map.tableCount == tables)
      return
    }
    let mapping = try result.get()
    let range = AddressRange(first: mapping.address, last: mapping.address + (example.size - 1))
    #expect(configuration.window.contains(range))
    #expect(range.first >= example.lowest!)
    for other in used { #expect(!range.overlaps(other)) }
    try fixture.window.vunmap(mapping.address, size: example.size)
    #expect(fixture.map.tableCount == tables)
  }

  /// Makes the window look as the case says; returns what is in use. Blank tables do not exist here: a table that
  /// becomes empty is freed, which is the point.
  private func occupy(_ fixture: Fixture, _ pieces: [Piece]) throws -> [AddressRange<UInt32>] {
    var used: [AddressRange<UInt32>] = []
    for (index, piece) in pieces.enumerated() {
      let base = 0xE0000 + UInt32(index) << 10
      switch piece {
      case .empty: continue
      case .table(let ranges):
        for range in ranges {
          let pages = PageRange(
            PageNumber(base + range.lowerBound), through: PageNumber(base + range.upperBound - 1))
          try fixture.map.map(pages, to: FrameNumber(0xA0000), PageAttributes(.uncached))
          used.append(AddressRange(first: pages.first.address, last: pages.last.address | 0xFFF))
        }
      case .largePage:
        let pages = PageRange(PageNumber(base), count: 1024)!
        try fixture.map.map(pages, to: FrameNumber(0xA0000), PageAttributes(.uncached))
        used.append(AddressRange(first: pages.first.address, last: pages.last.address | 0xFFF))
      }
    }
    for range in used { _ = try fixture.window.arena.claim(range, owner: otherDriver) }
    return used
  }
}
