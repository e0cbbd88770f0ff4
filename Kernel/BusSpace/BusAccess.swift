/// How a range of physical memory is to be mapped.
public struct BusAttributes: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// None of them. By name, because `[]` is an array, and thus a heap, in a debug build.
  public static let uncached = BusAttributes(rawValue: 0)
  /// Loads and stores of the processor may go there directly: ``MappedBus/address(of:)`` will be asked for.
  public static let linear = BusAttributes(rawValue: 1)
  /// Reads may be cached: memory behind the bus that has no side effects.
  public static let cacheable = BusAttributes(rawValue: 2)
  /// Writes may be combined: a frame buffer.
  public static let prefetchable = BusAttributes(rawValue: 4)
}

/// Why a range could not be mapped: no addresses, no page tables, or another memory type in the way.
public struct BusMappingError: Error, Equatable, Sendable {
  public init() {}
}

/// What the bookkeeping needs of a machine: ports, and physical memory made addressable. The kernel has the processor's
/// own; the host tests record.
public protocol BusAccess {
  /// Makes physical memory addressable; answers where its first byte is.
  func map(_ range: BusRange, _ attributes: BusAttributes) throws(BusMappingError) -> UInt32

  /// Undoes `map`; `address` is what it answered.
  func unmap(_ address: UInt32, _ range: BusRange)

  func read8(_ tag: BusTag, _ address: UInt32) -> UInt8
  func read16(_ tag: BusTag, _ address: UInt32) -> UInt16
  func read32(_ tag: BusTag, _ address: UInt32) -> UInt32
  func write8(_ tag: BusTag, _ address: UInt32, _ value: UInt8)
  func write16(_ tag: BusTag, _ address: UInt32, _ value: UInt16)
  func write32(_ tag: BusTag, _ address: UInt32, _ value: UInt32)

  /// No access after it starts before all before it are done.
  func barrier()
}

/// A width that a bus can transfer: 1, 2 or 4 bytes.
public protocol BusWord: FixedWidthInteger, UnsignedInteger {
  static func read<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32) -> Self
  func write<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32)
}

extension UInt8: BusWord {
  public static func read<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32) -> UInt8 {
    access.read8(tag, address)
  }
  public func write<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32) {
    access.write8(tag, address, self)
  }
}

extension UInt16: BusWord {
  public static func read<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32) -> UInt16 {
    access.read16(tag, address)
  }
  public func write<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32) {
    access.write16(tag, address, self)
  }
}

extension UInt32: BusWord {
  public static func read<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32) -> UInt32 {
    access.read32(tag, address)
  }
  public func write<Access: BusAccess>(_ access: Access, _ tag: BusTag, _ address: UInt32) {
    access.write32(tag, address, self)
  }
}
