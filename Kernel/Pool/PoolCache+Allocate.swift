import Primitives

extension PoolCache where Lock: ~Copyable {
  /// Hands out an object: constructed if the cache has a constructor, else with any contents.
  ///
  /// - Parameters:
  ///   - mode: What to do when there is no memory.
  ///   - caller: Who asks, for the audit; an address.
  /// - Returns: nil if there is no memory, or the constructor refused.
  ///
  /// Costs a handful of instructions while the processor's magazine lasts. Worst case: a slab from the page source
  /// and its books, after everything that is cached anywhere was given back. Context: as the page source.
  @inline(__always)
  public func allocate(_ mode: WaitMode = .noSleep, caller: UInt = 0) -> UnsafeMutableRawPointer? {
    if let object = unsafe popLoaded() { return unsafe object }
    return unsafe allocateSlowly(mode, requested: size, caller: caller)
  }

  /// The short way alone: an object of the processor's magazine, if there is one. For those who have a long way of
  /// their own, as `kmem` has.
  @inline(__always)
  public func popLoaded() -> UnsafeMutableRawPointer? {
    let front = unsafe front
    let token = unsafe front.pointee.lock.acquire()
    let object = unsafe front.pointee.pop()
    unsafe front.pointee.lock.release(token)
    return unsafe object
  }

  /// The long way.
  ///
  /// - Parameter requested: Bytes asked for, at most `size`; what follows them is red zone.
  @inline(never)
  public func allocateSlowly(_ mode: WaitMode, requested: Int, caller: UInt) -> UnsafeMutableRawPointer? {
    if let object = unsafe allocateOnce(requested, caller, mayCache: true) { return unsafe object }
    pools.reap()
    let object = unsafe allocateOnce(requested, caller, mayCache: false)
    // What the first attempt held for a while may be what somebody else failed for.
    pools.announceRelease()
    if let object = unsafe object { return unsafe object }
    if mode == .sleep,
      let object = unsafe pools.retry({ unsafe allocateOnce(requested, caller, mayCache: false) })
    {
      return unsafe object
    }
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.counts.failures &+= 1
    unsafe state.pointee.lock.release(token)
    return nil
  }

  /// - Parameter mayCache: Whether a magazine may be loaded on the way: not when memory is short.
  func allocateOnce(_ requested: Int, _ caller: UInt, mayCache: Bool) -> UnsafeMutableRawPointer? {
    if unsafe state.pointee.isWatched { return unsafe allocateWatched(requested, caller) }
    if let object = unsafe exchangeAndPop() { return unsafe object }
    return unsafe allocateFromSlabs(mayCache: mayCache)
  }

  /// From the other magazine, or a full one of the depot.
  private func exchangeAndPop() -> UnsafeMutableRawPointer? {
    let front = unsafe front
    let token = unsafe front.pointee.lock.acquire()
    defer { unsafe front.pointee.lock.release(token) }
    if let object = unsafe front.pointee.pop() { return unsafe object }
    if unsafe !front.pointee.previous.isEmpty {
      unsafe front.pointee.swap()
      return unsafe front.pointee.pop()
    }
    let second = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(second) }
    noteVisit()
    guard !pools.isWaitedFor, let full = unsafe state.pointee.depot.takeFull() else { return nil }
    if let empty = unsafe front.pointee.loadNext(full) { unsafe state.pointee.depot.putEmpty(empty) }
    return unsafe front.pointee.pop()
  }

  /// Counts a visit; every sixteenth makes the magazines to come larger, until they are as large as they may be.
  func noteVisit() {
    unsafe state.pointee.counts.visits &+= 1
    unsafe state.pointee.visits += 1
    if unsafe state.pointee.visits >= 16 && state.pointee.magazineSize < state.pointee.largestMagazine {
      unsafe state.pointee.magazineSize += 1
      unsafe state.pointee.visits = 0
    }
  }

  /// From the slabs, with a new one if need be. Where nothing is to be constructed, half a magazine is filled with
  /// the same visit.
  private func allocateFromSlabs(mayCache: Bool) -> UnsafeMutableRawPointer? {
    if mayCache, unsafe !state.pointee.hasConstructor { loadMagazine() }
    while true {
      if let object = unsafe takeFromSlabs() { return unsafe construct(object) }
      guard grow() else { return nil }
    }
  }

  private func construct(_ object: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    guard let constructor = unsafe state.pointee.options.constructor else { return unsafe object }
    if unsafe constructor(state.pointee.options.context, object) { return unsafe object }
    // Not constructed, so it is not destructed either.
    if case .object(let slab, let index) = locate(UInt(bitPattern: object)) { returnToSlab(slab, index) }
    return nil
  }

  private func takeFromSlabs() -> UnsafeMutableRawPointer? {
    let front = unsafe front
    let token = unsafe front.pointee.lock.acquire()
    defer { unsafe front.pointee.lock.release(token) }
    let second = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(second) }
    guard let (first, firstState) = unsafe takeOne() else { return nil }
    unsafe ObjectState.store(ObjectState.live, firstState)
    if unsafe !state.pointee.hasConstructor {
      while unsafe front.pointee.count < front.pointee.room, let (object, objectState) = unsafe takeOne() {
        _ = unsafe front.pointee.push(object, objectState)
      }
    }
    return unsafe first
  }

  /// One object of the slabs, the partly used first; its state is still to be set. Under the cache's lock.
  func takeOne() -> (UnsafeMutableRawPointer, UnsafeMutablePointer<UInt8>)? {
    guard let pointer = unsafe state.pointee.partial.first ?? state.pointee.unused.first else { return nil }
    let slab = unsafe SlabReference(pointer)
    let wasUnused = slab.isUnused
    guard let index = slab.take() else { return nil }
    if wasUnused {
      unsafe state.pointee.unused.remove(slab)
    } else {
      unsafe state.pointee.partial.remove(slab)
    }
    if unsafe slab.pointer.pointee.freeCount == 0 {
      unsafe state.pointee.full.insert(slab)
    } else {
      unsafe state.pointee.partial.insert(slab)
    }
    let address = unsafe slab.pointer.pointee.base &+ UInt(index &* state.pointee.run.stride)
    // In the slab's run, and no slab is at 0.
    return unsafe (UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped, slab.states + index)
  }

  /// Gives the processor a magazine if it has none and one can be had.
  func loadMagazine() {
    let front = unsafe front
    guard !pools.isWaitedFor, unsafe !hasMagazine(front), let magazine = takeEmptyMagazine() else { return }
    let token = unsafe front.pointee.lock.acquire()
    // Looked at again, as a waiter that came in between has reaped this front and counts on its being empty.
    let isWanted = unsafe !front.pointee.hasMagazine && !pools.isWaitedFor
    if isWanted { _ = unsafe front.pointee.loadNext(magazine) }
    unsafe front.pointee.lock.release(token)
    if !isWanted {
      discard(magazine)
      pools.announceRelease()
    }
  }

  private func hasMagazine(_ front: UnsafeMutablePointer<Front<Lock>>) -> Bool {
    let token = unsafe front.pointee.lock.acquire()
    defer { unsafe front.pointee.lock.release(token) }
    return unsafe front.pointee.hasMagazine
  }

  /// An empty magazine of the present size, from the depot or the books.
  func takeEmptyMagazine() -> MagazineReference? {
    var size: Int
    while true {
      let token = unsafe state.pointee.lock.acquire()
      // Once for each turn: others may change it as soon as the lock is given back.
      size = unsafe state.pointee.magazineSize
      let magazine = unsafe state.pointee.depot.takeEmpty()
      unsafe state.pointee.lock.release(token)
      guard let magazine else { break }
      if magazine.capacity == Magazine.capacity(size) { return magazine }
      discard(magazine)
    }
    guard let record = unsafe pools.takeRecord(Books.size(Magazine.recordNumber(size))) else { return nil }
    let magazine = unsafe record.bindMemory(to: Magazine.self, capacity: 1)
    unsafe magazine.initialize(to: Magazine(count: 0, capacity: Magazine.capacity(size), next: nil))
    return unsafe MagazineReference(magazine)
  }

  func putEmptyMagazine(_ magazine: MagazineReference) {
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.depot.putEmpty(magazine)
    unsafe state.pointee.lock.release(token)
  }

  /// Gives an empty magazine back to the books.
  func discard(_ magazine: MagazineReference) {
    for size in 0..<Magazine.sizes where Magazine.capacity(size) == magazine.capacity {
      unsafe pools.putRecord(
        UnsafeMutableRawPointer(magazine.pointer), Books.size(Magazine.recordNumber(size)))
      return
    }
  }
}
