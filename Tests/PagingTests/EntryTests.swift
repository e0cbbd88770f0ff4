import Frames
import Paging
import Testing

@Suite struct EntryTests {
  static let all = PagingFeatures(hasLargePages: true, hasGlobalPages: true, hasAttributeTable: true)
  static let none = PagingFeatures(hasLargePages: false, hasGlobalPages: false, hasAttributeTable: false)

  @Test(arguments: MemoryType.allCases, [true, false])
  func attributesSurviveAnEntry(type: MemoryType, isWritable: Bool) {
    let attributes = PageAttributes(type, isWritable: isWritable, software: 5)
    let entry = PageTableEntry(FrameNumber(0xABCDE), attributes, on: Self.all)
    #expect(entry.frame == FrameNumber(0xABCDE))
    #expect(entry.attributes == attributes)
  }

  /// The PAT bit is bit 7 of a small entry and bit 12 of a large one, where bit 7 says large.
  @Test func thePATBitMovesFromTwelveToSevenInASplit() {
    let attributes = PageAttributes(.writeCombining)
    let small = PageTableEntry(FrameNumber(0x400), attributes, on: Self.all)
    #expect(small.rawValue & 0x1080 == 0x80)
    let large = PageDirectoryEntry(large: FrameNumber(0x400), attributes, on: Self.all)
    #expect(large.rawValue & 0x1080 == 0x1080)
    #expect(large.isLarge)
    #expect(large.smallEntry(at: 0) == small)
    #expect(large.smallEntry(at: 1023) == PageTableEntry(FrameNumber(0x7FF), attributes, on: Self.all))
    // A large page of another type keeps bit 12 clear, and its parts keep bit 7 clear.
    let plain = PageDirectoryEntry(large: FrameNumber(0x400), PageAttributes(.uncached), on: Self.all)
    #expect(plain.rawValue & 0x1080 == 0x80)
    #expect(plain.smallEntry(at: 3).rawValue & 0x80 == 0)
  }

  /// Bits by hand from SDM 4.3, tables 4-5 and 4-6.
  @Test func bitsAreTheManuals() {
    let frame = FrameNumber(0xFD000)
    let back = PageAttributes(.writeBack)
    #expect(PageTableEntry(frame, back, on: Self.all).rawValue == 0xFD00_0103)
    #expect(PageTableEntry(frame, back, on: Self.none).rawValue == 0xFD00_0003)
    #expect(PageTableEntry(frame, PageAttributes(.uncached), on: Self.none).rawValue == 0xFD00_001B)
    #expect(PageTableEntry(frame, PageAttributes(.writeCombining), on: Self.none).rawValue == 0xFD00_001B)
    #expect(PageTableEntry(frame, PageAttributes(.writeCombining), on: Self.all).rawValue == 0xFD00_0193)
    let large = PageDirectoryEntry(
      large: frame, PageAttributes(.writeCombining, isWritable: false), on: Self.all)
    #expect(large.rawValue == 0xFD00_1191)
    #expect(PageDirectoryEntry(table: frame).rawValue == 0xFD00_0003)
  }

  /// Where an erratum drops the PAT bit, write-combining decays to the type of an entry below 4 that is safe.
  @Test func withoutThePATBitWriteCombiningIsUncached() {
    let bits = PageTableEntry(FrameNumber(0), PageAttributes(.writeCombining), on: Self.all).rawValue
    let index = (bits >> 7 & 1) * 4 + (bits >> 4 & 1) * 2 + bits >> 3 & 1
    let table = UInt64(MemoryType.attributeTableHigh) << 32 | UInt64(MemoryType.attributeTableLow)
    #expect(table >> (8 * UInt64(index)) & 0xFF == 1)
    #expect(table >> (8 * UInt64(index & 3)) & 0xFF == 7)
  }
}
