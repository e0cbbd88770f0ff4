#if os(none)
import BusSpace

/// QEMU's device that counts writes, in memory and in ports alike (QEMU, `docs/specs/pci-testdev.txt`).
public struct PCITestDevice: Sendable {
  public static let vendor: UInt16 = 0x1B36
  public static let device: UInt16 = 0x0005

  private enum Register {
    static let test: UInt32 = 0
    static let width: UInt32 = 1
    static let offset: UInt32 = 4
    static let data: UInt32 = 8
    static let count: UInt32 = 12
    static let name: UInt32 = 16
  }

  private let registers: BusHandle
  private let bus = ProcessorBus()

  /// The device behind a handle of its base address 0, memory, or 1, ports.
  public init(_ registers: BusHandle) { self.registers = registers }

  /// Chooses a test; whether the device has it and is told to count writes of a byte.
  public func select(_ test: UInt8) -> Bool {
    bus.write(registers, Register.test, test)
    return bus.read(registers, Register.width, as: UInt8.self) == 1
  }

  /// The name of the chosen test, up to 16 bytes.
  public var name: InlineArray<16, UInt8> {
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    var span = bytes.mutableSpan
    bus.readRegion(registers, Register.name, &span)
    return bytes
  }

  /// Does the write that the device asks for so many times; how many more it has counted.
  public func count(ofWrites writes: Int) -> UInt32 {
    let offset: UInt32 = bus.read(registers, Register.offset)
    let data: UInt8 = bus.read(registers, Register.data)
    let before: UInt32 = bus.read(registers, Register.count)
    bus.setMulti(registers, offset, data, count: writes)
    return bus.read(registers, Register.count, as: UInt32.self) &- before
  }
}
#endif
