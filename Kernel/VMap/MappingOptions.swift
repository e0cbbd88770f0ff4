import Paging
import Primitives

/// How the frames of a mapping are to be cached.
@frozen
public enum CachePolicy: UInt8, Sendable, CaseIterable {
  /// Every frame as it has to be: memory write-back, everything else uncached. What Plan 9's `vmap` and a debugger
  /// want, who do not know what they map.
  case natural
  /// Ordinary memory only.
  case writeBack
  case uncached
  case writeCombining
}

/// What a caller of vmap may choose.
@frozen
public struct MappingOptions: Sendable {
  public var cache: CachePolicy
  public var isWritable = true
  /// Whether 4 MiB pages may be used where they fit.
  public var mayUseLargePages = true
  /// Whether an unmapped page follows the mapping, so that running over its end traps. The page is lent: when the
  /// window runs out of space, guard pages are taken back first.
  public var hasGuardPage = false
  /// The mapping's first page starts at a multiple of this power of two, in bytes; up to 4,096 means any page.
  public var alignment: UInt32 = 4096
  /// Whom conflicts and walks name.
  public var owner: Owner

  public init(_ cache: CachePolicy = .natural, owner: Owner) {
    self.cache = cache
    self.owner = owner
  }
}

/// A mapping as vmap returns it.
@frozen
public struct Mapping: Equatable, Sendable {
  /// Virtual address of the byte at the physical address asked for; not page-aligned unless that was.
  public var address: UInt32
  /// Bytes asked for.
  public var size: UInt32

  public init(address: UInt32, size: UInt32) {
    self.address = address
    self.size = size
  }
}

/// What kind of mapping an entry of the window belongs to, in the entry's three software bits: the record of a
/// mapping is its segment in the arena together with its first entry (VMap-I2).
enum MappingKind: UInt8 {
  /// Not written by VMap.
  case foreign = 0
  /// Consecutive frames from one physical address.
  case linear = 1
  case linearGuarded = 2
  /// A list of frames that stay the caller's.
  case pages = 3
  case pagesGuarded = 4
  /// A list of frames that VMap frees.
  case ownedPages = 5
  case ownedPagesGuarded = 6
  /// In a first entry only: somebody is unmapping it.
  case leaving = 7

  var hasGuard: Bool { self == .linearGuarded || self == .pagesGuarded || self == .ownedPagesGuarded }

  /// The same without a guard page.
  var unguarded: MappingKind { hasGuard ? MappingKind(rawValue: rawValue - 1)! : self }

  var guarded: MappingKind { hasGuard ? self : MappingKind(rawValue: rawValue + 1)! }
}
