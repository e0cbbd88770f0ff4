import Testing
import VMem

@testable import Multiboot

@Suite("Multiboot: information, strings, modules")
struct BootInformationTests {
  @Test(
    "any other magic is refused (Multiboot-I1)",
    arguments: [0, 0x1BAD_B002, 0x36D7_6289, 0x2BAD_B003] as [UInt32])
  func magic(value: UInt32) {
    #expect(throws: BootInformationError.wrongMagic(value)) { try Loader().parse(magic: value) }
  }

  @Test(
    "information out of reach is refused",
    arguments: [0x80_0000, 0x80_0000 - 115, 0xFFFF_FFFF, 0xFFFF_FF8D] as [UInt32])
  func unreachable(address: UInt32) {
    #expect(throws: BootInformationError.unreachable(.information, address: address)) {
      try BootInformation(magic: Loader.magic, address: address, memory: ImageOfMemory())
    }
  }

  @Test("strings are ranges without their end; empty and absent ones are nil")
  func strings() throws {
    var loader = Loader()
    #expect(try loader.parse().commandLine == nil)
    loader.memory.put("kernel.elf run=\"a; b\" test", at: 0x11_7000)
    loader.set(16, to: 0x11_7000, flag: 2)
    loader.memory.put("qemu", at: 0x11_7100)
    loader.set(64, to: 0x11_7100, flag: 9)
    let boot = try loader.parse()
    #expect(boot.commandLine == AddressRange(first: 0x11_7000, last: 0x11_7019))
    #expect(boot.loaderName == AddressRange(first: 0x11_7100, last: 0x11_7103))
    loader.set(16, to: 0x12_0000, flag: 2)
    #expect(try loader.parse().commandLine == nil)
    loader.set(16, to: 0, flag: 2)
    #expect(try loader.parse().commandLine == nil)
  }

  @Test("a string without an end is refused (Multiboot-I3)")
  func unterminated() {
    var loader = Loader()
    loader.set(16, to: 0x11_7000, flag: 2)
    for index in 0..<4096 as Range<UInt32> { loader.memory.bytes[0x11_7000 + index] = 0x61 }
    #expect(throws: BootInformationError.unterminated(.commandLine, limit: 4096)) { try loader.parse() }
    loader.memory.bytes[0x11_7000 + 4095] = 0
    #expect(throws: Never.self) { try loader.parse() }
  }

  @Test("a string that runs out of reach or past 4 GiB is refused", arguments: [0x7F_FFFF, .max] as [UInt32])
  func stringOutOfReach(address: UInt32) {
    var loader = Loader()
    loader.memory.limit = address == .max ? .max : 0x80_0000
    loader.memory.bytes[address] = 0x61
    loader.set(16, to: address, flag: 2)
    #expect(throws: BootInformationError.unreachable(.commandLine, address: address)) { try loader.parse() }
  }

  @Test("modules come in order, with names, and an empty one has no range (Multiboot-I4)")
  func modules() throws {
    var loader = Loader()
    loader.set(20, to: 3, flag: 3)
    loader.set(24, to: Loader.modules, flag: 3)
    for (index, words)
      in ([[0x20_0000, 0x20_0400, 0x11_8000], [0x30_0000, 0x30_0000, 0], [0x20_1000, 0x20_1001, 0]]
      as [[UInt32]]).enumerated()
    {
      for (field, word) in words.enumerated() {
        loader.memory.put(word, at: Loader.modules + UInt32(index * 16 + field * 4))
      }
    }
    loader.memory.put("one", at: 0x11_8000)
    #expect(
      try Array(loader.parse().modules) == [
        BootModule(
          range: AddressRange(first: 0x20_0000, last: 0x20_03FF),
          name: AddressRange(first: 0x11_8000, last: 0x11_8002)),
        BootModule(range: nil, name: nil),
        BootModule(range: AddressRange(first: 0x20_1000, last: 0x20_1000), name: nil),
      ])
  }

  @Test("a module table that cannot be is refused")
  func badModules() {
    var loader = Loader()
    loader.set(20, to: 257, flag: 3)
    #expect(throws: BootInformationError.tooManyModules(257)) { try loader.parse() }
    loader.set(20, to: 2, flag: 3)
    loader.set(24, to: 0x80_0000 - 16, flag: 3)
    #expect(throws: BootInformationError.unreachable(.modules, address: 0x80_0000)) { try loader.parse() }
    loader.set(24, to: Loader.modules, flag: 3)
    loader.memory.put(0x1001, at: Loader.modules + 16)
    loader.memory.put(0x1000, at: Loader.modules + 20)
    #expect(throws: BootInformationError.malformedModule(index: 1, first: 0x1001, end: 0x1000)) {
      try loader.parse()
    }
  }
}

@Suite("Multiboot: what the boot left in memory")
struct LeftoverTests {
  @Test("everything that was read is listed, strings with their end (Multiboot-I2)")
  func leftovers() throws {
    var loader = Loader()
    loader.memory.put("k test", at: 0x11_7000)
    loader.set(16, to: 0x11_7000, flag: 2)
    loader.set(20, to: 1, flag: 3)
    loader.set(24, to: Loader.modules, flag: 3)
    loader.memory.put(0x20_0000, at: Loader.modules)
    loader.memory.put(0x20_0400, at: Loader.modules + 4)
    loader.memory.put(0x11_8000, at: Loader.modules + 8)
    loader.memory.put("m", at: 0x11_8000)
    let image = AddressRange<UInt32>(first: 0x10_0000, last: 0x11_6FFF)
    let bios = AddressRange<UInt32>(first: 0x9_FC00, last: 0x9_FFFF)

    var found: [(AddressRange<UInt32>, BootLeftover)] = []
    try loader.parse().forEachLeftover(kernelImage: image, biosData: bios) { found.append(($0, $1)) }

    let expected: [(AddressRange<UInt32>, BootLeftover)] = [
      (image, .kernelImage),
      (AddressRange(first: 0x9500, last: 0x9573), .information),
      (AddressRange(first: 0x9000, last: 0x902F), .memoryMap),
      (AddressRange(first: 0x8000, last: 0x800F), .moduleTable),
      (AddressRange(first: 0x20_0000, last: 0x20_03FF), .module),
      (AddressRange(first: 0x11_8000, last: 0x11_8001), .moduleName),
      (AddressRange(first: 0x11_7000, last: 0x11_7006), .commandLine),
      (bios, .biosData),
    ]
    #expect(found.count == expected.count)
    for (one, other) in zip(found, expected) {
      #expect(one.0 == other.0)
      #expect(one.1 == other.1)
    }
  }

  @Test(
    "the extended BIOS data area reaches from its segment to 640 KiB",
    arguments: [
      (0x9FC0, 0x9FC00), (0x8000, 0x80000), (0x9FFF, 0x9FFF0), (0x7FFF, nil), (0xA000, nil), (0, nil),
      (0xFFFF, nil),
    ] as [(UInt32, UInt32?)])
  func biosData(segment: UInt32, first: UInt32?) {
    var memory = ImageOfMemory()
    memory.put(segment, at: 0x40E)
    #expect(ExtendedBIOSData.range(in: memory) == first.map { AddressRange(first: $0, last: 0x9_FFFF) })
  }
}
