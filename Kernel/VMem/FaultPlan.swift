/// A step that can fail for want of something, and that a test can make fail.
public enum FaultSite: UInt8, Sendable, CaseIterable {
  /// Taking a tag.
  case tag
  /// Asking the source for a range.
  case importing
  /// Adding an imported range as a span.
  case importedSpan
  /// Asking the tag source for storage.
  case tagSource
}

/// Which step fails next, and how often each was reached.
public struct FaultPlan: Sendable {
  private var site: FaultSite?
  private var countdown: UInt32 = 0
  private var reachedCounts: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  init() {}

  /// A plan by which the `call`-th visit of `site`, counted from 1, fails, and no other.
  public init(failing site: FaultSite, onCall call: UInt32) {
    self.site = site
    countdown = call
  }

  /// Whether a failure is planned or has happened; fast paths stand aside meanwhile.
  var isActive: Bool { site != nil }

  /// Whether the planned failure has happened.
  public var hasStruck: Bool { site != nil && countdown == 0 }

  /// How often `site` was reached since the plan was made. Not counted without a plan.
  public func reached(_ site: FaultSite) -> UInt32 {
    switch site {
    case .tag: reachedCounts.0
    case .importing: reachedCounts.1
    case .importedSpan: reachedCounts.2
    case .tagSource: reachedCounts.3
    }
  }

  /// Visits a fault point; whether it is to fail.
  mutating func strike(_ visited: FaultSite) -> Bool {
    guard let site else { return false }
    switch visited {
    case .tag: reachedCounts.0 &+= 1
    case .importing: reachedCounts.1 &+= 1
    case .importedSpan: reachedCounts.2 &+= 1
    case .tagSource: reachedCounts.3 &+= 1
    }
    guard visited == site, countdown != 0 else { return false }
    countdown -= 1
    return countdown == 0
  }
}
