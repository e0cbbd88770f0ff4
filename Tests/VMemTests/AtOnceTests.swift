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

  @Test func withConstraints() throws {
    try withArena(of: UInt16.self, quantum: 4) { arena in
      try arena.add(span: AddressRange(0, 255))
      let first = try #require(arena.allocateAtOnce(count: 6, alignment: 32, phase: 8, first: 33, last: 200))
      #expect(first == 40)
      // Taken now, so the next place of the kind.
      #expect(arena.allocateAtOnce(count: 6, alignment: 32, phase: 8, first: 33, last: 100) == 72)
      #expect(arena.allocateAtOnce(count: 6, alignment: 32, phase: 8, first: 33, last: 100) == nil)
      // Wrong: none, no power of two, a phase that is none, bounds that hold nothing.
      #expect(arena.allocateAtOnce(count: 0, alignment: 4) == nil)
      #expect(arena.allocateAtOnce(count: 4, alignment: 3) == nil)
      #expect(arena.allocateAtOnce(count: 4, alignment: 8, phase: 8) == nil)
      #expect(arena.allocateAtOnce(count: 4, alignment: 4, first: 9, last: 8) == nil)
      #expect(arena.statistics.allocatedSegments == 2)
      #expect(arena.freeAtOnce(first: 40, count: 6) && arena.freeAtOnce(first: 72, count: 6))
    }
  }

  @Test func anExactRange() throws {
    try withArena(of: UInt8.self, quantum: 8) { arena in
      try arena.add(span: AddressRange(0, 255))
      #expect(arena.claimAtOnce(first: 248, count: 8))
      #expect(!arena.claimAtOnce(first: 248, count: 8))
      // Off the quantum, and none.
      #expect(!arena.claimAtOnce(first: 4, count: 8))
      #expect(!arena.claimAtOnce(first: 0, count: 0))
      #expect(arena.claimAtOnce(first: 0, count: 1))
      #expect(
        segments(arena).map(\.range) == [AddressRange(0, 7), AddressRange(8, 247), AddressRange(248, 255)])
    }
  }

  @Test func constraintsThatLeaveEverythingGoThroughCachesToo() throws {
    let size = Words.storageSize(spans: 1, allocations: 64, cacheLimit: 4)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(name: "cached", cacheLimit: 4, storage: storage)
    try arena.add(span: AddressRange(0, 999))
    var request = Request<UInt32>(count: 3)
    request.alignment = 1
    request.first = 0
    request.last = .max
    #expect(request == Request(count: 3))
    let range = try arena.allocate(request)
    try arena.free(range)
    #expect(arena.statistics.cachedSegments == 1)
    #expect(try arena.allocate(request) == range)
    #expect(arena.statistics.cacheHits == 1)
    request.alignment = 2
    #expect(request != Request(count: 3))
    try arena.free(range)
    // Not for a cache, and so not out of one.
    #expect(try arena.allocate(request) != range)
    #expect(arena.checkInvariants() == 0)
  }

  @Test func whetherARangeIsOneAllocation() throws {
    try withArena(of: UInt8.self, quantum: 4, spans: 1, allocations: 2) { arena in
      try arena.add(span: AddressRange(0, 255))
      #expect(!arena.isAllocated(AddressRange(0, 3)))
      let range = try arena.allocate(Request(count: 10))
      #expect(arena.isAllocated(range) && arena.isAllocated(AddressRange(range.first, range.first + 8)))
      #expect(!arena.isAllocated(AddressRange(range.first, range.first + 4)))
      #expect(!arena.isAllocated(AddressRange(range.first + 4, range.last)))
      // With every tag in use, what its front leaves behind the barrier is a gap; so is what is behind a back part.
      _ = try arena.claim(AddressRange(range.last + 1, 127))
      while (try? arena.allocate(Request(count: 4))) != nil {}
      try arena.freeFragment(AddressRange(range.last - 3, range.last))
      #expect(arena.isAllocated(AddressRange(range.first, range.last - 4)) && !arena.isAllocated(range))
    }
  }

  @Test func freesAreCountedThoughNoneCountsThem() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 999))
      let range = try arena.allocate(Request(count: 100))
      // A middle, a front and a back part: two remain, then two, then two.
      try arena.freeFragment(AddressRange(range.first + 40, range.first + 49))
      try arena.freeFragment(AddressRange(range.first, range.first + 9))
      try arena.freeFragment(AddressRange(range.first + 90, range.first + 99))
      #expect(arena.statistics.frees == 3 && arena.statistics.allocatedSegments == 2)
      try arena.free(AddressRange(range.first + 10, range.first + 39))
      #expect(arena.statistics.frees == 4 && arena.statistics.allocatedSegments == 1)
      #expect(arena.statistics.allocations[.instantFit] == 1)
      let next = try arena.claim(AddressRange(range.first + 90, range.first + 99))
      #expect(arena.join(at: next.first))
      #expect(arena.statistics.frees == 4 && arena.statistics.allocatedSegments == 1)
      try arena.free(AddressRange(range.first + 50, range.first + 99))
      #expect(arena.statistics.frees == 5 && arena.statistics.inUse == 0)
    }
  }

  /// What the C library calls: these ask for no lock, so only an arena that needs none offers them.
  @Test func withoutTheLock() throws {
    let size = Words.storageSize(spans: 1, allocations: 64)
    let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: size, alignment: Words.storageAlignment)
    defer { unsafe storage.deallocate() }
    _ = try unsafe Words.create(name: "plain", quantum: 8, storage: storage)
    let arena = unsafe Words(inStorageAt: storage.baseAddress!)
    try arena.add(span: AddressRange(0, 799))
    #expect(arena.isPlain)
    #expect(arena.allocatePlainly(count: 10) == 0)
    #expect(arena.allocateBestPlainly(count: 17) == 16)
    #expect(arena.allocatePlainly(count: 8, alignment: 64, phase: 0, first: 65, last: 700) == 128)
    #expect(arena.allocatePlainly(count: 801) == nil)
    #expect(arena.noteIfHopeless(count: 801) && arena.statistics.failures == 1)
    // Wrong sizes, none, and past the end of the space.
    #expect(!arena.freePlainly(first: 0, count: 17) && !arena.freePlainly(first: 0, count: 0))
    #expect(!arena.freePlainly(first: .max, count: 2))
    #expect(arena.freePlainly(first: 0, count: 16) && arena.freePlainly(first: 16, count: 17))
    #expect(!arena.freePlainly(first: 16, count: 17))
    #expect(arena.freePlainly(first: 128, count: 8))
    #expect(arena.statistics.inUse == 0 && arena.checkInvariants() == 0)
    // A log is looked after.
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 16)
    defer { unsafe room.deallocate() }
    arena.setLog(unsafe OperationLog(storage: room))
    #expect(!arena.isPlain && !arena.noteIfHopeless(count: 801))
    arena.setLog(nil)
    #expect(arena.isPlain)
  }

  @Test func withoutTheLockThroughACache() throws {
    let size = Words.storageSize(spans: 1, allocations: 64, cacheLimit: 4)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(name: "cached", cacheLimit: 4, storage: storage)
    try arena.add(span: AddressRange(0, 999))
    let range = try arena.allocate(Request(count: 3))
    #expect(!arena.isPlain && arena.allocateCachedPlainly(count: 3) == nil)
    // Nothing was taken out of a magazine yet.
    #expect(!arena.freeCachedPlainly(first: range.first, count: 3))
    try arena.free(range)
    #expect(arena.allocateCachedPlainly(count: 0) == nil && arena.allocateCachedPlainly(count: 5) == nil)
    #expect(arena.allocateCachedPlainly(count: 3) == range.first)
    #expect(
      !arena.freeCachedPlainly(first: range.first, count: 0)
        && !arena.freeCachedPlainly(first: range.first, count: 2))
    #expect(arena.freeCachedPlainly(first: range.first, count: 3))
    #expect(!arena.freeCachedPlainly(first: range.first, count: 3))
    #expect(arena.statistics.cachedSegments == 1 && arena.checkInvariants() == 0)
  }

  @Test func outOfTheMagazineAndBackAtOnce() throws {
    let size = Locked.storageSize(spans: 1, allocations: 64, cacheLimit: 4)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Locked.create(
      name: "cached", cacheLimit: 4, storage: storage, lock: SpinLock<NoInterrupts>())
    try arena.add(span: AddressRange(0, 999))
    #expect(arena.allocateCachedAtOnce(count: 3) == nil)
    let low = try arena.allocate(Request(count: 3))
    let high = try arena.allocate(Request(count: 3))
    #expect(low.first == 0)
    // Neither was taken out of a magazine.
    #expect(!arena.freeCachedAtOnce(first: 0, count: 3))
    try arena.free(low)
    try arena.free(high)
    #expect(arena.allocateCachedAtOnce(count: 0) == nil && arena.allocateCachedAtOnce(count: 5) == nil)
    #expect(arena.allocateCachedAtOnce(count: 2) == nil)
    #expect(arena.allocateCachedAtOnce(count: 3, owner: Owner(rawValue: 7)) == high.first)
    #expect(arena.segment(atOrAfter: high.first)?.owner == Owner(rawValue: 7))
    #expect(arena.allocateCachedAtOnce(count: 3) == 0)
    // What was taken before it, a wrong size, none: `free` takes these or says what is wrong.
    #expect(!arena.freeCachedAtOnce(first: high.first, count: 3))
    #expect(!arena.freeCachedAtOnce(first: 0, count: 2) && !arena.freeCachedAtOnce(first: 0, count: 0))
    #expect(arena.freeCachedAtOnce(first: 0, count: 3))
    // Twice: it lies in the magazine, and what lies behind it there is not at 0.
    #expect(!arena.freeCachedAtOnce(first: 0, count: 3))
    // It lies where it lay; the other is behind it still.
    #expect(arena.freeCachedAtOnce(first: high.first, count: 3))
    #expect(arena.statistics.cachedSegments == 2 && arena.statistics.cacheHits == 2)
    let before = arena.releaseCount
    arena.beginWaiting()
    // Whoever waits must hear of a free: this way is closed.
    #expect(arena.allocateCachedAtOnce(count: 3) == nil)
    let waited = try arena.allocate(Request(count: 3))
    #expect(!arena.freeCachedAtOnce(first: waited.first, count: 3))
    try arena.free(waited)
    arena.endWaiting()
    #expect(arena.releaseCount == before + 1)
    #expect(arena.checkInvariants() == 0)
  }

  @Test func withALockNothingIsDoneWithoutIt() throws {
    let size = Locked.storageSize(spans: 1, allocations: 64, cacheLimit: 4)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Locked.create(
      name: "locked", cacheLimit: 4, storage: storage, lock: SpinLock<NoInterrupts>())
    try arena.add(span: AddressRange(0, 999))
    #expect(!arena.isPlain)
    let range = try arena.allocate(Request(count: 3))
    try arena.free(range)
    #expect(arena.statistics.cachedSegments == 1)
    #expect(arena.allocateCachedPlainly(count: 3) == nil)
    #expect(try arena.allocate(Request(count: 3)) == range)
    #expect(!arena.freeCachedPlainly(first: range.first, count: 3))
    // The short ways under the lock serve as before: plain, best, constrained and exact.
    #expect(arena.statistics.cacheHits == 1)
    #expect(arena.allocateAtOnce(count: 100) == 3)
    #expect(arena.allocateAtOnce(count: 10, alignment: 128) == 128)
    #expect(arena.claimAtOnce(first: 990, count: 10))
    #expect(arena.freeAtOnce(first: 3, count: 100))
    #expect(arena.checkInvariants() == 0)
  }
}

private typealias Locked = Arena<UInt32, SpinLock<NoInterrupts>>
