import Primitives

/// The number of a 4 KiB page of the virtual address space, 0...0xFFFFF.
///
/// Having a value of this type tells you that the address it names is page-aligned and cannot be mistaken for a
/// frame, which is counted in the same unit.
@frozen
public struct PageNumber: UnitNumber {
  @inlinable public static var maximum: UInt32 { 0xF_FFFF }

  /// Virtual address divided by 4,096.
  public let rawValue: UInt32

  /// - Precondition: `rawValue <= 0xFFFFF`.
  @inlinable
  public init(_ rawValue: UInt32) {
    precondition(rawValue <= Self.maximum)
    self.rawValue = rawValue
  }

  /// The page that holds the byte at virtual `address`.
  @inlinable
  public init(containing address: UInt32) { rawValue = address >> 12 }

  /// The virtual address of the page's first byte.
  @inlinable
  public var address: UInt32 { rawValue << 12 }

  /// Which of the 1,024 directory entries translates the page (SDM 4.3: linear address bits 31:22).
  @inlinable
  public var directoryIndex: UInt32 { rawValue >> 10 }

  /// Which entry of its table translates the page (SDM 4.3: linear address bits 21:12).
  @inlinable
  public var tableIndex: UInt32 { rawValue & 1023 }

  @inlinable
  public static func < (left: PageNumber, right: PageNumber) -> Bool { left.rawValue < right.rawValue }
}

/// Consecutive pages, both ends included.
public typealias PageRange = NumberRange<PageNumber>
