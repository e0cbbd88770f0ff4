import Pool
import Primitives
import SimulatedPages
import Testing
import VMem

/// Pools on simulated pages, with a damage hook that remembers.
final class World {
  let pages: SimulatedPages
  let books: SimulatedPages
  let pools: Pools<NoLock>
  var damages: [(damage: Damage, cache: String)] = []
  private let storage: UnsafeMutableRawBufferPointer

  init(pages: Int = 64, books: Int = 64, isTouchable: Bool = true, longestRun: Int = 8, processors: Int = 1) {
    self.pages = SimulatedPages(pages: pages, isTouchable: isTouchable)
    self.books = SimulatedPages(pages: books)
    storage = .allocate(byteCount: Pools<NoLock>.storageSize, alignment: 1)
    pools = Pools.create(
      wired: self.books.source, objects: self.pages.source(longestRun: longestRun), processors: processors,
      storage: storage, lock: NoLock())!
    pools.setDamageHook(
      DamageHook(
        report: { context, damage, cache in
          let world = Unmanaged<World>.fromOpaque(context!).takeUnretainedValue()
          var name = ""
          cache.assumingMemoryBound(to: ArenaName.self).pointee.withBytes { bytes in
            for index in bytes.indices { name.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
          }
          world.damages.append((damage.assumingMemoryBound(to: Damage.self).pointee, name))
        }, context: Unmanaged.passUnretained(self).toOpaque()))
  }

  deinit { storage.deallocate() }

  func cache(_ size: Int, _ options: CacheOptions = CacheOptions()) throws -> PoolCache<NoLock> {
    try pools.makeCache(name: "test", size: size, options) { NoLock() }
  }

  /// Nothing is in use but what is said, nobody touched what was not theirs, and the invariants hold.
  func expectSound(_ location: SourceLocation = #_sourceLocation) {
    #expect(throws: Never.self, sourceLocation: location) { try pools.checkInvariants() }
    #expect(pages.misuses.isEmpty && books.misuses.isEmpty, sourceLocation: location)
  }
}
