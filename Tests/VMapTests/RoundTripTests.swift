import Frames
import Paging
import Primitives
import SimulatedMMU
import Testing
import VMap

@Suite struct RoundTripTests {
  static let driver = Owner(rawValue: 9)

  /// Everything that a mapping took is free again, and the tables are as before.
  func expectEmpty(_ fixture: Fixture, frames before: FrameStatistics) throws {
    #expect(fixture.map.tableCount == 0)
    #expect(fixture.window.statistics.live == 0)
    let after = fixture.frames.statistics
    #expect(after.free == before.free - fixture.window.statistics.recordFrames)
    try fixture.frames.checkInvariants()
    #expect(fixture.window.arena.checkInvariants() == 0)
  }

  @Test(
    arguments: [
      (0x2000, 0x200_0000), (0xFD00_0000, 0x40_0000), (0xFEB0_0123, 1), (0xFEB0_0FFF, 2), (0, 4096),
      (0xFFFF_FFFF, 1), (0xF000_0000, 0x100_0000),
    ] as [(UInt32, UInt32)])
  func everyByteIsMappedAndUnmapped(physical: UInt32, size: UInt32) throws {
    let fixture = Fixture()
    let before = fixture.frames.statistics
    let mapping = try fixture.window.vmap(physical, size: size, MappingOptions(owner: Self.driver))
    var offset: UInt32 = 0
    while offset < size {
      let translation = try #require(fixture.window.query(mapping.address + offset))
      #expect(translation.frame.address | (mapping.address &+ offset) & 0xFFF == physical + offset)
      offset += min(0x1000, max(1, size - offset))
    }
    #expect(
      fixture.window.query(mapping.address + (size - 1))?.frame
        == FrameNumber(containing: physical + (size - 1)))
    try fixture.window.vunmap(mapping.address, size: size)
    #expect(fixture.window.query(mapping.address) == nil)
    try expectEmpty(fixture, frames: before)
  }
}
