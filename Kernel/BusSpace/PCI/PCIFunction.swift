/// What the first registers of a function say (PCI Local Bus Specification 3.0, 6.1 and 6.2.1).
public struct PCIFunction: Equatable, Sendable {
  /// How the rest of the header is laid out.
  public enum Header: UInt8, Sendable {
    /// A device with six base addresses.
    case device = 0
    /// A bridge to another PCI bus, with two.
    case bridge = 1
    /// A bridge to CardBus, or a layout that nobody knows: none that is looked at.
    case other = 2
  }

  public let address: PCIAddress
  public let vendor: UInt16
  public let device: UInt16
  /// Base class, subclass and programming interface: 24 bits.
  public let classCode: UInt32
  public let header: Header
  /// Whether functions 1...7 of the same device may exist.
  public let isMultifunction: Bool

  /// The function at an address, or nil if nothing answers there.
  public init?<Configuration: PCIConfiguration>(at address: PCIAddress, in configuration: Configuration) {
    let identity = configuration.read(address, register: 0x00)
    // Vendor 0xFFFF is what the bus reads when no device answers; 0 is none either.
    guard identity & 0xFFFF != 0xFFFF, identity & 0xFFFF != 0 else { return nil }
    let layout = UInt8(truncatingIfNeeded: configuration.read(address, register: 0x0C) >> 16)
    self.address = address
    vendor = UInt16(truncatingIfNeeded: identity)
    device = UInt16(truncatingIfNeeded: identity >> 16)
    classCode = configuration.read(address, register: 0x08) >> 8
    header = Header(rawValue: layout & 0x7F) ?? .other
    isMultifunction = layout & 0x80 != 0
  }

  /// How many base addresses the header has.
  public var baseAddressCount: Int {
    switch header {
    case .device: 6
    case .bridge: 2
    case .other: 0
    }
  }

  /// What the class stands for, in a word or two.
  public var className: StaticString {
    switch classCode >> 8 {
    case 0x0100: "scsi"
    case 0x0101: "ide"
    case 0x0106: "sata"
    case 0x0108: "nvme"
    case 0x0200: "ethernet"
    case 0x0300: "vga"
    case 0x0600: "host bridge"
    case 0x0601: "isa bridge"
    case 0x0604: "pci bridge"
    case 0x0680: "bridge"
    case 0x0C03: "usb"
    case 0x0C05: "smbus"
    default: baseClassName
    }
  }

  private var baseClassName: StaticString {
    switch classCode >> 16 {
    case 0x00: "old device"
    case 0x01: "storage"
    case 0x02: "network"
    case 0x03: "display"
    case 0x04: "multimedia"
    case 0x05: "memory"
    case 0x06: "bridge"
    case 0x07: "communication"
    case 0x08: "system"
    case 0x09: "input"
    case 0x0C: "serial bus"
    default: "device"
    }
  }
}
