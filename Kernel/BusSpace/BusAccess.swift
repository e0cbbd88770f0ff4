import Primitives
import VMem

/// How a range of physical memory is to be mapped.
public struct BusAttributes: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// None of them. By name, because `[]` is an array, and thus a heap, in a debug build.
  public static let uncached = BusAttributes()
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

/// What the bookkeeping needs of a machine besides transfers: physical memory made addressable.
public protocol BusAccess: BusTransfers {
  /// Makes physical memory addressable; answers where its first byte is.
  func map(_ range: BusRange, _ attributes: BusAttributes) throws(BusMappingError) -> UInt32

  /// Undoes `map`; `address` is what it answered.
  func unmap(_ address: UInt32, _ range: BusRange)

  /// Takes kernel addresses that nothing is behind, at least so many, in whole pages.
  func reserve(
    countMinusOne: UInt32, alignment: UInt32, _ owner: Owner
  ) throws(BusMappingError) -> AddressRange<UInt32>

  /// Undoes `reserve`.
  func unreserve(_ addresses: AddressRange<UInt32>)
}

/// Single transfers, as wide as they say: what a driver needs of a machine, once it has handles. The kernel has the
/// processor's own; the host tests record, or play a device.
public protocol BusTransfers {
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
  static func read<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32) -> Self
  func write<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32)
}

extension UInt8: BusWord {
  public static func read<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32) -> UInt8 {
    bus.read8(tag, address)
  }
  public func write<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32) {
    bus.write8(tag, address, self)
  }
}

extension UInt16: BusWord {
  public static func read<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32) -> UInt16 {
    bus.read16(tag, address)
  }
  public func write<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32) {
    bus.write16(tag, address, self)
  }
}

extension UInt32: BusWord {
  public static func read<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32) -> UInt32 {
    bus.read32(tag, address)
  }
  public func write<Bus: BusTransfers>(_ bus: Bus, _ tag: BusTag, _ address: UInt32) {
    bus.write32(tag, address, self)
  }
}
