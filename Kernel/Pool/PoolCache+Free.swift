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

  /// The short way alone: into the processor's magazine, if it has room and `object` is live; whether it went there.
  @inline(__always)
  public func pushLoaded(_ object: UnsafeMutableRawPointer) -> Bool {
    let address = UInt(bitPattern: object)
    let slab = unsafe state.pointee.index.slab(at: address)
    guard unsafe slab.pointer.pointee.owner == UnsafeMutableRawPointer(state) else { return false }
    let offset = unsafe UInt32(truncatingIfNeeded: address &- slab.pointer.pointee.base)
    let reciprocal = unsafe state.pointee.reciprocal
    let product = UInt64(offset) &* UInt64(reciprocal)
    guard UInt32(truncatingIfNeeded: product) < reciprocal else { return false }
    // An object starts here, or right behind the last one, whose state is never live.
    let objectState = unsafe slab.states + Int(truncatingIfNeeded: product &>> 32)
    let front = unsafe front
    let token = unsafe front.pointee.lock.acquire()
    let magazine = unsafe front.pointee.loaded
    let count = magazine.count
    guard unsafe objectState.pointee == ObjectState.live, count != magazine.capacity else {
      unsafe front.pointee.lock.release(token)
      return false
    }
    unsafe magazine.push(object, objectState, count: count)
    unsafe front.pointee.lock.release(token)
    return true
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
    let mayCache = unsafe pools.state.pointee.waiters == 0
    if mayCache, unsafe exchangeAndPush(object, objectState) { return }
    if mayCache, let empty = takeEmptyMagazine() {
      putEmptyMagazine(empty)
      if unsafe exchangeAndPush(object, objectState) { return }
    }
    unsafe objectState.pointee = ObjectState.cached
    unsafe retire(object)
  }

  private func exchangeAndPush(
    _ object: UnsafeMutableRawPointer, _ objectState: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    let front = unsafe front
    let token = unsafe front.pointee.lock.acquire()
    defer { unsafe front.pointee.lock.release(token) }
    if unsafe front.pointee.loaded.isFull {
      if unsafe !front.pointee.previous.isFull {
        unsafe swap(&front.pointee.loaded, &front.pointee.previous)
      } else if unsafe !loadEmpty(front) {
        return false
      }
    }
    let loaded = unsafe front.pointee.loaded
    unsafe loaded.push(object, objectState, count: loaded.count)
    return true
  }

  /// Loads an empty magazine of the depot; the full ones move on.
  private func loadEmpty(_ front: UnsafeMutablePointer<Front<Lock>>) -> Bool {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    noteVisit()
    guard let empty = unsafe state.pointee.depot.takeEmpty() else { return false }
    if unsafe front.pointee.loaded.capacity > 0 {
      let previous = unsafe front.pointee.previous
      if previous.capacity > 0 { unsafe state.pointee.depot.putFull(previous) }
      unsafe front.pointee.previous = unsafe front.pointee.loaded
    }
    unsafe front.pointee.loaded = empty
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
