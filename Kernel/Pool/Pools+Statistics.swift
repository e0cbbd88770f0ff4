import Primitives
import VMem

/// What a cache holds, at one moment.
public struct CacheStatistics: Equatable, Sendable {
  /// Bytes of an object, as asked for.
  public internal(set) var size = 0
  /// Objects allocated; in magazines, ready to be handed out; in quarantine; all that its slabs have room for.
  public internal(set) var live = 0
  public internal(set) var cached = 0
  public internal(set) var quarantined = 0
  public internal(set) var objects = 0
  public internal(set) var slabs = 0
  public internal(set) var unusedSlabs = 0
  /// Pages of all slabs.
  public internal(set) var pages = 0
  /// Pages of a slab, and bytes of it that no object has.
  public internal(set) var pagesPerSlab = 0
  public internal(set) var wastePerSlab = 0
  public internal(set) var counts = CacheCounts()

  /// Bytes of the slabs that nobody asked for or that nobody has: all but what live objects were made for.
  public var bytesLost: Int { pages * PageSource.pageSize - live * size }
}

/// What the books of pools hold.
public struct BookStatistics: Equatable, Sendable {
  /// Wired pages of records, and of nodes of the index.
  public internal(set) var recordPages = 0
  public internal(set) var indexPages = 0
  /// Bytes of records in use.
  public internal(set) var bytesInUse = 0
}

extension PoolCache where Lock: ~Copyable {
  /// O(objects of the cache), each slab by itself.
  public var statistics: CacheStatistics {
    var result = CacheStatistics()
    result.size = size
    result.pagesPerSlab = run.pages
    result.wastePerSlab = run.waste
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    result.counts = unsafe state.pointee.counts
    result.unusedSlabs = unsafe state.pointee.unused.count
    unsafe add(state.pointee.partial, &result)
    unsafe add(state.pointee.full, &result)
    unsafe add(state.pointee.unused, &result)
    result.pages = result.slabs * run.pages
    return result
  }

  private func add(_ list: SlabList, _ result: inout CacheStatistics) {
    var next = unsafe list.first
    while let pointer = unsafe next {
      let slab = unsafe SlabReference(pointer)
      let objects = Int(unsafe pointer.pointee.objects)
      result.slabs += 1
      result.objects += objects
      for index in 0..<objects {
        switch unsafe ObjectState.load(slab.states + index) {
        case ObjectState.live: result.live += 1
        case ObjectState.cached: result.cached += 1
        case ObjectState.quarantined: result.quarantined += 1
        default: break
        }
      }
      unsafe next = pointer.pointee.next
    }
  }

  /// Calls `body` with every live object, as a leak: where it is, and by an audit who allocated it. Nobody may use the
  /// cache meanwhile.
  public func forEachLive(_ body: (Damage) -> Void) {
    unsafe forEachLive(in: state.pointee.full, body)
    unsafe forEachLive(in: state.pointee.partial, body)
  }

  private func forEachLive(in list: SlabList, _ body: (Damage) -> Void) {
    var next = unsafe list.first
    while let pointer = unsafe next {
      let slab = unsafe SlabReference(pointer)
      for index in 0..<Int(unsafe pointer.pointee.objects)
      where unsafe slab.states[index] == ObjectState.live {
        body(describe(.leak, slab, index))
      }
      unsafe next = pointer.pointee.next
    }
  }
}

extension Pools where Lock: ~Copyable {
  /// What the books hold. Constant time.
  public var bookStatistics: BookStatistics {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    var result = BookStatistics()
    result.recordPages = unsafe state.pointee.books.pageCount
    result.indexPages = unsafe state.pointee.indexPages
    result.bytesInUse = unsafe state.pointee.books.bytesInUse
    return result
  }

  /// Reports every live object of every cache as a leak to the damage hook; how many there are. For the end.
  public func reportLeaks() -> Int {
    var count = 0
    forEachCache { cache in
      cache.forEachLive { leak in
        report(leak, cache.name)
        count += 1
      }
    }
    return count
  }
}
