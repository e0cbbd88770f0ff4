import Primitives

/// What memory is filled with, so that whoever reads what is not theirs reads something that stands out.
enum Pattern {
  /// Handed out and not yet written.
  static var allocated: UInt8 { 0xA5 }
  /// Freed.
  static var freed: UInt8 { 0xDF }
  /// Behind an object.
  static var zone: UInt8 { 0x5E }
}

// The long way of caches with a debugging aid. Magazines are left out, so that every call is seen.
extension PoolCache where Lock: ~Copyable {
  func allocateWatched(_ requested: Int, _ caller: UInt) -> UnsafeMutableRawPointer? {
    while true {
      let token = unsafe state.pointee.lock.acquire()
      let taken = unsafe takeOne()
      if let taken = unsafe taken { unsafe ObjectState.store(ObjectState.cached, taken.1) }
      unsafe state.pointee.lock.release(token)
      if let (object, objectState) = unsafe taken {
        return unsafe prepare(object, objectState, requested, caller)
      }
      guard grow() else { return nil }
    }
  }

  private func prepare(
    _ object: UnsafeMutableRawPointer, _ objectState: UnsafeMutablePointer<UInt8>, _ requested: Int,
    _ caller: UInt
  ) -> UnsafeMutableRawPointer? {
    guard case .object(let slab, let index) = locate(UInt(bitPattern: object)) else { return nil }
    let aids = unsafe state.pointee.aids
    let stride = unsafe state.pointee.run.stride
    if aids.contains(.junk) {
      unsafe verifyFreed(object, slab, index)
      unsafe object.initializeMemory(as: UInt8.self, repeating: Pattern.allocated, count: stride)
    }
    if aids.contains(.redZones) {
      unsafe (object + requested).initializeMemory(
        as: UInt8.self, repeating: Pattern.zone, count: stride - requested)
    }
    if let constructor = unsafe state.pointee.options.constructor {
      guard unsafe constructor(state.pointee.options.context, object) else {
        returnToSlab(slab, index)
        return nil
      }
    }
    if aids.contains(.audit) || aids.contains(.redZones) { note(slab, index, requested, caller) }
    unsafe ObjectState.store(ObjectState.live, objectState)
    return unsafe object
  }

  private func note(_ slab: SlabReference, _ index: Int, _ requested: Int, _ caller: UInt) {
    guard unsafe state.pointee.aids.contains(.audit) else { return }
    let freer = unsafe slab.record(index).pointee.freer
    unsafe slab.record(index).pointee =
      AuditRecord(allocator: caller, freer: freer, requested: UInt(requested))
  }

  func freeWatched(
    _ object: UnsafeMutableRawPointer, _ slab: SlabReference, _ index: Int, _ requested: Int?, _ caller: UInt
  ) throws(Damage) {
    let aids = unsafe state.pointee.aids
    let isAudited = aids.contains(.audit)
    if isAudited, let requested, unsafe slab.record(index).pointee.requested != UInt(requested) {
      var damage = describe(.size, slab, index)
      damage.offset = requested
      throw damage
    }
    if aids.contains(.redZones) {
      let known = isAudited ? Int(unsafe slab.record(index).pointee.requested) : requested ?? size
      try unsafe verifyZone(object, slab, index, known)
    }
    // From here on the object is nobody's: a second free finds it so.
    unsafe ObjectState.store(ObjectState.cached, slab.states + index)
    if isAudited { unsafe slab.record(index).pointee.freer = caller }
    if let destructor = unsafe state.pointee.options.destructor {
      unsafe destructor(state.pointee.options.context, object)
    }
    let stride = unsafe state.pointee.run.stride
    if aids.contains(.junk) {
      unsafe fillFreed(object, stride)
    } else if aids.contains(.clearing) {
      unsafe object.initializeMemory(as: UInt8.self, repeating: 0, count: stride)
    }
    if aids.contains(.quarantine) {
      unsafe ObjectState.store(ObjectState.quarantined, slab.states + index)
      return unsafe pools.detain(object, self)
    }
    returnToSlab(slab, index)
  }

  /// Takes an object from quarantine: verified, it goes back to its slab.
  func dismiss(_ object: UnsafeMutableRawPointer) {
    guard case .object(let slab, let index) = locate(UInt(bitPattern: object)) else { return }
    unsafe verifyFreed(object, slab, index)
    returnToSlab(slab, index)
  }

  func fillFreed(_ base: UnsafeMutableRawPointer, _ count: Int) {
    unsafe base.initializeMemory(as: UInt8.self, repeating: Pattern.freed, count: count)
  }

  /// Reports the first byte that changed since the object was freed, and puts it right, lest it be reported again.
  private func verifyFreed(_ object: UnsafeMutableRawPointer, _ slab: SlabReference, _ index: Int) {
    let stride = unsafe state.pointee.run.stride
    guard let offset = unsafe firstOther(than: Pattern.freed, object, 0, stride) else { return }
    var damage = describe(.useAfterFree, slab, index)
    damage.offset = offset
    damage.found = unsafe object.load(fromByteOffset: offset, as: UInt8.self)
    unsafe fillFreed(object, stride)
    pools.report(damage, name)
  }

  private func verifyZone(
    _ object: UnsafeMutableRawPointer, _ slab: SlabReference, _ index: Int, _ requested: Int
  ) throws(Damage) {
    let stride = unsafe state.pointee.run.stride
    guard let offset = unsafe firstOther(than: Pattern.zone, object, requested, stride) else { return }
    var damage = describe(.redZone, slab, index)
    damage.offset = offset
    damage.found = unsafe object.load(fromByteOffset: offset, as: UInt8.self)
    throw damage
  }

  private func firstOther(
    than pattern: UInt8, _ object: UnsafeMutableRawPointer, _ first: Int, _ past: Int
  ) -> Int? {
    var offset = first
    while offset < past {
      if unsafe object.load(fromByteOffset: offset, as: UInt8.self) != pattern { return offset }
      offset += 1
    }
    return nil
  }

  func clearRecords(of slab: SlabReference) {
    for index in 0..<Int(unsafe slab.pointer.pointee.objects) {
      unsafe slab.record(index).initialize(to: AuditRecord(allocator: 0, freer: 0, requested: 0))
    }
  }
}
