import BusSpace
import Primitives
import Testing

@Suite("PCI assignment")
struct PCIAssignerTests {
  private let test: TestBus
  private let model = ModelPCI()
  private let owner = Owner(rawValue: 5)
  private var conflicts = 0
  private let slot = PCIAddress(bus: 0, device: 9, function: 0)

  init() throws { test = try TestBus() }

  private mutating func assign(
    at address: PCIAddress, memory window: BusRange = memory(0xC000_0000, 0xFEBF_FFFF)
  ) -> (assigned: Int, refused: Int) {
    let assigner = PCIAssigner(test.bus, model, ports: io(0xC000, 0xFFFF), memory: window)
    let function = PCIFunction(at: address, in: model)!
    conflicts = 0
    // What an assignment before this one claimed is claimed already.
    assigner.claim(function, owner: owner) { _ in conflicts += 1 }
    return assigner.assign(function, owner: owner)
  }

  private func ranges(of address: PCIAddress) -> [BusRange?] {
    var found: [BusRange?] = []
    PCIFunction(at: address, in: model)!.eachBaseAddress(in: model) { found.append($0.range) }
    #expect(model.faults == [])
    return found
  }

  @Test("windows of every kind are assigned at multiples of their sizes, and claimed")
  mutating func everyKind() throws {
    try test.bus.claim(memory(0xC000_0000, 0xC000_0FFF), owner: Owner(rawValue: 1))
    try test.bus.claim(io(0xC000, 0xC000), owner: Owner(rawValue: 1))
    model.add(
      slot, command: 0, bases: [(0, 0xFFFF_0000), (1, 0xFFFF_FFE0), (4, 0xFF00_0000), (0, 0xFFFF_FFFF)],
      rom: (0, 0xFFFF_0001))
    #expect(assign(at: slot) == (3, 0))
    let expected = [memory(0xC001_0000, 0xC001_FFFF), io(0xC020, 0xC03F), memory(0xC100_0000, 0xC1FF_FFFF)]
    #expect(ranges(of: slot) == expected + [nil])
    for range in expected { #expect(test.bus.holder(of: range)?.range == range) }
    #expect(assign(at: slot) == (0, 0))
  }

  @Test("what firmware assigned stays")
  mutating func keepsFirmware() {
    model.add(slot, bases: [(0xFEB0_0000, 0xFFFF_0000)])
    #expect(assign(at: slot) == (0, 0))
    #expect(ranges(of: slot) == [memory(0xFEB0_0000, 0xFEB0_FFFF)])
  }

  @Test("a window of 16 MiB is found in a nearly full bus, at the very end")
  mutating func nearlyFull() throws {
    let window = memory(0xC000_0000, 0xFEFF_FFFF)
    try test.bus.claim(memory(0xC000_0000, 0xFDFF_FFFE), owner: Owner(rawValue: 1))
    model.add(slot, command: 0, bases: [(0, 0xFF00_0000), (0, 0xFFFF_F000)])
    #expect(assign(at: slot, memory: window) == (1, 1))
    #expect(ranges(of: slot) == [memory(0xFE00_0000, 0xFEFF_FFFF), nil])
  }

  @Test("a window larger than the bus's is refused and nothing is left")
  mutating func tooLarge() {
    model.add(slot, command: 0, bases: [(4, 0), (0, 0xFFFF_FFFC)])
    model.add(PCIAddress(bus: 0, device: 10, function: 0), command: 0, bases: [(0, 0x8000_0000)])
    #expect(assign(at: slot).assigned == 0)
    #expect(assign(at: PCIAddress(bus: 0, device: 10, function: 0)) == (0, 1))
    #expect(test.bus.statistics(of: .memory).inUse == 0)
  }

  @Test("behind a bridge a window lies in what the bridge passes on")
  mutating func behindBridge() {
    addBridge(secondary: 3, memory: 0xFE00_FD00, ports: 0xE0D0)
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    model.add(behind, command: 0, bases: [(0, 0xFFF0_0000), (1, 0xFFFF_F000), (0, 0xFF00_0000)])
    // The window ends in the middle of 16 MiB, and cannot grow to the next multiple: it begins earlier.
    #expect(assign(at: behind) == (3, 0))
    #expect(
      ranges(of: behind) == [
        memory(0xFD00_0000, 0xFD0F_FFFF), io(0xD000, 0xDFFF), memory(0xFC00_0000, 0xFCFF_FFFF),
      ])
    #expect(bridge?.memory == memory(0xFC00_0000, 0xFE0F_FFFF))
  }

  @Test("on the bridge's own bus a window stays out of what the bridge passes on")
  mutating func besideBridge() {
    addBridge(secondary: 3, memory: 0xC0F0_C000, ports: 0x00F0)
    model.add(slot, command: 0, bases: [(0, 0xFFF0_0000)])
    #expect(assign(at: slot) == (1, 0))
    #expect(ranges(of: slot) == [memory(0xC100_0000, 0xC10F_FFFF)])
    #expect(test.bus.statistics(of: .memory).allocatedSegments == 1)
  }

  @Test("a bridge that passes nothing on is opened where the bus before it has room")
  mutating func closedBridge() throws {
    addBridge(secondary: 3, memory: 0x0000_FFF0, ports: 0x00F0)
    try test.bus.claim(memory(0xC000_0000, 0xC000_0000), owner: Owner(rawValue: 1))
    try test.bus.claim(io(0xC000, 0xC00F), owner: Owner(rawValue: 1))
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    model.add(
      behind, command: 0, bases: [(0, 0xFFF0_0000), (1, 0xFFFF_FFE0), (4, 0xFF00_0000), (0, 0xFFFF_FFFF)])
    #expect(assign(at: behind) == (3, 0))
    #expect(
      ranges(of: behind) == [
        memory(0xC010_0000, 0xC01F_FFFF), io(0xD000, 0xD01F), memory(0xC100_0000, 0xC1FF_FFFF),
      ])
    let bridge = try #require(bridge)
    #expect(bridge.ports == io(0xD000, 0xDFFF))
    #expect(bridge.memory == memory(0xC010_0000, 0xC1FF_FFFF))
    #expect(model.functions[bridge.function.address.rawValue]!.registers[1] & 7 == 7)
  }

  @Test("where nothing is free a closed bridge stays closed (BusSpace-I9)")
  mutating func noRoomForBridge() throws {
    addBridge(secondary: 3, memory: 0x0000_FFF0, ports: 0x00F0)
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    model.add(behind, command: 0, bases: [(0, 0xFFF0_0000)])
    try test.bus.claim(memory(0xC000_0000, 0xFEBF_FFFF), owner: Owner(rawValue: 1))
    let before = model.functions
    #expect(assign(at: behind) == (0, 1))
    #expect(model.functions.mapValues(\.registers) == before.mapValues(\.registers))
    #expect(test.bus.statistics(of: .memory).allocatedSegments == 1)
  }

  @Test("a window that is too small grows downwards where it cannot upwards, and what lies in it stays")
  mutating func growsDown() throws {
    addBridge(secondary: 3, memory: 0xD00F_D000, ports: 0x00F0)
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    try test.bus.claim(memory(0xD010_0000, 0xD010_0FFF), owner: Owner(rawValue: 1))
    model.add(behind, bases: [(0xD000_0000, 0xFFF0_0000), (0, 0xFFE0_0000)])
    #expect(assign(at: behind) == (1, 0))
    #expect(bridge?.memory == memory(0xCFE0_0000, 0xD00F_FFFF))
    #expect(ranges(of: behind) == [memory(0xD000_0000, 0xD00F_FFFF), memory(0xCFE0_0000, 0xCFFF_FFFF)])
  }

  @Test("a bridge behind a bridge is opened inside the one before it, which is opened too")
  mutating func nested() throws {
    addBridge(secondary: 3, memory: 0x0000_FFF0, ports: 0x00F0)
    let inner = PCIAddress(bus: 3, device: 2, function: 0)
    model.addBridge(inner, secondary: 4)
    model.functions[inner.rawValue]?.registers[0x20 / 4] = 0x0000_FFF0
    let behind = PCIAddress(bus: 4, device: 0, function: 0)
    model.add(behind, command: 0, bases: [(0, 0xFFC0_0000)])
    #expect(assign(at: behind) == (1, 0))
    #expect(ranges(of: behind) == [memory(0xC000_0000, 0xC03F_FFFF)])
    #expect(bridge?.memory == memory(0xC000_0000, 0xC03F_FFFF))
    let window = PCIBridge(PCIFunction(at: inner, in: model)!, in: model)?.memory
    #expect(window == memory(0xC000_0000, 0xC03F_FFFF))
  }

  @Test("what firmware put on somebody else, above 4 GiB, or out of its bridge's reach is moved")
  mutating func wrong() throws {
    addBridge(secondary: 3, memory: 0xFE00_FD00, ports: 0xE0D0)
    try test.bus.claim(memory(0xFEB0_0000, 0xFEB0_0FFF), owner: Owner(rawValue: 1))
    model.add(
      slot, bases: [(0xFEB0_0000, 0xFFFF_0000), (0x0000_0004, 0xFFF0_0000), (0x0000_0008, 0xFFFF_FFFF)])
    #expect(assign(at: slot) == (2, 0))
    #expect(conflicts == 1)
    #expect(ranges(of: slot) == [memory(0xC000_0000, 0xC000_FFFF), memory(0xC010_0000, 0xC01F_FFFF)])
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    model.add(behind, bases: [(0xE000_0000, 0xFFF0_0000)])
    #expect(assign(at: behind) == (1, 0))
    #expect(ranges(of: behind) == [memory(0xFD00_0000, 0xFD0F_FFFF)])
  }

  @Test("a prefetchable window counts as reached, and nothing else is put into it")
  mutating func prefetchable() throws {
    addBridge(secondary: 3, memory: 0xC00F_C000, ports: 0x00F0)
    let bridgeAddress = PCIAddress(bus: 0, device: 1, function: 0)
    model.functions[bridgeAddress.rawValue]?.registers[0x24 / 4] = 0xC021_C011
    #expect(bridge?.prefetchable == memory(0xC010_0000, 0xC02F_FFFF))
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    model.add(behind, bases: [(0xC020_0008, 0xFFF0_0000)])
    #expect(assign(at: behind) == (0, 0))
    model.add(slot, command: 0, bases: [(0, 0xFFF0_0000)])
    #expect(assign(at: slot) == (1, 0))
    #expect(ranges(of: slot) == [memory(0xC030_0000, 0xC03F_FFFF)])
    // Above 4 GiB it is nobody's.
    model.functions[bridgeAddress.rawValue]?.registers[0x28 / 4] = 1
    model.functions[bridgeAddress.rawValue]?.registers[0x2C / 4] = 1
    #expect(bridge?.prefetchable == nil)
  }

  private var bridge: PCIBridge? {
    PCIBridge(PCIFunction(at: PCIAddress(bus: 0, device: 1, function: 0), in: model)!, in: model)
  }

  private func addBridge(secondary: UInt8, memory: UInt32, ports: UInt32) {
    let address = PCIAddress(bus: 0, device: 1, function: 0)
    model.addBridge(address, secondary: secondary)
    model.functions[address.rawValue]?.registers[0x20 / 4] = memory
    model.functions[address.rawValue]?.registers[0x1C / 4] = ports
  }
}
