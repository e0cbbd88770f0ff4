import Testing
import VMem

@testable import Multiboot

@Suite("Multiboot: memory map")
struct MemoryMapTests {
  @Test("entries come in the loader's order, closed at both ends")
  func entries() throws {
    let entries = Array(try Loader().parse().memoryMap)
    #expect(
      entries == [
        MemoryMapEntry(range: AddressRange(first: 0, last: 0x9FBFF), kind: .available),
        MemoryMapEntry(range: AddressRange(first: 0x10_0000, last: 0x7F_FFFF), kind: .available),
      ])
  }

  @Test("an entry may be larger than the fields that are known")
  func largerEntries() throws {
    var loader = Loader()
    loader.memory.put(28 + 24, at: Loader.information + 44)
    loader.memory.putEntry(at: Loader.map, base: 0, length: 0x1000, type: 1, size: 24)
    loader.memory.putEntry(at: Loader.map + 28, base: 0x2000, length: 0x1000, type: 2)
    #expect(try loader.parse().memoryMap.map(\.range.first) == [0, 0x2000])
  }

  @Test("a range above 4 GiB keeps its 64-bit addresses")
  func aboveFourGigabytes() throws {
    var loader = Loader()
    loader.memory.putEntry(at: Loader.map + 24, base: 1 << 32, length: 3 << 30, type: 1)
    #expect(
      try Array(loader.parse().memoryMap)[1].range == AddressRange(first: 0x1_0000_0000, last: 0x1_BFFF_FFFF))
  }

  @Test("a range that would wrap ends at the top of the space (Multiboot-I4)")
  func wrapping() throws {
    var loader = Loader()
    loader.memory.putEntry(at: Loader.map + 24, base: .max - 0xFFF, length: 0x2000, type: 2)
    #expect(try Array(loader.parse().memoryMap)[1].range == AddressRange(first: .max - 0xFFF, last: .max))
  }

  @Test("an empty entry is left out")
  func empty() throws {
    var loader = Loader()
    loader.memory.putEntry(at: Loader.map, base: 0x5000, length: 0, type: 1)
    #expect(try loader.parse().memoryMap.map(\.range.first) == [0x10_0000])
  }

  @Test(
    "the type decides, and an unknown one means reserved",
    arguments: [
      (1, MemoryMapEntry.Kind.available), (2, .reserved), (3, .acpiReclaimable), (4, .acpiNonVolatile),
      (5, .defective), (0, .reserved), (6, .reserved), (.max, .reserved),
    ] as [(UInt32, MemoryMapEntry.Kind)])
  func kinds(type: UInt32, kind: MemoryMapEntry.Kind) throws {
    var loader = Loader()
    loader.memory.putEntry(at: Loader.map, base: 0, length: 1, type: type)
    #expect(try Array(loader.parse().memoryMap)[0].kind == kind)
  }

  @Test("without a map there is no boot")
  func missing() {
    var loader = Loader()
    loader.memory.put(0x2, at: Loader.information)
    #expect(throws: BootInformationError.noMemoryMap(flags: 0x2)) { try loader.parse() }
    loader = Loader()
    loader.memory.put(0, at: Loader.information + 44)
    #expect(throws: BootInformationError.noMemoryMap(flags: 0x40)) { try loader.parse() }
  }

  @Test("an entry's size is checked", arguments: [0, 4, 19, 21, 45, 0xFFFF_FFFC, .max] as [UInt32])
  func sizes(size: UInt32) {
    var loader = Loader()
    loader.memory.put(size, at: Loader.map + 24)
    #expect(throws: BootInformationError.malformedMemoryMap(address: Loader.map + 24, size: size)) {
      try loader.parse()
    }
  }

  @Test(
    "a map that ends inside an entry's size field is out of reach", arguments: [1, 3, 25, 27] as [UInt32])
  func truncated(length: UInt32) {
    var loader = Loader()
    loader.memory.put(length, at: Loader.information + 44)
    #expect(throws: BootInformationError.unreachable(.memoryMap, address: Loader.map + length / 24 * 24)) {
      try loader.parse()
    }
  }

  @Test("a map beyond the boot's page tables, or past 4 GiB, is out of reach")
  func outOfReach() {
    for address in [0x80_0000, 0x7F_FFFE, 0xFFFF_FFE0] as [UInt32] {
      var loader = Loader()
      loader.memory.put(address, at: Loader.information + 48)
      #expect(throws: BootInformationError.unreachable(.memoryMap, address: address)) { try loader.parse() }
    }
  }
}
