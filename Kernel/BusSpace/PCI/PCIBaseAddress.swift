/// A window that a PCI function decodes: what one of its base address registers says (PCI Local Bus Specification
/// 3.0, 6.2.5.1).
public struct PCIBaseAddress: Equatable, Sendable {
  /// Which bus, and how wide the register is.
  public enum Kind: UInt8, Sendable {
    case io
    case memory32
    case memory64
    /// The expansion ROM's register: memory, with an enable bit of its own.
    case rom
  }

  /// The register's number from 0; a 64-bit one occupies the next number too. The ROM's is 6.
  public let index: UInt8
  public let kind: Kind
  public let isPrefetchable: Bool

  /// What the register holds: the lowest address, 0 if firmware left none.
  public let base: UInt64

  /// How many addresses the window has, less one. It is a power of two less one, and the window lies at a multiple
  /// of its size.
  public let countMinusOne: UInt64

  /// Whether the function answers there now: decoding is on and firmware gave an address.
  ///
  /// A base of 0 counts as none, though 0 is an address like any other (law 1): PCI host bridges of the PC do not
  /// pass address 0 on, and a register that was never written reads 0.
  public let isDecoded: Bool

  /// The window on its bus, or nil if it is not decoded or not below 4 GiB (or 64 KiB for ports).
  public var range: BusRange? {
    guard isDecoded, base <= 0xFFFF_FFFF, countMinusOne <= 0xFFFF_FFFF else { return nil }
    return BusRange(
      tag, first: UInt32(truncatingIfNeeded: base), countMinusOne: UInt32(truncatingIfNeeded: countMinusOne))
  }

  public var tag: BusTag { kind == .io ? .io : .memory }
}
