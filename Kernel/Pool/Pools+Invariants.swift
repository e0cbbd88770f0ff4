import Primitives

/// The first invariant of Pool.md that does not hold, with the slab where it fails.
public enum PoolViolation: Error, Equatable, Sendable {
  /// Pool-I1: a page of the slab belongs to another in the index or has no way there, or its objects do not lie in its run.
  case index(slab: UInt)
  /// Pool-I3: a count of free objects or a hint is wrong, or a slab is on the wrong list.
  case slab(UInt)
  /// Pool-I4: the objects in magazines are not those whose state says so.
  case cached(states: Int, rounds: Int)
}

extension Pools where Lock: ~Copyable {
  /// Proves Pool-I1, I3 and I4, or throws the first that fails. O(objects); for tests, while nobody uses the pools.
  public func checkInvariants() throws(PoolViolation) {
    var violation: PoolViolation?
    forEachCache { cache in
      guard violation == nil else { return }
      do throws(PoolViolation) { try cache.checkInvariants() } catch { violation = error }
    }
    if let violation { throw violation }
  }
}

extension PoolCache where Lock: ~Copyable {
  func checkInvariants() throws(PoolViolation) {
    unsafe try check(state.pointee.partial, used: true, free: true)
    unsafe try check(state.pointee.full, used: true, free: false)
    unsafe try check(state.pointee.unused, used: false, free: true)
    let states = statistics.cached
    var rounds = unsafe state.pointee.depot.rounds
    for processor in 0..<(unsafe pools.state.pointee.processors) {
      let front = unsafe front(of: processor)
      rounds += unsafe front.pointee.count + front.pointee.previous.count
    }
    guard states == rounds else { throw .cached(states: states, rounds: rounds) }
  }

  private func check(_ list: SlabList, used: Bool, free: Bool) throws(PoolViolation) {
    var count = 0
    var next = unsafe list.first
    while let pointer = unsafe next {
      try check(unsafe SlabReference(pointer), used: used, free: free)
      count += 1
      unsafe next = pointer.pointee.next
    }
    guard count == list.count else { throw .slab(0) }
  }

  private func check(_ slab: SlabReference, used: Bool, free: Bool) throws(PoolViolation) {
    let fields = unsafe slab.pointer.pointee
    let run = run
    let first = fields.base &- UInt(fields.colour)
    for page in 0..<run.pages {
      let address = first &+ UInt(page) &* 4096
      // By the way of its own: what is in an empty node would be everybody's.
      guard unsafe state.pointee.index.slab(at: address) == slab,
        unsafe state.pointee.index.missingLevel(address) == nil
      else { throw .index(slab: first) }
    }
    let end = Int(fields.colour) + run.objects * run.stride
    guard unsafe fields.owner == ownerMark, end <= run.pages * PageSource.pageSize,
      fields.base % UInt(alignment) == 0
    else { throw .index(slab: first) }
    var freeCount = 0
    for index in 0..<run.objects where unsafe slab.states[index] == ObjectState.inSlab {
      freeCount += 1
      guard index >= Int(fields.hint) else { throw .slab(first) }
    }
    guard freeCount == Int(fields.freeCount), used == (freeCount < run.objects), free == (freeCount > 0),
      unsafe slab.states[run.objects] == ObjectState.inSlab
    else { throw .slab(first) }
  }
}
