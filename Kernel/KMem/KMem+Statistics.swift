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
  /// Reports everything that is still allocated as a leak to the damage hook of the pools; how much there is. Of more than
  /// 8 KiB nobody knows who allocated it. For the end: nobody uses kmem meanwhile.
  public func reportLeaks() -> Int {
    var count = pools.reportLeaks()
    memory.walk { segment in
      guard segment.kind == .allocated, segment.owner == .none else { return }
      var leak = Damage(.leak, UInt(truncatingIfNeeded: segment.range.first))
      leak.size = Int(truncatingIfNeeded: segment.range.countMinusOne) + 1
      pools.report(leak, "kmem")
      count += 1
    }
    return count
  }

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
