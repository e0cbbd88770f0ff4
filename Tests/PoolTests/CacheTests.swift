import Pool
import Primitives
import SimulatedPages
import Testing

struct CacheTests {
  @Test(arguments: [8, 24, 64, 100, 512, 1000, 4096, 5000, 8192])
  func objectsAreDisjointAlignedAndReturned(size: Int) throws {
    let world = World(pages: 256, books: 64)
    let cache = try world.cache(size)
    var objects: Set<UnsafeMutableRawPointer> = []
    for number in 0..<100 {
      let object = try #require(cache.allocate())
      #expect(UInt(bitPattern: object) % 8 == 0)
      object.initializeMemory(as: UInt8.self, repeating: UInt8(number), count: size)
      #expect(objects.insert(object).inserted)
    }
    world.expectSound()
    #expect(cache.statistics.live == 100)
    for object in objects {
      let bytes = object.assumingMemoryBound(to: UInt8.self)
      #expect((1..<size).allSatisfy { bytes[$0] == bytes[0] })
      try cache.free(object)
    }
    world.expectSound()
    #expect(cache.destroy())
    world.pools.reap()
    #expect(world.pages.free == 256 && world.books.free == 64)
    world.expectSound()
  }

  @Test func anObjectOfAPageCostsAPage() throws {
    let world = World(pages: 10)
    let cache = try world.cache(4096)
    for _ in 0..<10 { #expect(cache.allocate() != nil) }
    #expect(cache.allocate() == nil)
    #expect(cache.statistics.counts.failures == 1)
  }

  /// Pool-I5
  @Test(arguments: [8, 64, 4096])
  func exhaustionLeavesNothingBehind(size: Int) throws {
    let world = World(pages: 20, books: 12)
    let cache = try world.cache(size)
    for _ in 0..<3 {
      var objects: [UnsafeMutableRawPointer] = []
      while let object = cache.allocate() { objects.append(object) }
      #expect(objects.count == 20 * (4096 / size))
      world.expectSound()
      for object in objects.shuffled() { try cache.free(object) }
      world.pools.reap()
      #expect(world.pages.free == 20)
      // The state of the cache is in the one page.
      #expect(world.books.free == 11)
      world.expectSound()
    }
  }

  @Test func wrongFreesAreNamedAndChangeNothing() throws {
    let world = World()
    let cache = try world.cache(64)
    let other = try world.cache(64)
    let (first, second) = (try #require(cache.allocate()), try #require(other.allocate()))
    func kind(_ object: UnsafeMutableRawPointer) -> Damage.Kind? {
      do throws(Damage) { try cache.free(object) } catch { return error.kind }
      return nil
    }
    var local = 0
    #expect(withUnsafeMutablePointer(to: &local) { kind(UnsafeMutableRawPointer($0)) } == .foreign)
    #expect(kind(second) == .otherCache)
    #expect(kind(first + 8) == .noObject)
    #expect(kind(first + 1) == .noObject)
    #expect(kind(first + 64) == .doubleFree, "never allocated")
    #expect(kind(first) == nil)
    #expect(kind(first) == .doubleFree)
    #expect(cache.statistics.live == 0 && other.statistics.live == 1)
    // Also when others were freed in between, and when the magazines overflow.
    let many = (0..<500).map { _ in cache.allocate()! }
    for object in many { #expect(kind(object) == nil) }
    for object in many { #expect(kind(object) == .doubleFree) }
    world.expectSound()
  }

  /// Every address of a run, and of the page before and behind it.
  /// Pool-I2
  @Test(arguments: [8, 24, 40, 100, 520, 4096, 1368, 6000])
  func noAddressButThatOfALiveObjectIsTaken(size: Int) throws {
    let world = World()
    var options = CacheOptions()
    options.alignment = size % 8 == 0 ? 8 : 1
    let cache = try world.cache(size, options)
    var live: Set<UInt> = []
    for _ in 0..<3 {
      // Three slabs, of different colours.
      let objects = (0..<cache.run.objects).map { _ in cache.allocate()! }
      let first = UInt(bitPattern: objects.min()!) & ~4095
      live.formUnion(objects.map { UInt(bitPattern: $0) })
      for address in first &- 4096..<first + UInt(cache.run.pages + 1) * 4096 where !live.contains(address) {
        // What the short way would take, and the long one too.
        #expect(throws: Damage.self) { try cache.free(UnsafeMutableRawPointer(bitPattern: address)!) }
      }
    }
    world.expectSound()
  }

  @Test func constructedObjectsStayConstructed() throws {
    let world = World()
    struct Counts { var made = 0, undone = 0 }
    var counts = Counts()
    try withUnsafeMutablePointer(to: &counts) { counts in
      var options = CacheOptions()
      options.setObject(
        constructor: { context, object in
          context!.assumingMemoryBound(to: Counts.self).pointee.made += 1
          object.storeBytes(of: 0x1234_5678, as: UInt32.self)
          return context!.assumingMemoryBound(to: Counts.self).pointee.made != 5
        },
        destructor: { context, object in
          context!.assumingMemoryBound(to: Counts.self).pointee.undone += 1
          #expect(object.load(as: UInt32.self) == 0x1234_5678)
        }, context: counts)
      let cache = try world.cache(100, options)
      var objects: [UnsafeMutableRawPointer] = []
      for _ in 0..<4 { objects.append(try #require(cache.allocate())) }
      #expect(counts.pointee.made == 4)
      for object in objects { try cache.free(object) }
      objects = (0..<4).map { _ in cache.allocate()! }
      #expect(counts.pointee.made == 4, "from the magazine, constructed")
      for object in objects { #expect(object.load(as: UInt32.self) == 0x1234_5678) }
      for _ in 0..<50 { if let object = cache.allocate() { objects.append(object) } }
      world.expectSound()
      for object in objects { try cache.free(object) }
      cache.reap()
      #expect(counts.pointee.made - 1 == counts.pointee.undone, "the one that was refused is not undone")
      world.expectSound()
    }
  }

  @Test func alignmentHolds() throws {
    for alignment in [1, 2, 8, 16, 64, 128, 512, 4096] {
      let world = World(pages: 400)
      var options = CacheOptions()
      options.alignment = alignment
      for size in [1, 20, 100, 513, 4096] {
        let cache = try world.cache(size, options)
        for _ in 0..<30 { #expect(UInt(bitPattern: try #require(cache.allocate())) % UInt(alignment) == 0) }
        world.expectSound()
      }
    }
  }

  @Test func slabsAreColoured() throws {
    let world = World(longestRun: 1)
    let cache = try world.cache(600)
    let offsets = Set((0..<60).map { _ in UInt(bitPattern: cache.allocate()!) % 4096 })
    // 6 objects a slab, 496 bytes over: sixteen colours, 32 bytes apart.
    #expect(offsets.count == 60)
    world.expectSound()
  }

  @Test func magazinesGrowWithUseAndShrinkWhenReaped() throws {
    let world = World(pages: 200)
    let cache = try world.cache(64)
    func visits(_ rounds: Int) throws -> UInt32 {
      let before = cache.statistics.counts.visits
      for _ in 0..<rounds {
        let objects = (0..<100).map { _ in cache.allocate()! }
        for object in objects { try cache.free(object) }
      }
      return cache.statistics.counts.visits - before
    }
    let first = try visits(1)
    _ = try visits(20)
    #expect(try visits(1) * 3 < first, "after some rounds the magazines hold more")
    #expect(cache.statistics.cached >= 100)
    cache.reap()
    #expect(cache.statistics.cached == 0 && world.pages.free == 200)
    world.expectSound()
  }

  /// Pool-I6
  @Test func pageableObjectsAreNeverTouched() throws {
    let world = World(pages: 4)
    world.pools.setAids(.all)
    let pageable = SimulatedPages(pages: 64, isTouchable: false)
    let cache = try world.cache(200, .pageable(pageable.source))
    let objects = (0..<300).map { _ in cache.allocate()! }
    #expect(objects.allSatisfy(pageable.contains))
    for object in objects.shuffled() { try cache.free(object) }
    world.pools.reap()
    #expect(pageable.free == 64 && pageable.misuses.isEmpty)
    #expect(world.pages.free == 4, "no book is on other pages than the wired ones")
    world.expectSound()
  }

  @Test func memoryIsClearedOnFreeWhereAsked() throws {
    let world = World()
    var options = CacheOptions()
    options.zeroesOnFree = true
    let cache = try world.cache(128, options)
    let object = try #require(cache.allocate())
    object.initializeMemory(as: UInt8.self, repeating: 7, count: 128)
    try cache.free(object)
    #expect(UnsafeRawBufferPointer(start: object, count: 128).allSatisfy { $0 == 0 })
  }

  /// Zero on free for all caches: not where objects are constructed or must not be touched.
  @Test func memoryIsClearedOnFreeEverywhereIfAllAreTold() throws {
    let world = World()
    world.pools.setAids(.clearing)
    let cache = try world.cache(128)
    let object = try #require(cache.allocate())
    object.initializeMemory(as: UInt8.self, repeating: 7, count: 128)
    try cache.free(object)
    #expect(UnsafeRawBufferPointer(start: object, count: 128).allSatisfy { $0 == 0 })
    var options = CacheOptions()
    options.setObject(
      constructor: { _, object in
        object.storeBytes(of: 7, as: UInt8.self)
        return true
      }, destructor: nil, context: nil)
    let constructed = try world.cache(128, options)
    let kept = try #require(constructed.allocate())
    try constructed.free(kept)
    #expect(kept.load(as: UInt8.self) == 7)
    let pageable = SimulatedPages(pages: 8, isTouchable: false)
    let untouched = try world.cache(200, .pageable(pageable.source))
    try untouched.free(try #require(untouched.allocate()))
    world.pools.reap()
    #expect(pageable.misuses.isEmpty && pageable.free == 8)
    world.expectSound()
  }

  /// Every address near a run is asked for; only live objects are, with an aid and without.
  @Test(arguments: [DebuggingAids.none, .audit]) func onlyLiveObjectsAreLive(aids: DebuggingAids) throws {
    let world = World()
    world.pools.setAids(aids)
    let (cache, other) = (try world.cache(100), try world.cache(100))
    let objects = (0..<20).map { _ in cache.allocate()! }
    let stranger = try #require(other.allocate())
    for object in objects.prefix(7) { try cache.free(object) }
    let live = Set(objects.dropFirst(7))
    let first = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: objects.min()!) & ~4095)!
    for offset in -64..<4096 + 64 {
      #expect(cache.isLive(first + offset) == live.contains(first + offset))
    }
    #expect(!cache.isLive(stranger) && other.isLive(stranger))
    world.expectSound()
  }

  @Test func wrongOptionsAreRefused() throws {
    let world = World(books: 1)
    #expect(throws: CacheError.size(0)) { try world.cache(0) }
    #expect(throws: CacheError.size(32769)) { try world.cache(32769) }
    var options = CacheOptions()
    options.alignment = 24
    #expect(throws: CacheError.alignment(24)) { try world.cache(8, options) }
    let none = World(books: 0)
    #expect(throws: CacheError.noMemory) { try none.cache(8) }
  }
}
