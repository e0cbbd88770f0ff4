import Pool
import Primitives
import VMem

/// What kmem holds, at one moment.
public struct KMemStatistics: Equatable, Sendable {
  /// Pages of slabs, of kmem's caches and of all others of the same books.
  public internal(set) var slabPages = 0
  /// Bytes of live objects, each counted as large as its class.
  public internal(set) var live = 0
  /// Pages of the arena `kmem` in use: large allocations, and slabs of more than a page.
  public internal(set) var arenaPages = 0
  /// Pages of the books, and of the index.
  public internal(set) var bookPages = 0
}

extension KMem where Lock: ~Copyable {
  /// O(objects).
  public var statistics: KMemStatistics {
    var result = KMemStatistics()
    pools.forEachCache { cache in
      let statistics = cache.statistics
      result.slabPages += statistics.pages
      result.live += statistics.live * statistics.size
    }
    result.arenaPages = Int(truncatingIfNeeded: memory.statistics.inUse &>> 12)
    let books = pools.bookStatistics
    result.bookPages = books.recordPages + books.indexPages
    return result
  }
}
