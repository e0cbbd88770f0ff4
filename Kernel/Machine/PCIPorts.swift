#if os(none)
import BusSpace
import Instructions
import VMem

/// Configuration mechanism 1: an address register and a window onto the register that it names (PCI Local Bus
/// Specification 3.0, 3.2.2.3.2).
///
/// Having a value of this type tells you that the address register is there. Boot and monitor context: the two accesses
/// of a read or a write belong together, so nothing else may use the ports meanwhile.
public struct PCIPorts: PCIConfiguration {
  private static let addressPort: UInt16 = 0xCF8
  private static let dataPort: UInt16 = 0xCFC

  /// Both registers, to be claimed by whoever uses this.
  public static var range: BusRange { BusRange(AddressRange<UInt16>(first: addressPort, last: dataPort + 3)) }

  /// The mechanism, or nil where there is none, as on an ISA machine: its register must read back what it was given.
  public init?() {
    let old = cpu_in32(Self.addressPort)
    let probe: UInt32 = 0x8000_0000
    cpu_out32(Self.addressPort, probe)
    let answer = cpu_in32(Self.addressPort)
    cpu_out32(Self.addressPort, old)
    guard answer == probe else { return nil }
  }

  public func read(_ address: PCIAddress, register: UInt8) -> UInt32 {
    cpu_out32(Self.addressPort, address.configurationAddress(register: register))
    return cpu_in32(Self.dataPort)
  }

  public func write(_ value: UInt32, to address: PCIAddress, register: UInt8) {
    cpu_out32(Self.addressPort, address.configurationAddress(register: register))
    cpu_out32(Self.dataPort, value)
  }

  public func undisturbed<Result>(_ body: () -> Result) -> Result {
    withInterruptsDisabled { body() }
  }
}
#endif
