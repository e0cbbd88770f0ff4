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
      // As many as a magazine has rounds.
      #expect(arena.statistics.cachedSegments == 13)
      try arena.claim(AddressRange(160, 163))
      try arena.free(AddressRange(160, 163))
      #expect(arena.statistics.cachedSegments == 0)
    }
  }

  @Test func whatWasTakenLastIsForgottenWhenItEnds() throws {
    try withCaches(limit: 16) { arena in
      let last = try arena.allocate(Request(count: 16))
      try arena.free(last)
      var held: [AddressRange<UInt16>] = []
      #expect(try arena.allocate(Request(count: 16)) == last)
      for _ in 0..<13 { held.append(try arena.allocate(Request(count: 16))) }
      // The magazine is full when what was taken last comes back: so it ends.
      for range in held { try arena.free(range) }
      try arena.free(last)
      #expect(arena.statistics.cachedSegments == 13 && arena.checkInvariants() == 0)
      #expect(throws: FreeError<UInt16>.self) { try arena.free(last) }
      #expect(!arena.freeAtOnce(first: last.first, count: 16))
      #expect(arena.statistics.cachedSegments == 13 && arena.checkInvariants() == 0)
      // The same where reaping ends it.
      let another = try arena.allocate(Request(count: 16))
      try arena.free(another)
      arena.reap()
      #expect(throws: FreeError<UInt16>.self) { try arena.free(another) }
      try arena.claim(another)
      try arena.free(another)
      #expect(arena.statistics.cachedSegments == 0 && arena.checkInvariants() == 0)
    }
  }

  @Test func whatAMagazineHoldsMayHaveAGapBehindIt() throws {
    // Tags for two allocations with free addresses behind them, and no more.
    let size = Words.storageSize(spans: 1, allocations: 2, cacheLimit: 2)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(
      name: "short of tags", cacheLimit: 2, storage: storage)
    try arena.add(span: AddressRange(0, 99))
    let small = try arena.allocate(Request(count: 2))
    try arena.free(small)
    #expect(try arena.allocate(Request(count: 2)) == small)
    var behind = try arena.claim(AddressRange(small.last + 1, small.last + 20))
    while arena.statistics.freeTags > 0 { _ = try arena.allocate(Request(count: 1)) }
    // The front of what is behind it becomes free, and no tag is left to say so.
    try arena.freeFragment(AddressRange(behind.first, behind.first + 9))
    behind = AddressRange(behind.first + 10, behind.last)
    #expect(arena.checkInvariants() == 0)
    try arena.free(small)
    #expect(arena.checkInvariants() == 0)
    try arena.free(behind)
    arena.reap()
    #expect(arena.checkInvariants() == 0)
  }

  @Test func whatOneProcessorTookAnotherMayFree() throws {
    let size = Turns.storageSize(spans: 1, allocations: 100, cacheLimit: 4, processors: 2)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Turns.create(
      name: "two processors", cacheLimit: 4, processors: 2, storage: storage, lock: Turn())
    try arena.add(span: AddressRange(0, 999))
    let first = try arena.allocate(Request(count: 3))
    try arena.free(first)
    #expect(try arena.allocate(Request(count: 3)) == first)
    // Processor 0 took it last; it goes into the magazine of processor 1.
    Turn.$processor.withValue(1) { #expect(throws: Never.self) { try arena.free(first) } }
    #expect(throws: FreeError<UInt32>.self) { try arena.free(first) }
    #expect(arena.statistics.cachedSegments == 1 && arena.checkInvariants() == 0)
    // There it is reaped, and processor 0 must not take it for its own.
    arena.reap()
    #expect(throws: FreeError<UInt32>.self) { try arena.free(first) }
    #expect(arena.statistics.inUse == 0 && arena.checkInvariants() == 0)
    try arena.destroy()
  }

  @Test func countsThatTheSpaceCannotExpressAreOfNoCachedSize() throws {
    // Of 4 quanta that the space has, 3 are cached at most: so a count of 0 is never mistaken for all of it.
    let size = Small.storageSize(spans: 1, allocations: 16, quantum: 64, cacheLimit: 255)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Small.create(name: "coarse", quantum: 64, cacheLimit: 255, storage: storage)
    try arena.add(span: AddressRange(0, 255))
    let whole = try arena.allocate(Request(countMinusOne: 255))
    try arena.free(whole)
    #expect(arena.statistics.cachedSegments == 0)
    #expect(arena.allocateAtOnce(count: 0) == nil)
    #expect(throws: AllocationError<UInt8>.self) { try arena.allocate(Request(count: 0)) }
    #expect(arena.checkInvariants() == 0)
  }
}

private typealias Turns = Arena<UInt32, Turn>

/// No lock, but a processor that a test sets.
private struct Turn: Locking {
  @TaskLocal static var processor = 0

  func acquire() {}
  func release(_ token: Void) {}
}
