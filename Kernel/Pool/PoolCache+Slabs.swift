import Primitives

/// What an address is to a cache.
enum Location {
  case object(SlabReference, Int)
  case wrong(Damage.Kind)
}

extension PoolCache where Lock: ~Copyable {
  /// Makes a slab; whether there was memory for it. Worst case: a run from the source, and three pages of books.
  func grow() -> Bool {
    let run = unsafe state.pointee.run
    let isAudited = unsafe state.pointee.aids.contains(.audit)
    let bytes = SlabReference.byteCount(objects: run.objects, audited: isAudited)
    guard let base = unsafe state.pointee.source.take(run.pages) else { return false }
    guard let record = unsafe pools.takeRecord(bytes) else {
      unsafe state.pointee.source.giveBack(base, run.pages)
      return false
    }
    let offset = firstOffset()
    let pointer = unsafe record.bindMemory(to: Slab.self, capacity: 1)
    let reciprocal = unsafe state.pointee.reciprocal
    let smallest = unsafe state.pointee.isWatched ? nil : state.pointee.options.smallestSize
    unsafe pointer.initialize(
      to: Slab(
        owner: ownerMark, base: UInt(bitPattern: base) &+ UInt(offset), reciprocal: reciprocal,
        threshold: reciprocal, smallestSize: UInt32(smallest ?? 0),
        sizes: smallest.map { UInt32(size - $0 + 1) } ?? 0,
        next: nil, previous: nil, freeCount: UInt16(run.objects), hint: 0, objects: UInt16(run.objects),
        colour: UInt16(offset)))
    let slab = unsafe SlabReference(pointer)
    unsafe slab.states.initialize(repeating: ObjectState.inSlab, count: run.objects + 1)
    if isAudited { clearRecords(of: slab) }
    if unsafe state.pointee.aids.contains(.junk) { unsafe fillFreed(base, run.pages * PageSource.pageSize) }
    guard pools.enter(slab, UInt(bitPattern: base), pages: run.pages) else {
      unsafe pools.putRecord(record, bytes)
      unsafe state.pointee.source.giveBack(base, run.pages)
      return false
    }
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.unused.insert(slab)
    unsafe state.pointee.counts.slabsMade &+= 1
    unsafe state.pointee.lock.release(token)
    return true
  }

  /// Where the first object of the next slab starts: the next colour, so that equal fields of objects in different
  /// slabs fall on different lines of the processor's cache; or as far behind as possible, with guard pages.
  private func firstOffset() -> Int {
    let run = unsafe state.pointee.run
    if unsafe state.pointee.aids.contains(.guardPages) {
      return run.pages * PageSource.pageSize - run.stride
    }
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    let colour = unsafe state.pointee.colour
    let next = unsafe colour + state.pointee.colourStep
    unsafe state.pointee.colour = next > state.pointee.lastColour ? 0 : next
    return colour
  }

  /// Gives an unused slab that is on no list back.
  func release(_ slab: SlabReference) {
    let run = unsafe state.pointee.run
    let base = unsafe slab.pointer.pointee.base &- UInt(slab.pointer.pointee.colour)
    pools.forget(base, pages: run.pages)
    let isAudited = unsafe state.pointee.aids.contains(.audit)
    unsafe pools.putRecord(
      UnsafeMutableRawPointer(slab.pointer),
      SlabReference.byteCount(objects: run.objects, audited: isAudited))
    // What `grow` got for it.
    unsafe state.pointee.source.giveBack(
      UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped, run.pages)
  }

  /// Puts an object back into its slab. An unused slab goes back to its source unless it is the only one, so that a
  /// pair of calls at the edge does not move a run each time; with guard pages it always goes. Needs no memory.
  func returnToSlab(_ slab: SlabReference, _ index: Int) {
    let token = unsafe state.pointee.lock.acquire()
    let wasFull = unsafe slab.pointer.pointee.freeCount == 0
    slab.put(index)
    var isDoomed = false
    if slab.isUnused {
      if wasFull { unsafe state.pointee.full.remove(slab) } else { unsafe state.pointee.partial.remove(slab) }
      isDoomed = unsafe state.pointee.unused.count > 0 || state.pointee.aids.contains(.guardPages)
      if isDoomed {
        unsafe state.pointee.counts.slabsReleased &+= 1
      } else {
        unsafe state.pointee.unused.insert(slab)
      }
    } else if wasFull {
      unsafe state.pointee.full.remove(slab)
      unsafe state.pointee.partial.insert(slab)
    }
    unsafe state.pointee.lock.release(token)
    if isDoomed { release(slab) }
    pools.announceRelease()
  }

  /// Destructs an object that is not live and puts it back into its slab.
  func retire(_ object: UnsafeMutableRawPointer) {
    guard case .object(let slab, let index) = locate(UInt(bitPattern: object)) else {
      preconditionFailure("a magazine held what is no object")
    }
    if let destructor = unsafe state.pointee.options.destructor {
      unsafe destructor(state.pointee.options.context, object)
    }
    returnToSlab(slab, index)
  }

  /// What `address` is to this cache. Constant time; any address will do.
  func locate(_ address: UInt) -> Location {
    let slab = unsafe state.pointee.index.slab(at: address)
    guard let owner = Self.owner(of: slab) else { return .wrong(.foreign) }
    guard owner == self else { return .wrong(.otherCache) }
    let base = unsafe slab.pointer.pointee.base
    let stride = unsafe UInt(state.pointee.run.stride)
    guard address >= base else { return .wrong(.noObject) }
    let index = (address - base) / stride
    guard unsafe index < UInt(slab.pointer.pointee.objects), base + index * stride == address else {
      return .wrong(.noObject)
    }
    return .object(slab, Int(index))
  }
}
