import Primitives

/// The number of a 4 KiB frame of the first 4 GiB of physical memory, 0...0xFFFFF.
///
/// Having a value of this type tells you that the address it names is frame-aligned and physical.
@frozen
public struct FrameNumber: UnitNumber {
  @inlinable public static var maximum: UInt32 { 0xF_FFFF }

  /// Physical address divided by 4,096.
  public let rawValue: UInt32

  /// - Precondition: `rawValue <= 0xFFFFF`.
  @inlinable
  public init(_ rawValue: UInt32) {
    precondition(rawValue <= Self.maximum)
    self.rawValue = rawValue
  }

  /// The frame that holds the byte at physical `address`.
  @inlinable
  public init(containing address: UInt32) { rawValue = address >> 12 }

  /// The physical address of the frame's first byte.
  @inlinable
  public var address: UInt32 { rawValue << 12 }

  @inlinable
  public static func < (left: FrameNumber, right: FrameNumber) -> Bool { left.rawValue < right.rawValue }
}

/// Consecutive frames, both ends included.
public typealias FrameRange = NumberRange<FrameNumber>
