import Frames

/// An entry of a page table: one 4 KiB page (SDM 4.3, table 4-6).
///
/// | bit | name | meaning |
/// |---|---|---|
/// | 0 | P | present |
/// | 1 | R/W | writable |
/// | 2 | U/S | user; never set by this kernel |
/// | 3, 4 | PWT, PCD | low bits of the memory type |
/// | 5 | A | accessed, set by the processor |
/// | 6 | D | dirty, set by the processor |
/// | 7 | PAT | high bit of the memory type |
/// | 8 | G | global, if CR4.PGE |
/// | 11:9 | | ignored: `software` |
/// | 31:12 | | frame |
@frozen
public struct PageTableEntry: Equatable, Sendable {
  public let rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable
  public init(_ frame: FrameNumber, _ attributes: PageAttributes, on features: PagingFeatures) {
    rawValue = frame.address | Self.flags(attributes, on: features)
  }

  /// Bits 11:0 of a present entry.
  @inlinable
  static func flags(_ attributes: PageAttributes, on features: PagingFeatures) -> UInt32 {
    var bits: UInt32 = 1 | UInt32(attributes.software) << 9
    if attributes.isWritable { bits |= 2 }
    if attributes.isGlobal && features.hasGlobalPages { bits |= 0x100 }
    return bits | attributes.memoryType.smallEntryBits(hasAttributeTable: features.hasAttributeTable)
  }

  @inlinable public var isPresent: Bool { rawValue & 1 != 0 }
  @inlinable public var frame: FrameNumber { FrameNumber(containing: rawValue) }
  @inlinable public var isAccessed: Bool { rawValue & 0x20 != 0 }
  /// The three bits that the processor ignores.
  @inlinable public var software: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 9) & 7 }
  @inlinable public var isDirty: Bool { rawValue & 0x40 != 0 }

  @inlinable
  public var attributes: PageAttributes {
    PageAttributes(
      MemoryType(smallEntryBits: rawValue), isWritable: rawValue & 2 != 0, isGlobal: rawValue & 0x100 != 0,
      software: UInt8(truncatingIfNeeded: rawValue >> 9) & 7)
  }
}
