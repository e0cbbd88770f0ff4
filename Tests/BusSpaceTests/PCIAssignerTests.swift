import BusSpace
import Primitives
import Testing

@Suite("PCI assignment")
struct PCIAssignerTests {
  private let test: TestBus
  private let model = ModelPCI()
  private let owner = Owner(rawValue: 5)
  private let slot = PCIAddress(bus: 0, device: 9, function: 0)

  init() throws { test = try TestBus() }

  private func assign(
    at address: PCIAddress, memory window: BusRange = memory(0xC000_0000, 0xFEBF_FFFF)
  ) -> (assigned: Int, refused: Int) {
    let assigner = PCIAssigner(test.bus, model, ports: io(0xC000, 0xFFFF), memory: window)
    return assigner.assign(PCIFunction(at: address, in: model)!, owner: owner)
  }

  private func ranges(of address: PCIAddress) -> [BusRange?] {
    var found: [BusRange?] = []
    PCIFunction(at: address, in: model)!.eachBaseAddress(in: model) { found.append($0.range) }
    #expect(model.faults == [])
    return found
  }

  @Test("windows of every kind are assigned at multiples of their sizes, and claimed")
  func everyKind() throws {
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
  func keepsFirmware() {
    model.add(slot, bases: [(0xFEB0_0000, 0xFFFF_0000)])
    #expect(assign(at: slot) == (0, 0))
    #expect(ranges(of: slot) == [memory(0xFEB0_0000, 0xFEB0_FFFF)])
  }

  @Test("a window of 16 MiB is found in a nearly full bus, at the very end")
  func nearlyFull() throws {
    let window = memory(0xC000_0000, 0xFEFF_FFFF)
    try test.bus.claim(memory(0xC000_0000, 0xFDFF_FFFE), owner: Owner(rawValue: 1))
    model.add(slot, command: 0, bases: [(0, 0xFF00_0000), (0, 0xFFFF_F000)])
    #expect(assign(at: slot, memory: window) == (1, 1))
    #expect(ranges(of: slot) == [memory(0xFE00_0000, 0xFEFF_FFFF), nil])
  }

  @Test("a window larger than the bus's is refused and nothing is left")
  func tooLarge() {
    model.add(slot, command: 0, bases: [(4, 0), (0, 0xFFFF_FFFC)])
    model.add(PCIAddress(bus: 0, device: 10, function: 0), command: 0, bases: [(0, 0x8000_0000)])
    #expect(assign(at: slot).assigned == 0)
    #expect(assign(at: PCIAddress(bus: 0, device: 10, function: 0)) == (0, 1))
    #expect(test.bus.statistics(of: .memory).inUse == 0)
  }

  @Test("behind a bridge a window lies in what the bridge passes on")
  func behindBridge() {
    addBridge(secondary: 3, memory: 0xFE00_FD00, ports: 0xE0D0)
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    model.add(behind, command: 0, bases: [(0, 0xFFF0_0000), (1, 0xFFFF_F000), (0, 0xFF00_0000)])
    #expect(assign(at: behind) == (2, 1))
    #expect(ranges(of: behind) == [memory(0xFD00_0000, 0xFD0F_FFFF), io(0xD000, 0xDFFF), nil])
  }

  @Test("on the bridge's own bus a window stays out of what the bridge passes on")
  func besideBridge() {
    addBridge(secondary: 3, memory: 0xC0F0_C000, ports: 0x00F0)
    model.add(slot, command: 0, bases: [(0, 0xFFF0_0000)])
    #expect(assign(at: slot) == (1, 0))
    #expect(ranges(of: slot) == [memory(0xC100_0000, 0xC10F_FFFF)])
    #expect(test.bus.statistics(of: .memory).allocatedSegments == 1)
  }

  @Test("behind a bridge that passes nothing on there is no place")
  func closedBridge() {
    addBridge(secondary: 3, memory: 0x0000_FFF0, ports: 0x00F0)
    let behind = PCIAddress(bus: 3, device: 0, function: 0)
    model.add(behind, command: 0, bases: [(0, 0xFFF0_0000), (1, 0xFFFF_FFE0)])
    #expect(assign(at: behind) == (0, 2))
    #expect(test.bus.statistics(of: .memory).inUse == 0)
  }

  private func addBridge(secondary: UInt8, memory: UInt32, ports: UInt32) {
    let address = PCIAddress(bus: 0, device: 1, function: 0)
    model.addBridge(address, secondary: secondary)
    model.functions[address.rawValue]?.registers[0x20 / 4] = memory
    model.functions[address.rawValue]?.registers[0x1C / 4] = ports
  }
}
