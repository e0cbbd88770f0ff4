import VMem

/// Why a request can never be right, whatever the extent holds.
public enum ExtentFault: UInt8, Sendable {
  /// It asks for no numbers.
  case empty
  /// The alignment is not a power of two.
  case alignment
  /// The skew is not below the alignment.
  case skew
  /// The boundary is not a power of two.
  case boundary
  /// The boundary is below the size, so every placement crosses one.
  case boundaryBelowSize
  /// The subregion ends before it starts, or lies outside the extent.
  case subregion
}

/// Why a call failed. The extent is as it was before.
public enum ExtentError<Address: ArenaAddress>: Error, Equatable, Sendable {
  /// The request contradicts itself.
  case invalid(ExtentFault)
  /// No placement satisfies the request now.
  case noSpace
  /// The numbers that were asked for overlap a region: `with` is the first such.
  case conflict(wanted: AddressRange<Address>, with: AddressRange<Address>)
  /// The numbers reach outside the extent.
  case outsideExtent(AddressRange<Address>)
  /// There is room, but no descriptor for one more region.
  case noDescriptor
  /// The numbers to free are not part of one region, or not all of one that must be freed whole. `region` is the
  /// lowest that overlaps them.
  case notARegion(AddressRange<Address>, region: AddressRange<Address>?)
  /// The storage is too small: both in bytes.
  case storageTooSmall(given: Int, needed: Int)
}
