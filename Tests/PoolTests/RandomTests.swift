import Oracle
import Pool
import Primitives
import SimulatedPages
import Testing

/// Random steps against a model that knows which objects live and what is in them. Pool-I1, Pool-I3 and Pool-I4 are
/// proven every few steps.
struct RandomTests {
  @Test(arguments: 0..<12)
  func cachesAgreeWithTheModel(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let world = World(pages: dice.roll(40...100), books: 20, processors: 1)
    if seed % 3 == 2 { world.pools.setAids(DebuggingAids.all) }
    let sizes = (0..<4).map { _ in dice.roll(1...(seed % 2 == 0 ? 300 : 6000)) }
    let caches = try sizes.map { try world.cache($0) }
    var live: [(object: UnsafeMutableRawPointer, cache: Int, fill: UInt8)] = []
    for step in 0..<2500 {
      let grows = step / 500 % 2 == 0
      if dice.percent(grows ? 70 : 30) || live.isEmpty {
        let cache = dice.roll(0...3)
        guard let object = caches[cache].allocate() else { continue }
        let fill = UInt8(dice.roll(0...255))
        #expect(world.pages.contains(object))
        object.initializeMemory(as: UInt8.self, repeating: fill, count: sizes[cache])
        live.append((object, cache, fill))
      } else {
        let (object, cache, fill) = live.remove(at: dice.roll(0...live.count - 1))
        let bytes = UnsafeRawBufferPointer(start: object, count: sizes[cache])
        #expect(bytes.allSatisfy { $0 == fill })
        try caches[cache].free(object)
      }
      if dice.roll(0...299) == 0 { world.pools.reap() }
      if step % 97 == 0 {
        world.expectSound()
        for (index, cache) in caches.enumerated() {
          #expect(cache.statistics.live == live.count { $0.cache == index })
        }
      }
    }
    for (object, cache, _) in live { try caches[cache].free(object) }
    for cache in caches { #expect(cache.destroy()) }
    world.pools.reap()
    #expect(world.pages.free == world.pages.pageCount && world.books.free == 20)
    #expect(world.damages.isEmpty)
    world.expectSound()
  }

  /// Every request for a page fails in turn, for runs, slabs, magazines and nodes of the index alike: the allocation
  /// fails or does without, and nothing is lost.
  @Test(arguments: [16, 700, 4096])
  func everyPageMayBeRefused(size: Int) throws {
    for source in 0..<2 {
      for failing in 1...12 {
        let world = World(pages: 64, books: 32)
        let cache = try world.cache(size)
        let simulated = source == 0 ? world.pages : world.books
        let booksBefore = world.books.free
        simulated.failing = failing
        var objects: [UnsafeMutableRawPointer] = []
        for _ in 0..<40 {
          if let object = cache.allocate() { objects.append(object) }
          world.expectSound()
        }
        #expect(objects.count >= 39)
        for object in objects { try cache.free(object) }
        world.pools.reap()
        #expect(world.pages.free == 64 && world.books.free == booksBefore)
        world.expectSound()
      }
    }
  }

  /// With no page at all for books, freeing still works.
  @Test func freeNeedsNoMemory() throws {
    let world = World(pages: 64, books: 6)
    let cache = try world.cache(32)
    var objects: [UnsafeMutableRawPointer] = []
    while let object = cache.allocate() { objects.append(object) }
    #expect(objects.count > 1000)
    while world.books.take(1) != nil {}
    for object in objects { try cache.free(object) }
    #expect(cache.statistics.live == 0)
    world.expectSound()
  }
}
