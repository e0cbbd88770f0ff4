import Text
import VMem

/// What the maker of a cache may choose beside the size of its objects.
@safe
public struct CacheOptions: @unchecked Sendable {
  /// Makes memory an object, or says that it cannot. Called without locks, once before an object may be handed out
  /// and then not again until it was destructed. Context: that of the allocation.
  public typealias Constructor =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ object: UnsafeMutableRawPointer) -> Bool
  /// Undoes the constructor, before the memory goes back to its slab. Called without locks.
  public typealias Destructor =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ object: UnsafeMutableRawPointer) -> Void

  /// Objects start at multiples of this power of two, up to a page.
  public var alignment = 8
  var constructor: Constructor?
  var destructor: Destructor?
  var context: UnsafeMutableRawPointer?
  /// Where runs come from, if not from where all pools of the same books get theirs.
  public var source: PageSource?
  /// Whether the pages must not be touched: pageable memory, or a device's. Debugging aids that write into objects are
  /// then left out.
  public var isUntouched = false
  /// Whether memory is cleared when it is freed. Not with a constructor. `DebuggingAids.clearing` does it to all caches.
  public var zeroesOnFree = false
  /// For kmem, whose caches take objects back by size: the smallest that this one serves, its own being the largest.
  /// nil for a cache that is not kmem's.
  public var smallestSize: Int?
  /// Debugging aids for this cache, beside those that all have.
  public var aids = DebuggingAids.none

  public init() {
    unsafe constructor = nil
    unsafe destructor = nil
    unsafe context = nil
  }

  /// Names the functions that make objects and undo them.
  @unsafe public mutating func setObject(
    constructor: Constructor?, destructor: Destructor?, context: UnsafeMutableRawPointer?
  ) {
    unsafe self.constructor = constructor
    unsafe self.destructor = destructor
    unsafe self.context = context
  }

  /// A cache on pageable memory: no object is touched, no book is pageable (law 7).
  public static func pageable(_ source: PageSource) -> CacheOptions {
    var options = CacheOptions()
    options.source = source
    options.isUntouched = true
    return options
  }
}

/// Debugging aids, each to be switched on at boot. None changes where objects may start.
public struct DebuggingAids: OptionSet, Sendable {
  public let rawValue: UInt8

  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable public static var none: DebuggingAids { DebuggingAids(rawValue: 0) }
  /// Objects are filled with a pattern when they are allocated and with another when they are freed, and the second
  /// is looked for before they are handed out again.
  @inlinable public static var junk: DebuggingAids { DebuggingAids(rawValue: 1) }
  /// Bytes of a pattern follow what was asked for; they are verified when it is freed.
  @inlinable public static var redZones: DebuggingAids { DebuggingAids(rawValue: 2) }
  /// Freed objects wait in a queue before they are used again, and are verified when they leave it. Includes junk.
  @inlinable public static var quarantine: DebuggingAids { DebuggingAids(rawValue: 4) }
  /// Who allocated and who freed each object.
  @inlinable public static var audit: DebuggingAids { DebuggingAids(rawValue: 8) }
  /// Each object ends where its run ends, and the run goes back to its source when the object is freed. With a source
  /// that leaves the page behind each run unmapped, overruns and uses after free trap.
  @inlinable public static var guardPages: DebuggingAids { DebuggingAids(rawValue: 16) }
  /// No aid but hardening: memory is cleared when it is freed, as far as it may be touched and has no constructor.
  @inlinable public static var clearing: DebuggingAids { DebuggingAids(rawValue: 32) }
  /// The aid of that name on a command line: `junk`, `redzones`, `quarantine`, `audit`, `all` of these, or `zero` for
  /// `clearing`.
  public init?(named name: Span<UInt8>) {
    if name.equals("junk") {
      self = .junk
    } else if name.equals("redzones") {
      self = .redZones
    } else if name.equals("quarantine") {
      self = .quarantine
    } else if name.equals("audit") {
      self = .audit
    } else if name.equals("zero") {
      self = .clearing
    } else if name.equals("all") {
      self = .all
    } else {
      return nil
    }
  }

  /// Whatever writes into objects.
  static var touching: UInt8 { 1 | 2 | 4 | 32 }
  /// All debugging aids that need no special source.
  @inlinable public static var all: DebuggingAids { DebuggingAids(rawValue: 15) }
}

/// A cache that is to have guard pages, chosen by name before it is made.
@safe
public struct GuardedCache {
  /// That of the cache.
  public let name: ShortName
  let source: PageSource

  /// - Parameters:
  ///   - name: That of the cache.
  ///   - source: Leaves the page behind each run unmapped, and unmaps a run as it comes back.
  public init(_ name: ShortName, source: PageSource) {
    self.name = name
    self.source = source
  }

  /// Whether a cache of that name is the one. Linear in the name.
  public func names(_ cache: ArenaName) -> Bool { cache.withBytes { name.equals($0) } }
}

/// Whom an audit blames for an object.
struct AuditRecord {
  /// Where it was allocated and freed last, as the callers said; 0 if they did not.
  var allocator: UInt
  var freer: UInt
  /// Bytes asked for.
  var requested: UInt
}
