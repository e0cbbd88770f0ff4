/// What a PCI-to-PCI bridge passes on to the bus behind it (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5).
public struct PCIBridge: Sendable {
  /// The bridge itself, on the bus before it.
  public let function: PCIFunction

  /// The bus behind it.
  public let secondary: UInt8

  /// Ports that it passes on; nil if it passes none.
  public let ports: BusRange?

  /// Memory that it passes on as it is accessed; nil if it passes none.
  public let memory: BusRange?

  /// Memory that it may read ahead; nil if it has no such window, passes none, or has it above 4 GiB.
  public let prefetchable: BusRange?

  enum Register {
    static let buses: UInt8 = 0x18
    static let ports: UInt8 = 0x1C
    static let memory: UInt8 = 0x20
    static let prefetchable: UInt8 = 0x24
    static let upperBase: UInt8 = 0x28
    static let upperLimit: UInt8 = 0x2C
    static let upperPorts: UInt8 = 0x30
  }

  /// The bridge that a function is, or nil if it is none or has no bus behind it.
  public init?<Configuration: PCIConfiguration>(_ function: PCIFunction, in configuration: Configuration) {
    guard function.header == .bridge else { return nil }
    self.function = function
    func read(_ register: UInt8) -> UInt32 { configuration.read(function.address, register: register) }
    secondary = UInt8(truncatingIfNeeded: read(Register.buses) >> 8)
    guard secondary != 0 else { return nil }
    // Bits 7...4 of base and limit are bits 15...12 of a port; a base above the limit closes the window.
    let io = read(Register.ports)
    ports = BusRange(.io, first: (io & 0xF0) << 8, last: (io & 0xF000) | 0xFFF)
    // Bits 15...4 of base and limit are bits 31...20 of an address.
    let wide = read(Register.memory)
    memory = BusRange(.memory, first: (wide & 0xFFF0) << 16, last: (wide & 0xFFF0_0000) | 0xF_FFFF)
    // The same again; bits 3...0 as 1 mean that the upper halves exist. Where the register does not, it reads 0.
    let ahead = read(Register.prefetchable)
    let hasUpper = ahead & 0x000F_000F == 0x0001_0001
    let (upperBase, upperLimit) = hasUpper ? (read(Register.upperBase), read(Register.upperLimit)) : (0, 0)
    let last: UInt32 = upperLimit > 0 ? 0xFFFF_FFFF : (ahead & 0xFFF0_0000) | 0xF_FFFF
    let isThere = ahead != 0 && upperBase == 0
    prefetchable = isThere ? BusRange(.memory, first: (ahead & 0xFFF0) << 16, last: last) : nil
  }

  /// The window on a bus that anything may lie in.
  public func window(on tag: BusTag) -> BusRange? { tag == .io ? ports : memory }

  /// Windows lie at multiples of it: 4 KiB of ports, 1 MiB of memory.
  public static func granularity(_ tag: BusTag) -> UInt32 { tag == .io ? 0x1000 : 0x10_0000 }

  /// Whether everything in a range is passed on.
  public func passes(_ range: BusRange) -> Bool {
    window(on: range.tag)?.contains(range) == true || prefetchable?.contains(range) == true
  }

  /// A window that shares an address with a range.
  public func window(overlapping range: BusRange) -> BusRange? {
    if let window = window(on: range.tag), window.overlaps(range) { return window }
    if let prefetchable, prefetchable.overlaps(range) { return prefetchable }
    return nil
  }

  /// Sets the window for ports or for memory, and lets the bridge pass it on; nil closes it.
  ///
  /// Meanwhile the bridge passes nothing on and nothing can come between, as with base addresses (BusSpace-I4).
  ///
  /// - Precondition: Both ends are at multiples of ``granularity(_:)``.
  public func setWindow<Configuration: PCIConfiguration>(
    _ tag: BusTag, _ range: BusRange?, in configuration: Configuration
  ) {
    let unit = Self.granularity(tag)
    precondition(tag != .interrupt && range.map { $0.tag == tag } != false)
    precondition(range.map { $0.first & (unit - 1) == 0 && $0.last & (unit - 1) == unit - 1 } != false)
    let address = function.address
    configuration.undisturbed {
      let command = function.withoutDecoding(configuration)
      if tag == .io {
        // A base above the limit passes nothing on. The upper half of the register is status, cleared by ones.
        let window = range.map { ($0.first >> 8) & 0xF0 | $0.last & 0xF000 } ?? 0x00F0
        configuration.write(window, to: address, register: Register.ports)
        configuration.write(0, to: address, register: Register.upperPorts)
      } else {
        let window = range.map { ($0.first >> 16) & 0xFFF0 | $0.last & 0xFFF0_0000 } ?? 0x0000_FFF0
        configuration.write(window, to: address, register: Register.memory)
      }
      // Devices behind it may master the bus: bit 2.
      let decoding = command | (range == nil ? 0 : tag == .io ? 1 : 2) | 4
      function.restore(decoding, configuration)
    }
  }

  /// Closes the window for memory that may be read ahead: what lies in the other one needs none.
  public func closePrefetchable<Configuration: PCIConfiguration>(in configuration: Configuration) {
    let address = function.address
    guard configuration.read(address, register: Register.prefetchable) != 0 else { return }
    configuration.undisturbed {
      let command = function.withoutDecoding(configuration)
      configuration.write(0x0000_FFF0, to: address, register: Register.prefetchable)
      configuration.write(0, to: address, register: Register.upperBase)
      configuration.write(0, to: address, register: Register.upperLimit)
      function.restore(command, configuration)
    }
  }
}
