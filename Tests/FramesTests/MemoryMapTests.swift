import Frames
import Primitives
import Testing

@Suite struct MemoryMapTests {
  func range(_ first: UInt32, _ last: UInt32) -> FrameRange {
    FrameRange(FrameNumber(first), through: FrameNumber(last))
  }

  func ranges(_ map: MemoryMap) -> [FrameRange] { (0..<map.rangeCount).compactMap { map.frames(at: $0) } }

  /// What QEMU's firmware says with `-m 64M`.
  @Test func firmwareMapOfQEMU() {
    var map = MemoryMap()
    map.add(base: 0, length: 0x9FC00)
    map.add(base: 0x100000, length: 0x3EE0000)
    map.remove(base: 0x9FC00, length: 0x400)
    map.remove(base: 0xF0000, length: 0x10000)
    map.remove(base: 0x3FE0000, length: 0x20000)
    map.remove(base: 0xFFFC_0000, length: 0x40000)
    #expect(ranges(map) == [range(0, 0x9E), range(0x100, 0x3FDF)])
    #expect(map.frameLimit == 0x3FE0)
    #expect(map.run(at: FrameNumber(0x9F)) == (false, FrameNumber(0xFF)))
    #expect(map.run(at: FrameNumber(0x100)) == (true, FrameNumber(0x3FDF)))
    #expect(map.run(at: FrameNumber(0x3FE0)) == (false, FrameNumber(0xF_FFFF)))
  }

  @Test func memoryAboveFourGiBIsCountedAndIgnored() {
    var map = MemoryMap()
    map.add(base: 0x1_0000_0000, length: 0x4000_0000)
    #expect(map.rangeCount == 0)
    #expect(map.ignoredKiB == 0x10_0000)
    map.add(base: 0xFFFF_F000, length: 0x3000)
    #expect(ranges(map) == [range(0xF_FFFF, 0xF_FFFF)])
    #expect(map.ignoredKiB == 0x10_0008)
  }

  @Test func whereEntriesOverlapTheCautiousOneWins() {
    var map = MemoryMap()
    map.add(base: 0x1000, length: 0x10000)
    map.add(base: 0x8000, length: 0x10000)
    map.remove(base: 0x4800, length: 0x1000)
    #expect(ranges(map) == [range(1, 3), range(6, 0x17)])
  }

  /// Two entries that meet in the middle of a frame make that frame memory.
  @Test func adjacentEntriesMerge() {
    var map = MemoryMap()
    map.add(base: 0x1000, length: 0x800)
    map.add(base: 0x2000, length: 0x1000)
    map.add(base: 0x1800, length: 0x800)
    #expect(ranges(map) == [range(1, 2)])
  }

  /// Against a set of bytes, in units of 1 KiB over 64 KiB.
  @Test func randomMapsMatchASet() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var map = MemoryMap()
      var model = Set<UInt64>()
      for _ in 0..<12 {
        let base = UInt64.random(in: 0..<64, using: &random)
        let length = UInt64.random(in: 1...16, using: &random)
        if Bool.random(using: &random) {
          map.add(base: base << 10, length: length << 10)
          model.formUnion(base..<base + length)
        } else {
          map.remove(base: base << 10, length: length << 10)
          model.subtract(base..<base + length)
        }
      }
      let frames = (0..<UInt64(32)).filter { frame in (0..<4).allSatisfy { model.contains(frame * 4 + $0) } }
      let found = ranges(map).flatMap { UInt64($0.first.rawValue)...UInt64($0.last.rawValue) }
      #expect(found == frames)
    }
  }

  @Test func carvingAvoidsReservationsAndReserves() throws {
    var map = MemoryMap()
    map.add(base: 0, length: 0x9F000)
    map.add(base: 0x100000, length: 0x300000)
    map.reserve(first: 0x100000, last: 0x17FFFF, owner: Owner(rawValue: 1))
    map.reserve(first: 0x182345, last: 0x182345, owner: Owner(rawValue: 1))
    #expect(map.carve(count: 2, below: 0x400, owner: Owner(rawValue: 2)) == range(0x180, 0x181))
    #expect(map.carve(count: 3, below: 0x400, owner: Owner(rawValue: 2)) == range(0x183, 0x185))
    #expect(map.carve(count: 0x27A, below: 0x400, owner: Owner(rawValue: 2)) == range(0x186, 0x3FF))
    #expect(map.carve(count: 1, below: 0x400, owner: Owner(rawValue: 2)) == nil)
  }
}
