/// Which function of which device on which bus: 8, 5 and 3 bits (PCI Local Bus Specification 3.0, 3.2.2.3.2).
public struct PCIAddress: Equatable, Comparable, Sendable {
  /// As the configuration address register has it: bits 15...8 bus, 7...3 device, 2...0 function.
  public let rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// - Precondition: `device` is below 32 and `function` below 8.
  public init(bus: UInt8, device: UInt8, function: UInt8) {
    precondition(device < 32 && function < 8)
    rawValue = UInt16(bus) << 8 | UInt16(device) << 3 | UInt16(function)
  }

  public var bus: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 8) }
  public var device: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 3) & 31 }
  public var function: UInt8 { UInt8(truncatingIfNeeded: rawValue) & 7 }

  public static func < (left: PCIAddress, right: PCIAddress) -> Bool { left.rawValue < right.rawValue }

  /// What mechanism 1 wants in port 0xCF8 for a register: bit 31 set, register in bits 7...2.
  public func configurationAddress(register: UInt8) -> UInt32 {
    0x8000_0000 | UInt32(rawValue) << 8 | UInt32(register & 0xFC)
  }
}

/// Where a function's 256 bytes of configuration are read and written, 32 bits at a time.
///
/// The machine has ports for it, the host tests a model. A function that is not there reads as ones.
public protocol PCIConfiguration {
  /// Reads the register at a multiple of 4.
  func read(_ address: PCIAddress, register: UInt8) -> UInt32

  /// Writes the register at a multiple of 4.
  func write(_ value: UInt32, to address: PCIAddress, register: UInt8)

  /// Runs `body` with nothing able to come between: on the machine, with interrupts off.
  func undisturbed<Result>(_ body: () -> Result) -> Result
}
