#if os(none)
import BusSpace
import VMem

/// Configuration mechanism 1: an address register and a window onto the register that it names (PCI Local Bus
/// Specification 3.0, 3.2.2.3.2).
///
/// Having a value of this type tells you that the address register is there. Boot and monitor context: the two accesses
/// of a read or a write belong together, so nothing else may use the ports meanwhile.
public struct PCIPorts: PCIConfiguration {
  private static let addressRegister: UInt32 = 0
  private static let dataRegister: UInt32 = 4

  /// Both registers, to be claimed by whoever uses this.
  public static var range: BusRange { BusRange(AddressRange<UInt16>(first: 0xCF8, last: 0xCFF)) }

  private let ports: BusHandle

  /// The mechanism behind a handle of ``range``, or nil where there is none, as on an ISA machine: its register must read
  /// back what it was given.
  public init?(_ ports: BusHandle) {
    precondition(ports.range == Self.range)
    self.ports = ports
    let bus = ProcessorBus()
    let old: UInt32 = bus.read(ports, Self.addressRegister)
    let probe: UInt32 = 0x8000_0000
    bus.write(ports, Self.addressRegister, probe)
    let answer: UInt32 = bus.read(ports, Self.addressRegister)
    bus.write(ports, Self.addressRegister, old)
    guard answer == probe else { return nil }
  }

  public func read(_ address: PCIAddress, register: UInt8) -> UInt32 {
    let bus = ProcessorBus()
    bus.write(ports, Self.addressRegister, address.configurationAddress(register: register))
    return bus.read(ports, Self.dataRegister)
  }

  public func write(_ value: UInt32, to address: PCIAddress, register: UInt8) {
    let bus = ProcessorBus()
    bus.write(ports, Self.addressRegister, address.configurationAddress(register: register))
    bus.write(ports, Self.dataRegister, value)
  }

  public func undisturbed<Result>(_ body: () -> Result) -> Result {
    withInterruptsDisabled { body() }
  }
}
#endif
