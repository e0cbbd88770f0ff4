import KMem
import Pool
import Primitives
import SimulatedPages
import Testing
import Text

/// Memory with an alignment and without a size at free, guard pages, and clearing.
struct UnsizedTests {
  /// Every power of two up to four pages, with sizes around every class.
  @Test func alignedMemoryIsAlignedAndFreedWithoutASize() throws {
    let world = try World(direct: 200, frames: 200)
    world.kmem.reap()
    let boot = world.counts
    for power in 0...14 {
      let alignment = 1 << power
      for size in [0, 1, 8, 31, 65, 96, 100, 129, 1000, 1025, 3000, 4096, 5000, 8192, 8193, 20000] {
        let object = try #require(world.kmem.allocate(size, alignment: alignment), "\(size) at \(alignment)")
        #expect(UInt(bitPattern: object) % UInt(alignment) == 0, "\(size) at \(alignment)")
        object.initializeMemory(as: UInt8.self, repeating: 3, count: size)
        try world.kmem.free(object)
      }
    }
    world.expectSound()
    world.kmem.reap()
    #expect(world.counts == boot)
    for alignment in [0, 3, 24, -8] { #expect(world.kmem.allocate(8, alignment: alignment) == nil) }
    #expect(world.kmem.allocate(-1, alignment: 8) == nil)
    #expect(world.kmem.allocate(.max, alignment: 8) == nil)
  }

  @Test(arguments: [DebuggingAids.none, .all]) func wrongFreesWithoutASizeAreNamed(aids: DebuggingAids) throws
  {
    let world = try World(aids: aids)
    let kmem = world.kmem!
    func kind(_ object: UnsafeMutableRawPointer) -> Damage.Kind? {
      do throws(Damage) { try kmem.free(object) } catch { return error.kind }
      return nil
    }
    let (small, large) = (try #require(kmem.allocate(100)), try #require(kmem.allocate(20000)))
    #expect(kind(small + 8) == .noObject)
    #expect(kind(large + 4096) == .noObject)
    #expect(kind(small) == nil && kind(large) == nil)
    #expect(kind(small) == .doubleFree && kind(large) == .foreign)
    var local = 0
    #expect(withUnsafeMutablePointer(to: &local) { kind(UnsafeMutableRawPointer($0)) } == .foreign)
    world.expectSound()
  }

  /// A slab of another cache of the same books is an allocation of the arena: it once could be freed as one.
  @Test func theSlabOfAnotherCacheIsNobodysToFree() throws {
    let world = try World(frames: 100)
    let kmem = world.kmem!
    let cache = try kmem.pools.makeCache(name: "other", size: 7000) { NoLock() }
    #expect(cache.run.pages * 4096 > 8192)
    let object = try #require(cache.allocate())
    let slab = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: object) & ~4095)!
    for size in [7000, cache.run.pages * 4096] {
      #expect(throws: Damage(.otherCache, UInt(bitPattern: slab))) { try kmem.free(slab, size: size) }
    }
    #expect(throws: Damage(.otherCache, UInt(bitPattern: slab))) { try kmem.free(slab) }
    world.expectSound()
    try cache.free(object)
    #expect(cache.destroy())
  }

  /// The object ends where its run ends, alignment is as ever, and other caches go on as before.
  @Test(arguments: [DebuggingAids.none, .all]) func aCacheChosenByNameIsGuarded(aids: DebuggingAids) throws {
    let runs = SimulatedPages(pages: 20)
    let name: StaticString = "kmem-96"
    let world = try World(aids: aids, guarding: GuardedCache(ShortName(name.bytes)!, source: runs.source))
    let kmem = world.kmem!
    let objects = (0..<3).map { _ in kmem.allocate(96, caller: 0x1234)! }
    #expect(runs.free == 17 && objects.allSatisfy(runs.contains))
    for object in objects {
      #expect(UInt(bitPattern: object + 96) % 4096 == 0 && UInt(bitPattern: object) % 32 == 0)
      object.initializeMemory(as: UInt8.self, repeating: 1, count: 96)
    }
    let other = try #require(kmem.allocate(64))
    #expect(!runs.contains(other))
    // What the report of a fault asks for.
    let end = UInt(bitPattern: objects[0]) + 96
    let found = try #require(kmem.pools.overrun(at: end + 5))
    #expect(found.damage.address == UInt(bitPattern: objects[0]) && found.damage.offset == 101)
    #expect(found.damage.allocator == (aids.contains(.audit) ? 0x1234 : 0))
    #expect(kmem.pools.overrun(at: UInt(bitPattern: other)) == nil)
    for object in objects { try kmem.free(object, size: 96) }
    #expect(runs.free == 20 && runs.misuses.isEmpty)
    #expect(kmem.pools.overrun(at: end) == nil)
    try kmem.free(other, size: 64)
    world.expectSound()
  }

  @Test(arguments: [64, 5000, 20000]) func memoryIsClearedWhenItIsFreed(size: Int) throws {
    let world = try World(aids: .clearing)
    let kmem = world.kmem!
    let object = try #require(kmem.allocate(size))
    object.initializeMemory(as: UInt8.self, repeating: 7, count: size)
    #expect(throws: Damage.self) { try kmem.free(object, size: size + 9000) }
    #expect(object.load(as: UInt8.self) == 7, "a refused free changes nothing")
    world.watchUnbacking(of: object, size)
    try kmem.free(object, size: size)
    if size <= 8192 {
      #expect(UnsafeRawBufferPointer(start: object, count: size).allSatisfy { $0 == 0 })
    } else {
      #expect(world.wasClearWhenUnbacked == true)
    }
    world.expectSound()
  }
}
