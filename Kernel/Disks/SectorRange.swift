/// Sectors of a disk, both ends included.
///
/// Having a value of this type tells you that `first <= last`.
public struct SectorRange: Equatable, Sendable {
  public let first: UInt64
  public let last: UInt64

  /// Bytes of a sector: those of every ATA disk that does not say otherwise (ATA/ATAPI-6, 6.2).
  public static var bytesPerSector: Int { 512 }

  /// The range, or nil if it is reversed.
  public init?(first: UInt64, last: UInt64) {
    guard first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// The range of `countMinusOne` + 1 sectors, or nil if it passes the end of the numbers.
  public init?(first: UInt64, countMinusOne: UInt32) {
    guard UInt64(countMinusOne) <= UInt64.max - first else { return nil }
    self.first = first
    last = first + UInt64(countMinusOne)
  }

  /// One sector.
  public init(only sector: UInt64) {
    first = sector
    last = sector
  }

  /// How many sectors, less one.
  public var countMinusOne: UInt64 { last - first }
}
