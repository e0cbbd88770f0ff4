/// The number of a 4 KiB frame of the first 4 GiB of physical memory, 0...0xFFFFF.
///
/// Having a value of this type tells you that the address it names is frame-aligned and physical.
@frozen
public struct FrameNumber: Hashable, Comparable, Sendable {
  /// Physical address divided by 4,096.
  public let rawValue: UInt32

  /// - Precondition: `rawValue <= 0xFFFFF`.
  @inlinable
  public init(_ rawValue: UInt32) {
    precondition(rawValue <= 0xF_FFFF)
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

/// Consecutive frames, both ends included; cannot be empty and cannot wrap.
@frozen
public struct FrameRange: Equatable, Sendable {
  public let first: FrameNumber
  public let last: FrameNumber

  /// - Precondition: `first <= last`.
  @inlinable
  public init(_ first: FrameNumber, through last: FrameNumber) {
    precondition(first <= last)
    self.first = first
    self.last = last
  }

  /// The `count` frames from `first` on, or nil where that is no range: no frame, or past the last frame.
  @inlinable
  public init?(_ first: FrameNumber, count: UInt32) {
    guard count > 0, count - 1 <= 0xF_FFFF - first.rawValue else { return nil }
    self.first = first
    last = FrameNumber(first.rawValue + (count - 1))
  }

  /// Number of frames, 1...0x100000.
  @inlinable
  public var count: UInt32 { last.rawValue - first.rawValue + 1 }

  @inlinable
  public func contains(_ frame: FrameNumber) -> Bool { first <= frame && frame <= last }

  @inlinable
  public func overlaps(_ other: FrameRange) -> Bool { first <= other.last && other.first <= last }
}
