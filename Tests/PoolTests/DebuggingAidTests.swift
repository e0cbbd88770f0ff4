import Pool
import Primitives
import SimulatedPages
import Testing
import Text
import VMem

/// Each aid is shown to catch its bug, with the report to the letter.
struct DebuggingAidTests {
  private struct Sink: ByteSink {
    var text = ""
    mutating func write(_ byte: UInt8) { text.unicodeScalars.append(Unicode.Scalar(byte)) }
  }

  private func text(_ damage: Damage?) -> String {
    var sink = Sink()
    damage?.write(cache: "test", to: &sink)
    return sink.text
  }

  private func hexadecimal(_ object: UnsafeMutableRawPointer) -> String {
    let digits = String(UInt32(truncatingIfNeeded: UInt(bitPattern: object)), radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func world(_ aids: DebuggingAids) throws -> (World, PoolCache<NoLock>) {
    let world = World()
    world.pools.setAids(aids)
    // Caches do not keep their world: it stays for the rest of the process.
    _ = Unmanaged.passRetained(world)
    return (world, try world.cache(100))
  }

  private func refused(
    _ cache: PoolCache<NoLock>, _ object: UnsafeMutableRawPointer, by caller: UInt = 0
  ) -> Damage? {
    do throws(Damage) { try cache.free(object, caller: caller) } catch { return error }
    return nil
  }

  @Test func withoutAnyTheReportOfADoubleFreeNamesObjectAndCache() throws {
    let (_, cache) = try world(.none)
    let object = try #require(cache.allocate())
    try cache.free(object)
    #expect(text(refused(cache, object)) == "double free object=\(hexadecimal(object)) size=100 cache=test")
  }

  @Test func theAuditKnowsWhoAllocatedAndWhoFreed() throws {
    let (world, cache) = try world(.audit)
    let object = try #require(cache.allocate(caller: 0xC010_1234))
    try cache.free(object, caller: 0xC010_5678)
    #expect(
      text(refused(cache, object, by: 0xC010_9999))
        == "double free object=\(hexadecimal(object)) size=100 cache=test allocated-by=0xc0101234 "
        + "freed-by=0xc0105678")
    world.expectSound()
  }

  @Test func junkIsFoundByWhoReadsBeforeHeWrites() throws {
    let (_, cache) = try world(.junk)
    let object = try #require(cache.allocate())
    #expect(UnsafeRawBufferPointer(start: object, count: 100).allSatisfy { $0 == 0xA5 })
    try cache.free(object)
    #expect(UnsafeRawBufferPointer(start: object, count: 100).allSatisfy { $0 == 0xDF })
  }

  @Test func junkCatchesAWriteAfterFreeAtTheNextAllocation() throws {
    let (world, cache) = try world(DebuggingAids.junk.union(.audit))
    let object = try #require(cache.allocate(caller: 0x1000))
    try cache.free(object, caller: 0x2000)
    object.storeBytes(of: 0x42, toByteOffset: 17, as: UInt8.self)
    #expect(cache.allocate() == object)
    #expect(
      world.damages.map { text($0.damage) } == [
        "write after free object=\(hexadecimal(object)) size=100 cache=test offset=17 found=0x42 "
          + "allocated-by=0x00001000 freed-by=0x00002000"
      ])
    #expect(world.damages.first?.cache == "test")
    world.expectSound()
  }

  @Test func quarantineHoldsObjectsBackAndVerifiesThem() throws {
    let (world, cache) = try world(DebuggingAids.quarantine.union(.audit))
    let object = try #require(cache.allocate(caller: 0x1000))
    try cache.free(object, caller: 0x2000)
    for _ in 0..<100 {
      let other = try #require(cache.allocate())
      #expect(other != object, "not used again yet")
      try cache.free(other)
    }
    #expect(text(refused(cache, object)).hasPrefix("double free"), "in quarantine too")
    object.storeBytes(of: 0, toByteOffset: 99, as: UInt8.self)
    #expect(world.damages.isEmpty)
    world.pools.drainQuarantine()
    #expect(
      world.damages.map { text($0.damage) } == [
        "write after free object=\(hexadecimal(object)) size=100 cache=test offset=99 found=0x00 "
          + "allocated-by=0x00001000 freed-by=0x00002000"
      ])
    #expect(cache.destroy())
    world.pools.reap()
    #expect(world.pages.free == 64 && world.books.free == 64)
  }

  @Test func redZonesCatchAWriteBehindTheEnd() throws {
    let (world, cache) = try world(DebuggingAids.redZones.union(.audit))
    let object = try #require(cache.allocate(caller: 0x1000))
    object.storeBytes(of: 0x33, toByteOffset: 100, as: UInt8.self)
    #expect(
      text(refused(cache, object))
        == "write behind the end object=\(hexadecimal(object)) size=100 cache=test offset=100 found=0x33 "
        + "allocated-by=0x00001000")
    #expect(cache.statistics.live == 1, "nothing has changed")
    object.storeBytes(of: 0x5E, toByteOffset: 100, as: UInt8.self)
    #expect(refused(cache, object) == nil)
    world.expectSound()
  }

  @Test(arguments: [8, 64, 100, 4096])
  func noAidChangesAlignment(size: Int) throws {
    for raw in UInt8(0)..<64 {
      let world = World(pages: 200)
      world.pools.setAids(DebuggingAids(rawValue: raw))
      var options = CacheOptions()
      options.alignment = min(4096, 1 << size.trailingZeroBitCount)
      let cache = try world.cache(size, options)
      for _ in 0..<10 {
        #expect(UInt(bitPattern: try #require(cache.allocate())) % UInt(options.alignment) == 0)
      }
      world.expectSound()
    }
  }

  @Test func guardedObjectsEndWhereTheirRunEndsAndGoAtOnce() throws {
    let world = World()
    var options = CacheOptions()
    options.aids = .guardPages
    let cache = try world.cache(104, options)
    let object = try #require(cache.allocate())
    #expect(UInt(bitPattern: object + 104) % 4096 == 0, "the next byte is another page's")
    #expect(world.pages.free == 63)
    #expect(throws: Damage.self) { try cache.free(object - 104) }
    let page = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: object) & ~4095)!
    for offset in stride(from: 0, to: 4096 - 104, by: 8) {
      #expect(throws: Damage.self) { try cache.free(page + offset) }
    }
    try cache.free(object)
    #expect(world.pages.free == 64, "unmapped, so that whoever uses it traps")
    #expect(
      text(refused(cache, object)) == "free of what no pool has object=\(hexadecimal(object)) cache=test")
    world.expectSound()
  }

  @Test func leaksAreListedWithThoseWhoAllocated() throws {
    let (world, cache) = try world(.audit)
    let objects = (1...3).map { cache.allocate(caller: UInt($0) * 0x1000)! }
    try cache.free(objects[1])
    #expect(world.pools.reportLeaks() == 2)
    #expect(
      world.damages.map { text($0.damage) } == [
        "leak object=\(hexadecimal(objects[0])) size=100 cache=test allocated-by=0x00001000",
        "leak object=\(hexadecimal(objects[2])) size=100 cache=test allocated-by=0x00003000",
      ])
  }

  @Test func aidsHaveNamesOnACommandLine() {
    let names: [(StaticString, DebuggingAids)] = [
      ("junk", .junk), ("redzones", .redZones), ("quarantine", .quarantine), ("audit", .audit), ("all", .all),
      ("zero", .clearing),
    ]
    for (name, aid) in names { #expect(DebuggingAids(named: name.bytes) == aid) }
    #expect(DebuggingAids(named: StaticString("jun").bytes) == nil)
  }
}
