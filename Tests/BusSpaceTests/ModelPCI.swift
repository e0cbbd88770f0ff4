import BusSpace

/// PCI functions in host memory. It records what a real bus would punish: a base address that is written while the
/// function decodes, or while something could come between.
final class ModelPCI: PCIConfiguration {
  struct Function {
    var registers = [UInt32](repeating: 0, count: 64)
    /// Bits that a write changes.
    var writable = [UInt32](repeating: 0, count: 64)
  }

  var functions: [UInt16: Function] = [:]
  var undisturbedDepth = 0
  var faults: [String] = []
  var reads = 0

  func read(_ address: PCIAddress, register: UInt8) -> UInt32 {
    reads += 1
    return functions[address.rawValue]?.registers[Int(register) / 4] ?? 0xFFFF_FFFF
  }

  func write(_ value: UInt32, to address: PCIAddress, register: UInt8) {
    guard var function = functions[address.rawValue] else { return }
    let index = Int(register) / 4
    if register == 0x04, value >> 16 != 0 { faults.append("status bits were cleared") }
    let isBridge = function.registers[3] >> 16 & 0x7F == 1
    if (0x10...0x30).contains(register) && !(isBridge && register == 0x18) {
      if function.registers[1] & 3 != 0 { faults.append("base address written while decoding") }
      if undisturbedDepth == 0 { faults.append("base address written while disturbed") }
    }
    function.registers[index] =
      function.registers[index] & ~function.writable[index] | value & function.writable[index]
    functions[address.rawValue] = function
  }

  func undisturbed<Result>(_ body: () -> Result) -> Result {
    undisturbedDepth += 1
    defer { undisturbedDepth -= 1 }
    return body()
  }

  /// A device with the given base address registers: what each holds and which bits are wired.
  func add(
    _ address: PCIAddress, identity: UInt32 = 0x1111_1234, classCode: UInt32 = 0x030000, layout: UInt8 = 0,
    command: UInt32 = 3, bases: [(value: UInt32, writable: UInt32)] = [],
    rom: (value: UInt32, writable: UInt32)? = nil
  ) {
    var function = Function()
    function.registers[0] = identity
    function.registers[1] = command | 0x0210_0000
    function.writable[1] = 0x0000_0007
    function.registers[2] = classCode << 8
    function.registers[3] = UInt32(layout) << 16
    for (index, base) in bases.enumerated() {
      function.registers[4 + index] = base.value
      function.writable[4 + index] = base.writable
    }
    if let rom {
      function.registers[0x30 / 4] = rom.value
      function.writable[0x30 / 4] = rom.writable
    }
    functions[address.rawValue] = function
  }

  /// A bridge from `bus` to `secondary`.
  func addBridge(_ address: PCIAddress, secondary: UInt8) {
    add(address, classCode: 0x060400, layout: 1)
    functions[address.rawValue]?.registers[0x18 / 4] = UInt32(secondary) << 8 | UInt32(address.bus)
    functions[address.rawValue]?.writable[0x1C / 4] = 0x0000_F0F0
    functions[address.rawValue]?.writable[0x20 / 4] = 0xFFF0_FFF0
  }
}
