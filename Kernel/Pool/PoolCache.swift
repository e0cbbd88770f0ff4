import Primitives
import VMem

/// A cache of objects of one size: constructed once, handed out and taken back many times.
///
/// The value is a handle; copies name the same cache. Allocation and free may be called in any context in which the
/// cache's page source may be (Pool.md says which calls reach it); without `sleep` they never sleep.
@safe
public struct PoolCache<Lock: Locking & ~Copyable>: @unchecked Sendable {
  // One pointer and no more: handles are passed in registers all over the place.
  let state: UnsafeMutablePointer<CacheState<Lock>>

  @inline(__always) init(state: UnsafeMutablePointer<CacheState<Lock>>) { unsafe self.state = state }

  /// The handle as a word, for those who pass it through C, and back.
  @unsafe @inline(__always) public var handle: UnsafeMutableRawPointer {
    unsafe UnsafeMutableRawPointer(state)
  }

  /// The caller promises that it is a handle of a cache that lives.
  @unsafe @inline(__always) public static func at(_ handle: UnsafeMutableRawPointer) -> PoolCache {
    unsafe PoolCache(state: handle.assumingMemoryBound(to: CacheState<Lock>.self))
  }

  /// What the cache is called.
  public var name: ArenaName { unsafe state.pointee.name }
  /// Bytes of an object, as asked for.
  public var size: Int { unsafe state.pointee.size }
  /// Objects start at multiples of this.
  public var alignment: Int { unsafe state.pointee.alignment }
  /// How the objects lie in their runs.
  public var run: RunChoice { unsafe state.pointee.run }

  /// What the running processor has of the cache. The fronts lie behind the state.
  @inline(__always)
  var front: UnsafeMutablePointer<Front<Lock>> { unsafe front(of: Lock.processor) }

  @inline(__always)
  func front(of processor: Int) -> UnsafeMutablePointer<Front<Lock>> {
    unsafe UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Front<Lock>.self) + processor
  }

  @inline(__always) var pools: Pools<Lock> { unsafe state.pointee.pools }
}

extension PoolCache: Equatable where Lock: ~Copyable {
  public static func == (left: PoolCache, right: PoolCache) -> Bool { unsafe left.state == right.state }
}

/// What lies at a cache's place in the books.
@safe
struct CacheState<Lock: Locking & ~Copyable>: ~Copyable {
  /// Where every free begins.
  let index: PageIndex
  /// 2^32 / stride, rounded up: `offset * reciprocal >> 32` is the index of the object at `offset`, and the low half of
  /// the product is below `reciprocal` exactly if an object starts there. Pool.md shows it. Every slab has a copy.
  let reciprocal: UInt32
  /// Guards the slabs and the depot. Taken after a front's lock and before that of the pools.
  let lock: Lock
  let pools: Pools<Lock>
  let name: ArenaName
  let size: Int
  let alignment: Int
  let run: RunChoice
  let options: CacheOptions
  let aids: DebuggingAids
  /// Bytes between the colours of slabs, and the last of them.
  let colourStep: Int
  let lastColour: Int
  let largestMagazine: Int
  let source: PageSource
  var colour = 0
  var partial = SlabList()
  var full = SlabList()
  var unused = SlabList()
  var depot = Depot()
  var magazineSize = 0
  /// Visits to depot and slabs since the magazines grew last.
  var visits = 0
  var counts = CacheCounts()
  var next: UnsafeMutablePointer<CacheState<Lock>>?
}

/// What a cache has done.
public struct CacheCounts: Equatable, Sendable {
  /// Slabs made, and given back.
  public internal(set) var slabsMade: UInt32 = 0
  public internal(set) var slabsReleased: UInt32 = 0
  /// Visits of processors to slabs and depot, by allocations and frees.
  public internal(set) var visits: UInt32 = 0
  /// Allocations that failed.
  public internal(set) var failures: UInt32 = 0
}

extension CacheState where Lock: ~Copyable {
  /// Whether every call goes the long way: an aid wants to see it. Slabs then bear another owner, and no magazine is
  /// ever loaded, so that the short ways need no test.
  var isWatched: Bool { aids != .none }
  var hasConstructor: Bool { unsafe options.constructor != nil || options.destructor != nil }
}

extension PoolCache where Lock: ~Copyable {
  /// What slabs of this cache say of their owner.
  var ownerMark: UnsafeMutableRawPointer {
    unsafe UnsafeMutableRawPointer(state) + (state.pointee.isWatched ? 1 : 0)
  }

  /// The cache of a slab; nil for `Slab.none`.
  static func owner(of slab: SlabReference) -> PoolCache? {
    let bits = unsafe UInt(bitPattern: slab.pointer.pointee.owner) & ~1
    guard let owner = unsafe UnsafeMutableRawPointer(bitPattern: bits) else { return nil }
    // Every slab of the index was made by a cache with this lock.
    return unsafe PoolCache(state: owner.assumingMemoryBound(to: CacheState<Lock>.self))
  }
}
