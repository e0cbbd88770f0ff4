import Primitives

/// Why addresses of a bus could not be taken. Nothing was changed.
public enum ClaimError: Error, Equatable, Sendable {
  /// Somebody holds a part of it.
  case conflict(ClaimConflict)

  /// The arena's descriptors are used up; more can be given once memory is up.
  case noDescriptors(BusRange)

  /// The table of names is full: `range` was wanted under a name that has no number.
  case noNames(BusRange)
}

/// Two that want the same addresses, both by name.
public struct ClaimConflict: Equatable, Sendable {
  /// What was asked for, and by whom.
  public let wanted: BusRange
  public let wantedBy: Owner

  /// The lowest range in the way, and whose it is.
  public let held: BusRange
  public let heldBy: Owner

  public init(wanted: BusRange, wantedBy: Owner, held: BusRange, heldBy: Owner) {
    self.wanted = wanted
    self.wantedBy = wantedBy
    self.held = held
    self.heldBy = heldBy
  }
}

/// Why addresses could not be given back. Nothing was changed.
public enum ReleaseError: Error, Equatable, Sendable {
  /// The range is not exactly one that was claimed.
  case notClaimed(BusRange)

  /// The range is mapped: its handle is unmapped instead.
  case isMapped(BusRange)
}
