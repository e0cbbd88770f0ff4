import Primitives
import SimulatedPages
import Testing

@testable import Pool

/// The checker must find what it looks for: each invariant that it proves is broken behind the cache's back, and named.
/// Pool-I2, Pool-I5 and Pool-I6 are seen by what frees, reaps and the simulated pages say.
@Suite struct BrokenInvariantTests {
  private let world = World()

  /// A cache with a slab of which one object is in use, and the address of the slab's run.
  private func withSlab(_ body: (PoolCache<NoLock>, SlabReference, _ run: UInt) throws -> Void) throws {
    let cache = try world.cache(64)
    let object = try #require(cache.allocate())
    cache.reap()
    world.expectSound()
    let first = cache.state.pointee.partial.first
    let slab = SlabReference(try #require(first))
    try body(cache, slab, UInt(bitPattern: object) & ~0xFFF)
  }

  @Test("Pool-I1: objects that lie in another run")
  func run() throws {
    try withSlab { _, slab, run in
      slab.pointer.pointee.base += 4096
      #expect(throws: PoolViolation.index(slab: run + 4096)) { try world.pools.checkInvariants() }
    }
  }

  @Test("Pool-I1: a slab of no cache")
  func owner() throws {
    try withSlab { _, slab, run in
      slab.pointer.pointee.owner = nil
      #expect(throws: PoolViolation.index(slab: run)) { try world.pools.checkInvariants() }
    }
  }

  @Test("Pool-I3: a count that is not that of the states")
  func count() throws {
    try withSlab { _, slab, run in
      slab.pointer.pointee.freeCount -= 1
      #expect(throws: PoolViolation.slab(run)) { try world.pools.checkInvariants() }
    }
  }

  @Test("Pool-I3: a hint above a free object")
  func hint() throws {
    try withSlab { cache, slab, run in
      slab.pointer.pointee.hint = UInt16(cache.run.objects)
      #expect(throws: PoolViolation.slab(run)) { try world.pools.checkInvariants() }
    }
  }

  @Test("Pool-I3: a slab on the list of the full that has free objects")
  func list() throws {
    try withSlab { cache, _, run in
      let partial = cache.state.pointee.partial
      cache.state.pointee.partial = cache.state.pointee.full
      cache.state.pointee.full = partial
      #expect(throws: PoolViolation.slab(run)) { try world.pools.checkInvariants() }
    }
  }

  @Test("Pool-I4: an object that says it is in a magazine, and none has it")
  func cached() throws {
    try withSlab { cache, slab, _ in
      let live = try #require((0..<cache.run.objects).first { slab.states[$0] == ObjectState.live })
      slab.states[live] = ObjectState.cached
      #expect(throws: PoolViolation.cached(states: 1, rounds: 0)) { try world.pools.checkInvariants() }
    }
  }
}
