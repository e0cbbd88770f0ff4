import BusSpace
import Testing

@Suite("PCI")
struct PCITests {
  private let slot = PCIAddress(bus: 0, device: 2, function: 0)

  private func bases(of model: ModelPCI) -> [PCIBaseAddress] {
    var found: [PCIBaseAddress] = []
    PCIFunction(at: slot, in: model)!.eachBaseAddress(in: model) { found.append($0) }
    #expect(model.faults == [])
    #expect(model.undisturbedDepth == 0)
    return found
  }

  @Test("an address is packed as mechanism 1 wants it")
  func addresses() {
    let address = PCIAddress(bus: 0xAB, device: 31, function: 7)
    #expect(address.configurationAddress(register: 0x3D) == 0x80AB_FF3C)
    #expect(address.bus == 0xAB && address.device == 31 && address.function == 7)
  }

  @Test("memory of 32 bits is sized and the register is left as it was (BusSpace-I4)")
  func memory32() {
    let model = ModelPCI()
    model.add(slot, bases: [(0xFD00_0008, 0xFF00_0000)])
    let before = model.functions[slot.rawValue]!.registers
    let found = bases(of: model)
    #expect(found.count == 1)
    #expect(found[0].range == memory(0xFD00_0000, 0xFDFF_FFFF))
    #expect(found[0].isPrefetchable && found[0].kind == .memory32 && found[0].index == 0)
    #expect(model.functions[slot.rawValue]!.registers == before)
  }

  @Test(
    "ports are sized, whether or not the upper half is wired", arguments: [UInt32(0xFFFF_FFC0), 0x0000_FFC0])
  func ports(_ writable: UInt32) {
    let model = ModelPCI()
    model.add(slot, bases: [(0, 0), (0x0000_C001, writable)])
    let found = bases(of: model)
    #expect(found.count == 1)
    #expect(found[0].range == io(0xC000, 0xC03F) && found[0].index == 1)
  }

  @Test("a window that ends at the top of the bus is a range like any other")
  func top() {
    let model = ModelPCI()
    model.add(slot, bases: [(0xFFFF_F000, 0xFFFF_F000), (0xFF01, 0xFFFF_FF00)])
    #expect(bases(of: model).map(\.range) == [memory(0xFFFF_F000, 0xFFFF_FFFF), io(0xFF00, 0xFFFF)])
  }

  @Test("memory of 64 bits takes two registers, below and above 4 GiB")
  func memory64() {
    let model = ModelPCI()
    model.add(
      slot,
      bases: [
        (0xE000_000C, 0xF000_0000), (0, 0xFFFF_FFFF), (0x0000_0004, 0), (0x8, 0xFFFF_FFF8),
        (0xC101, 0xFFFF_FFFC),
      ])
    let found = bases(of: model)
    #expect(found.count == 3)
    #expect(found[0].range == memory(0xE000_0000, 0xEFFF_FFFF) && found[0].kind == .memory64)
    // 32 GiB at 32 GiB: real, but on no bus of an i386.
    #expect(
      found[1].base == 0x8_0000_0000 && found[1].countMinusOne == 0x7_FFFF_FFFF && found[1].range == nil)
    #expect(found[2].range == io(0xC100, 0xC103) && found[2].index == 4)
  }

  @Test("a 64-bit type in the last register has no second half and is read as 32 bits")
  func cutOff64() {
    let model = ModelPCI()
    model.add(slot, bases: [(0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0xE000_0004, 0xFFFF_0000)])
    #expect(bases(of: model).map(\.range) == [memory(0xE000_0000, 0xE000_FFFF)])
  }

  @Test("without decoding or without an address there is a size but no range")
  func unassigned() {
    let model = ModelPCI()
    model.add(slot, command: 1, bases: [(0xFEB0_0000, 0xFFFF_0000), (0x1, 0xFFFF_FFE0)])
    let found = bases(of: model)
    #expect(found.map(\.countMinusOne) == [0xFFFF, 0x1F])
    #expect(found.allSatisfy { $0.range == nil })
  }

  @Test("the expansion ROM counts only where it is enabled", arguments: [true, false])
  func rom(_ isEnabled: Bool) {
    let model = ModelPCI()
    model.add(slot, rom: (0xFEBE_0000 | (isEnabled ? 1 : 0), 0xFFFF_0001))
    let found = bases(of: model)
    #expect(found.count == 1 && found[0].kind == .rom && found[0].index == 6)
    #expect(found[0].range == (isEnabled ? memory(0xFEBE_0000, 0xFEBE_FFFF) : nil))
  }

  @Test("a window moves, with decoding off meanwhile and on afterwards")
  func assignment() {
    let model = ModelPCI()
    model.add(
      slot, command: 0, bases: [(0x8, 0xFFFF_0000), (0x1, 0xFFFF_FFE0), (0xC, 0xFF00_0000), (5, 0xFFFF_FFFF)])
    let function = PCIFunction(at: slot, in: model)!
    for base in bases(of: model) {
      function.assign(base, to: base.kind == .io ? 0xC020 : 0xFE00_0000, in: model)
    }
    #expect(
      bases(of: model).map(\.range) == [
        memory(0xFE00_0000, 0xFE00_FFFF), io(0xC020, 0xC03F), memory(0xFE00_0000, 0xFEFF_FFFF),
      ])
  }

  @Test("functions are found over bridges, and only where they are said to be")
  func enumeration() {
    let model = ModelPCI()
    model.add(PCIAddress(bus: 0, device: 0, function: 0), classCode: 0x060000)
    model.add(PCIAddress(bus: 0, device: 1, function: 0), layout: 0x80)
    model.add(PCIAddress(bus: 0, device: 1, function: 3), classCode: 0x010180)
    model.add(PCIAddress(bus: 0, device: 2, function: 0))
    model.add(PCIAddress(bus: 0, device: 2, function: 1))  // its device says that it has one function
    model.addBridge(PCIAddress(bus: 0, device: 30, function: 0), secondary: 5)
    model.addBridge(PCIAddress(bus: 5, device: 31, function: 0), secondary: 3)
    model.add(PCIAddress(bus: 3, device: 9, function: 0))
    model.add(PCIAddress(bus: 7, device: 0, function: 0))  // behind no bridge
    var found: [String] = []
    PCIEnumeration.each(in: model) { function in
      found.append("\(function.address.bus):\(function.address.device).\(function.address.function)")
    }
    #expect(found == ["0:0.0", "0:1.0", "0:1.3", "0:2.0", "0:30.0", "5:31.0", "3:9.0"])
  }

  @Test("a circle of bridges ends, each bus seen once (BusSpace-I5)")
  func circle() {
    let model = ModelPCI()
    model.addBridge(PCIAddress(bus: 0, device: 1, function: 0), secondary: 1)
    model.addBridge(PCIAddress(bus: 1, device: 1, function: 0), secondary: 1)
    model.addBridge(PCIAddress(bus: 1, device: 2, function: 0), secondary: 2)
    model.addBridge(PCIAddress(bus: 2, device: 1, function: 0), secondary: 1)
    model.addBridge(PCIAddress(bus: 2, device: 2, function: 0), secondary: 0)
    var count = 0
    PCIEnumeration.each(in: model) { _ in count += 1 }
    #expect(count == 5)
  }

  @Test("an empty bus has no functions")
  func empty() {
    PCIEnumeration.each(in: ModelPCI()) { _ in Issue.record("a function was found") }
  }
}
