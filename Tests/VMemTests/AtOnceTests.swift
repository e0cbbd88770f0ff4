import Primitives
import Testing
import VMem

/// The calls that do what can be done at once, and nothing else.
@Suite struct AtOnceTests {
  @Test func oneThatIsPossibleAndOneThatIsNot() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      let first = try #require(arena.allocateAtOnce(count: 60))
      #expect(arena.allocateAtOnce(count: 60) == nil)
      #expect(arena.allocateAtOnce(count: 0) == nil)
      #expect(!arena.freeAtOnce(first: first, count: 59))
      #expect(!arena.freeAtOnce(first: first + 1, count: 59))
      #expect(!arena.freeAtOnce(first: first, count: 0))
      // Past the end of the space.
      #expect(!arena.freeAtOnce(first: .max, count: 2))
      #expect(arena.freeAtOnce(first: first, count: 60))
      #expect(!arena.freeAtOnce(first: first, count: 60))
      #expect(arena.statistics.inUse == 0)
    }
  }

  @Test func throughACache() throws {
    let size = Words.storageSize(spans: 1, allocations: 64, cacheLimit: 4)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(name: "cached", cacheLimit: 4, storage: storage)
    try arena.add(span: AddressRange(0, 999))
    let small = try #require(arena.allocateAtOnce(count: 3))
    let large = try #require(arena.allocateAtOnce(count: 30))
    #expect(arena.freeAtOnce(first: small, count: 3))
    #expect(arena.statistics.cachedSegments == 1)
    #expect(arena.allocateAtOnce(count: 3) == small)
    #expect(arena.freeAtOnce(first: small, count: 3))
    #expect(!arena.freeAtOnce(first: small, count: 3))
    #expect(arena.freeAtOnce(first: large, count: 30))
    arena.reap()
    #expect(arena.statistics.inUse == 0 && arena.checkInvariants() == 0)
  }
}
