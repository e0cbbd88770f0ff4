import Frames

/// An entry of the page directory: absent, a table, or a 4 MiB page (SDM 4.3, tables 4-4 and 4-5).
///
/// | bit | in a 4 MiB page | in a reference to a table |
/// |---|---|---|
/// | 0 | P | P |
/// | 1 | R/W | R/W, of all the pages below: always set, the table's entries decide |
/// | 2 | U/S | U/S |
/// | 3, 4 | PWT, PCD: memory type of the page | of accesses to the table: 0, write-back |
/// | 5 | A | A |
/// | 6 | D | ignored |
/// | 7 | PS = 1 | PS = 0 |
/// | 8 | G | ignored |
/// | 11:9 | `software` | ignored, 0 |
/// | 12 | **PAT** (bit 7 in a small entry) | frame of the table, with 31:13 |
/// | 21:13 | 0 (PSE-36's high bits) | |
/// | 31:22 | frame | |
@frozen
public struct PageDirectoryEntry: Equatable, Sendable {
  /// What an entry translates to.
  @frozen
  public enum Kind: Equatable, Sendable {
    case absent
    case table(FrameNumber)
    case large
  }

  public let rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A reference to the table in `frame`.
  @inlinable
  public init(table frame: FrameNumber) { rawValue = frame.address | 3 }

  /// A 4 MiB page.
  /// - Precondition: `frame` is a multiple of 1,024.
  @inlinable
  public init(large frame: FrameNumber, _ attributes: PageAttributes, on features: PagingFeatures) {
    precondition(frame.rawValue & 1023 == 0)
    rawValue = frame.address | Self.largeFlags(PageTableEntry.flags(attributes, on: features))
  }

  /// The flags of a small entry, as a large one spells them: PS set, PAT moved from bit 7 to bit 12.
  @inlinable
  static func largeFlags(_ small: UInt32) -> UInt32 { small & ~0x80 | 0x80 | (small & 0x80) << 5 }

  /// The small entry for page 0...1023 of a large page: PS gone, PAT moved from bit 12 to bit 7, the rest alike.
  @inlinable
  public func smallEntry(at index: UInt32) -> PageTableEntry {
    let flags = rawValue & 0xF7F | (rawValue & 0x1000) >> 5
    return PageTableEntry(rawValue: (rawValue & 0xFFC0_0000) + index << 12 | flags)
  }

  @inlinable public var isPresent: Bool { rawValue & 1 != 0 }
  @inlinable public var isLarge: Bool { rawValue & 0x81 == 0x81 }
  @inlinable public var isTable: Bool { rawValue & 0x81 == 1 }
  @inlinable public var tableFrame: FrameNumber { FrameNumber(containing: rawValue) }

  @inlinable
  public var kind: Kind {
    if !isPresent { return .absent }
    return isLarge ? .large : .table(tableFrame)
  }
}
