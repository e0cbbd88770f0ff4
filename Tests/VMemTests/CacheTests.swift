import Primitives
import Testing
import VMem

@Suite struct CacheTests {
  func withCaches(limit: UInt16, _ body: (Ports) throws -> Void) throws {
    let size = Ports.storageSize(spans: 1, allocations: 100, quantum: 4, cacheLimit: limit)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Ports.create(name: "cached", quantum: 4, cacheLimit: limit, storage: storage)
    try arena.add(span: AddressRange(0, 1023))
    try body(arena)
    #expect(arena.checkInvariants() == 0)
    try arena.destroy()
  }

  @Test func addressZeroGoesThroughACache() throws {
    try withCaches(limit: 16) { arena in
      let zero = try arena.allocate(Request(count: 3))
      #expect(zero == AddressRange(0, 3))
      try arena.free(zero)
      #expect(arena.statistics.cachedSegments == 1)
      #expect(segments(arena).first?.kind == .cached)
      #expect(try arena.allocate(Request(count: 4)) == AddressRange(0, 3))
      #expect(arena.statistics.cacheHits == 1)
      try arena.free(AddressRange(0, 0))
      #expect(arena.statistics.inUse == 4)
    }
  }

  @Test func aWrongFreeIsNoticedInTheCacheToo() throws {
    try withCaches(limit: 16) { arena in
      let range = try arena.allocate(Request(count: 8))
      #expect(throws: FreeError<UInt16>.mismatch(AddressRange(0, 11), allocated: range, owner: .none)) {
        try arena.free(AddressRange(0, 11))
      }
      #expect(throws: FreeError<UInt16>.cached(AddressRange(0, 3))) {
        try arena.freeFragment(AddressRange(0, 3))
      }
      try arena.free(range)
      #expect(throws: FreeError<UInt16>.notAllocated(range, free: range)) { try arena.free(range) }
      #expect(throws: FreeError<UInt16>.notAllocated(range, free: range)) { try arena.freeFragment(range) }
    }
  }

  @Test func cachesAreReapedBeforeARequestFails() throws {
    try withCaches(limit: 16) { arena in
      var held: [AddressRange<UInt16>] = []
      for _ in 0..<64 { held.append(try arena.allocate(Request(count: 16))) }
      for range in held.prefix(10) { try arena.free(range) }
      #expect(arena.statistics.cachedSegments == 10)
      let large = try arena.allocate(Request(count: 160))
      #expect(large == AddressRange(0, 159))
      try arena.free(large)
      for range in held.dropFirst(10) { try arena.free(range) }
      #expect(arena.statistics.cachedSegments == 15)
      try arena.claim(AddressRange(160, 163))
      try arena.free(AddressRange(160, 163))
      #expect(arena.statistics.cachedSegments == 0)
    }
  }
}
