/// What a PCI-to-PCI bridge passes on to the bus behind it (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5).
public struct PCIBridge: Sendable {
  /// The bus behind it.
  public let secondary: UInt8

  /// Ports that it passes on; nil if it passes none.
  public let ports: BusRange?

  /// Memory that it passes on, not prefetchable; nil if it passes none.
  public let memory: BusRange?

  private enum Register {
    static let buses: UInt8 = 0x18
    static let ports: UInt8 = 0x1C
    static let memory: UInt8 = 0x20
  }

  /// The bridge that a function is, or nil if it is none or has no bus behind it.
  public init?<Configuration: PCIConfiguration>(_ function: PCIFunction, in configuration: Configuration) {
    guard function.header == .bridge else { return nil }
    secondary = UInt8(truncatingIfNeeded: configuration.read(function.address, register: Register.buses) >> 8)
    guard secondary != 0 else { return nil }
    // Bits 7...4 of base and limit are bits 15...12 of a port; a base above the limit closes the window.
    let io = configuration.read(function.address, register: Register.ports)
    ports = BusRange(.io, first: (io & 0xF0) << 8, last: (io & 0xF000) | 0xFFF)
    // Bits 15...4 of base and limit are bits 31...20 of an address.
    let wide = configuration.read(function.address, register: Register.memory)
    memory = BusRange(.memory, first: (wide & 0xFFF0) << 16, last: (wide & 0xFFF0_0000) | 0xF_FFFF)
  }

  /// The window on a bus.
  public func window(on tag: BusTag) -> BusRange? { tag == .io ? ports : memory }
}
