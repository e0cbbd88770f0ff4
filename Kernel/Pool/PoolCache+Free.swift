import Primitives

extension PoolCache where Lock: ~Copyable {
  /// Takes an object back, which must be as the constructor left it.
  ///
  /// Anything but a live object of this cache is an error, and nothing has changed (Pool-I2). Needs no memory and
  /// never fails on a live object, unless an aid finds it damaged. Costs a handful of instructions while the
  /// processor's magazine has room. Worst case: a slab goes back to the page source. Context: as the page source.
  @inline(__always)
  public func free(_ object: UnsafeMutableRawPointer, caller: UInt = 0) throws(Damage) {
    if unsafe pushLoaded(object) { return }
    try unsafe freeSlowly(object, requested: nil, caller: caller)
  }

  /// Whether `object` is a live object of this cache: what every free finds out before it changes anything. Constant
  /// time; any address will do. Context: any.
  @inline(__always)
  public func isLive(_ object: UnsafeMutableRawPointer) -> Bool {
    let slab = unsafe state.pointee.index.slab(at: UInt(bitPattern: object))
    if unsafe slab.pointer.pointee.owner == UnsafeMutableRawPointer(state) {
      guard let objectState = unsafe slab.state(ofObjectAt: UInt(bitPattern: object)) else { return false }
      return unsafe objectState.pointee == ObjectState.live
    }
    // Of a watched cache, or not of this one.
    return damage(ofFreeing: UInt(bitPattern: object)) == nil
  }

  /// The short way alone: into the processor's magazine, if it has room and `object` is live; whether it went there.
  @inline(__always)
  public func pushLoaded(_ object: UnsafeMutableRawPointer) -> Bool {
    let slab = unsafe state.pointee.index.slab(at: UInt(bitPattern: object))
    guard unsafe slab.pointer.pointee.owner == UnsafeMutableRawPointer(state) else { return false }
    return unsafe push(object, slab)
  }

  /// - Parameter slab: The object's, a slab of this cache that no aid watches.
  @inline(__always)
  private func push(_ object: UnsafeMutableRawPointer, _ slab: SlabReference) -> Bool {
    guard let objectState = unsafe slab.state(ofObjectAt: UInt(bitPattern: object)) else { return false }
    let front = unsafe front
    let token = unsafe front.pointee.lock.acquire()
    let isDone = unsafe objectState.pointee == ObjectState.live && front.pointee.push(object, objectState)
    unsafe front.pointee.lock.release(token)
    return isDone
  }

  /// As `pushLoaded`, for an object of whichever cache made with `smallestSize` serves `size`.
  @inline(__always)
  public static func pushLoaded(_ object: UnsafeMutableRawPointer, size: Int, _ index: PageIndex) -> Bool {
    let slab = index.slab(at: UInt(bitPattern: object))
    guard slab.serves(size) else { return false }
    // Nobody's slab serves no size.
    let owner = unsafe slab.pointer.pointee.owner.unsafelyUnwrapped
    return unsafe PoolCache(state: owner.assumingMemoryBound(to: CacheState<Lock>.self)).push(object, slab)
  }

  /// The long way.
  ///
  /// - Parameter requested: The bytes that the caller says it asked for, if it says; verified with an audit.
  @inline(never)
  public func freeSlowly(_ object: UnsafeMutableRawPointer, requested: Int?, caller: UInt) throws(Damage) {
    let address = UInt(bitPattern: object)
    switch locate(address) {
    case .wrong(let kind):
      var damage = Damage(kind, address)
      if kind == .noObject { damage.size = size }
      throw damage
    case .object(let slab, let index):
      guard unsafe slab.states[index] == ObjectState.live else { throw describe(.doubleFree, slab, index) }
      if unsafe state.pointee.isWatched {
        return try unsafe freeWatched(object, slab, index, requested, caller)
      }
      unsafe putAway(object, slab, index)
    }
  }

  /// Into a magazine if one has room or can be had; else into the slab.
  private func putAway(_ object: UnsafeMutableRawPointer, _ slab: SlabReference, _ index: Int) {
    let objectState = unsafe slab.states + index
    if unsafe exchangeAndPush(object, objectState) { return }
    if !pools.isWaitedFor, let empty = takeEmptyMagazine() {
      putEmptyMagazine(empty)
      if unsafe exchangeAndPush(object, objectState) { return }
    }
    unsafe ObjectState.store(ObjectState.cached, objectState)
    unsafe retire(object)
  }

  private func exchangeAndPush(
    _ object: UnsafeMutableRawPointer, _ objectState: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    let front = unsafe front
    let token = unsafe front.pointee.lock.acquire()
    defer { unsafe front.pointee.lock.release(token) }
    if unsafe front.pointee.push(object, objectState) { return true }
    if pools.isWaitedFor { return false }
    if unsafe !front.pointee.previous.isFull {
      unsafe front.pointee.swap()
    } else if unsafe !loadEmpty(front) {
      return false
    }
    return unsafe front.pointee.push(object, objectState)
  }

  /// Loads an empty magazine of the depot; the full ones move on.
  private func loadEmpty(_ front: UnsafeMutablePointer<Front<Lock>>) -> Bool {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    noteVisit()
    guard let empty = unsafe state.pointee.depot.takeEmpty() else { return false }
    if let full = unsafe front.pointee.loadNext(empty) { unsafe state.pointee.depot.putFull(full) }
    return true
  }

  /// What is known of an object, for a report.
  func describe(_ kind: Damage.Kind, _ slab: SlabReference, _ index: Int) -> Damage {
    var damage = unsafe Damage(kind, slab.pointer.pointee.base &+ UInt(index &* state.pointee.run.stride))
    damage.size = size
    if unsafe state.pointee.aids.contains(.audit) {
      let record = unsafe slab.record(index).pointee
      damage.allocator = record.allocator
      damage.freer = record.freer
      if record.requested > 0 { damage.size = Int(record.requested) }
    }
    return damage
  }
}
