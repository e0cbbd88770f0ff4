import Frames
import Paging
import SimulatedMMU
import Testing
import VMap

@Suite struct RoundTripTests {
  @Test(
    arguments: [
      (0x2000, 0x200_0000), (0xFD00_0000, 0x40_0000), (0xFEB0_0123, 1), (0xFEB0_0FFF, 2), (0, 4096),
      (0xFFFF_FFFF, 1), (0xF000_0000, 0x100_0000), (0xFEBF_F001, 0xFFF), (0xFEBF_F001, 0x1000),
    ] as [(UInt32, UInt32)])
  func everyByteIsMappedAndUnmapped(physical: UInt32, size: UInt32) throws {
    let fixture = Fixture()
    let mapping = try fixture.window.vmap(physical, size: size, MappingOptions(owner: driver))
    #expect(mapping.size == size)
    for offset in Array(stride(from: UInt32(0), to: size, by: 0x1000)) + [size - 1] {
      let translation = try #require(fixture.window.query(mapping.address + offset))
      #expect(translation.frame.address | (mapping.address + offset) & 0xFFF == physical + offset)
    }
    try fixture.window.checkInvariants()
    try fixture.window.vunmap(mapping.address, size: size)
    #expect(fixture.window.query(mapping.address) == nil)
    try fixture.expectEmpty()
  }

  /// Memory is write-back and everything else uncached, within one mapping too.
  @Test func naturalTypesFollowTheMemoryMap() throws {
    let fixture = Fixture()
    let mapping = try fixture.window.vmap(0xFF_E000, size: 0x4000, MappingOptions(owner: driver))
    let types = (0..<4).map { fixture.window.query(mapping.address + $0 << 12)?.attributes.memoryType }
    #expect(types == [.writeBack, .writeBack, .uncached, .uncached])
    try fixture.window.vunmap(mapping.address, size: 0x4000)
    try fixture.expectEmpty()
  }

  @Test func pagesKeepTheOrderOfTheList() throws {
    let fixture = Fixture()
    let list = try fixture.takeFrames(2500).shuffled()
    let mapping = try fixture.window.vmapPages(list, MappingOptions(owner: driver))
    for (index, frame) in list.enumerated() {
      #expect(fixture.window.query(mapping.address + UInt32(index) << 12)?.frame == frame)
    }
    try fixture.window.vunmap(mapping.address, size: 2500 << 12)
    for frame in list { try fixture.frames.free(frame, owner: driver) }
    try fixture.expectEmpty()
  }

  @Test func protectTakesAndGivesTheRightToWrite() throws {
    let fixture = Fixture()
    let mapping = try fixture.window.vmap(0xFD00_0000, size: 0x80_0000, MappingOptions(owner: driver))
    for isWritable in [false, true] {
      try fixture.window.protect(mapping.address, isWritable: isWritable)
      for offset in stride(from: UInt32(0), to: 0x80_0000, by: 0x10_0000) {
        #expect(fixture.window.query(mapping.address + offset)?.attributes.isWritable == isWritable)
      }
    }
    #expect(fixture.map.splitCount == 0)
    try fixture.window.vunmap(mapping.address)
    try fixture.expectEmpty()
  }

  @Test func iterationNamesOwnersAndStaysWithinMappings() throws {
    let fixture = Fixture()
    var options = MappingOptions(owner: driver)
    options.hasGuardPage = true
    let first = try fixture.window.vmap(0xFEB0_0000, size: 0x3000, options)
    let second = try fixture.window.vmap(0xFEC0_0000, size: 0x1000, MappingOptions(owner: otherDriver))
    var seen: [(UInt32, UInt32, UInt16, Bool)] = []
    fixture.window.forEachMapping {
      seen.append(($0.pages.first.address, $0.pages.count, $0.owner.rawValue, $0.hasGuard))
    }
    seen.sort { $0.2 < $1.2 }
    #expect(seen.map(\.0) == [first.address, second.address])
    #expect(seen.map(\.1) == [3, 1])
    #expect(seen.map(\.2) == [9, 10])
    #expect(seen.map(\.3) == [true, false])
  }
}
