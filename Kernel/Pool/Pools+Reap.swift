import Primitives

extension PoolCache where Lock: ~Copyable {
  /// Gives back what the cache does not need: the objects in magazines go to their slabs, unused slabs to their
  /// source. O(cached objects); each step by itself, so that nobody waits long. Context: as the page source.
  public func reap() {
    let none = unsafe pools.state.pointee.noMagazine
    for processor in 0..<(unsafe pools.state.pointee.processors) {
      let front = unsafe front(of: processor)
      let token = unsafe front.pointee.lock.acquire()
      let (loaded, previous) = unsafe front.pointee.clear(none)
      unsafe front.pointee.lock.release(token)
      empty(loaded)
      empty(previous)
    }
    while let magazine = takeFromDepot() { empty(magazine) }
    var isAny = false
    while let slab = takeUnusedSlab() {
      release(slab)
      isAny = true
    }
    if isAny { pools.announceRelease() }
  }

  private func empty(_ magazine: MagazineReference) {
    guard magazine.capacity > 0 else { return }
    while let object = unsafe magazine.takeCached() { unsafe retire(object) }
    discard(magazine)
  }

  private func takeFromDepot() -> MagazineReference? {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    unsafe state.pointee.magazineSize = 0
    unsafe state.pointee.visits = 0
    return unsafe state.pointee.depot.takeFull() ?? state.pointee.depot.takeEmpty()
  }

  private func takeUnusedSlab() -> SlabReference? {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    guard let pointer = unsafe state.pointee.unused.first else { return nil }
    let slab = unsafe SlabReference(pointer)
    unsafe state.pointee.unused.remove(slab)
    unsafe state.pointee.counts.slabsReleased &+= 1
    return slab
  }
}

extension Pools where Lock: ~Copyable {
  /// Reaps every cache and gives back the index's pages that lead nowhere: afterwards only live objects, what shares
  /// their slabs, and the books of both hold memory (Pool-I5). An allocation does it by itself before it fails.
  public func reap() {
    drainQuarantine()
    forEachCache { $0.reap() }
    while let page = unsafe takeUnusedNode() {
      unsafe state.pointee.wired.giveBack(page, 1)
      announceRelease()
    }
  }

  private func takeUnusedNode() -> UnsafeMutableRawPointer? {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    guard let page = unsafe state.pointee.index.takeUnusedNode() else { return nil }
    unsafe state.pointee.indexPages -= 1
    return unsafe page
  }
}
