/// What an arena holds and has done, at one moment.
///
/// Sums of addresses are 64 bits wide; for a 64-bit address type whose whole space is a span they wrap to 0,
/// and `isWhole` tells that from nothing.
public struct Statistics: Equatable, Sendable {
  /// Addresses in all spans.
  public internal(set) var total: UInt64 = 0
  /// Addresses in allocations, those in magazines included.
  public internal(set) var inUse: UInt64 = 0
  /// The most that `inUse` ever was.
  public internal(set) var inUseHighWater: UInt64 = 0
  /// One less than the addresses of the largest free segment; `nil` if nothing is free.
  public internal(set) var largestFreeMinusOne: UInt64?
  public internal(set) var spans = 0
  public internal(set) var importedSpans = 0
  /// Addresses in imported spans.
  public internal(set) var imported: UInt64 = 0
  /// Allocations that lie in magazines, ready to be handed out. They count as in use until they are reaped.
  public internal(set) var cachedSegments = 0
  /// Addresses in them.
  public internal(set) var cached: UInt64 = 0
  public internal(set) var allocatedSegments = 0
  public internal(set) var allocatedSegmentsHighWater = 0
  public internal(set) var freeSegments = 0
  /// Tags that are neither in use nor reserved for an allocation.
  public internal(set) var freeTags = 0
  /// Tags reserved for middle frees of fragmentable allocations.
  public internal(set) var reservedTags = 0
  /// Allocations that a magazine served; they are not in `allocations`.
  public internal(set) var cacheHits: UInt32 = 0
  /// Allocations that succeeded, by policy.
  public internal(set) var allocations = PolicyCounts()
  /// Requests that failed for want of space or tags.
  public internal(set) var failures: UInt32 = 0
  /// Whole and part frees that succeeded.
  public internal(set) var frees: UInt32 = 0
  /// Whether a single span is the whole of a 64-bit space.
  public internal(set) var isWhole = false

  /// Addresses in free segments.
  public var free: UInt64 { total &- inUse }

  /// How scattered the free space is, in thousandths: 0 if it is one segment, near 1,000 if it is in crumbs.
  public var fragmentation: UInt32 {
    guard let largest = largestFreeMinusOne, free != 0 else { return 0 }
    // Scaled down together until a 32-bit product and division suffice.
    var whole = free
    var part = largest &+ 1
    while whole >> 22 != 0 {
      whole >>= 1
      part >>= 1
    }
    return 1000 - UInt32(truncatingIfNeeded: part) * 1000 / UInt32(truncatingIfNeeded: whole)
  }
}

/// A count for each policy.
public struct PolicyCounts: Equatable, Sendable {
  private var counts: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  public static func == (left: PolicyCounts, right: PolicyCounts) -> Bool { left.counts == right.counts }

  /// Counts one instant fit, or one best fit: the subscript's setter, without its switch.
  mutating func noteInstantFit() { counts.0 &+= 1 }
  mutating func noteBestFit() { counts.1 &+= 1 }

  /// All of them.
  var total: UInt32 { counts.0 &+ counts.1 &+ counts.2 &+ counts.3 }

  public internal(set) subscript(policy: Policy) -> UInt32 {
    get {
      switch policy {
      case .instantFit: counts.0
      case .bestFit: counts.1
      case .firstFit: counts.2
      case .nextFit: counts.3
      }
    }
    set {
      switch policy {
      case .instantFit: counts.0 = newValue
      case .bestFit: counts.1 = newValue
      case .firstFit: counts.2 = newValue
      case .nextFit: counts.3 = newValue
      }
    }
  }
}
