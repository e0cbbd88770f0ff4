import Primitives
import VMem

/// Why a cache could not be made.
public enum CacheError: Error, Equatable, Sendable {
  /// The size is 0, or no run of the source holds an object of it.
  case size(Int)
  /// No power of two, or above a page.
  case alignment(Int)
  /// A constructor, and memory that is cleared or must not be touched by an aid.
  case options
  /// No page for the books.
  case noMemory
}

extension Pools where Lock: ~Copyable {
  /// The smallest distance of objects: below, the states of a slab would cost more than an eighth.
  public static var leastStride: Int { 8 }

  /// Makes a cache of objects of `size` bytes.
  ///
  /// - Parameters:
  ///   - name: For reports; its bytes stay as long as the cache.
  ///   - makeLock: Makes the locks, one for the cache and one for each processor.
  ///
  /// Takes a record from the books and no page for objects. Context: any but interrupts.
  public func makeCache(
    name: ArenaName, size: Int, _ options: CacheOptions = CacheOptions(), makeLock: () -> Lock
  ) throws(CacheError) -> PoolCache<Lock> {
    let alignment = options.alignment
    guard alignment >= 1, alignment <= PageSource.pageSize, alignment & (alignment - 1) == 0 else {
      throw .alignment(alignment)
    }
    guard size > 0, size <= PageSource.longestRun * PageSource.pageSize else { throw .size(size) }
    let hasObject = unsafe options.constructor != nil || options.destructor != nil
    guard !(hasObject && options.zeroesOnFree), !(options.isUntouched && options.zeroesOnFree) else {
      throw .options
    }
    var aids = unsafe options.aids.union(state.pointee.aids)
    // A constructed object keeps its contents from one user to the next.
    if options.isUntouched || hasObject {
      aids = DebuggingAids(rawValue: aids.rawValue & ~DebuggingAids.touching)
    }
    if options.zeroesOnFree { aids = aids.union(.clearing) }
    var source = unsafe options.source ?? state.pointee.objects
    if let guarded = unsafe state.pointee.guarded, guarded.names(name), !options.isUntouched {
      aids = aids.union(.guardPages)
      source = guarded.source
    }
    // A freed object's run is gone at once: there is nothing to fill or to keep.
    if aids.contains(.guardPages) { aids = aids.subtracting(.quarantine) }
    if aids.contains(.quarantine) { aids = aids.union(.junk) }
    // Where a guard page follows, a zone would only keep the object away from it.
    let zone = aids.contains(.redZones) && !aids.contains(.guardPages) ? Self.redZone : 0
    let stride = max(Self.leastStride, (size + zone + (alignment - 1)) & ~(alignment - 1))
    let choice =
      aids.contains(.guardPages)
      ? RunChoice(alone: stride, longestRun: source.longestRun)
      : RunChoice(stride: stride, longestRun: source.longestRun)
    guard let run = choice else { throw .size(size) }
    let processors = unsafe state.pointee.processors
    let bytes = MemoryLayout<CacheState<Lock>>.stride + processors * MemoryLayout<Front<Lock>>.stride
    guard let record = unsafe takeRecord(bytes) else { throw .noMemory }
    let cache = unsafe record.bindMemory(to: CacheState<Lock>.self, capacity: 1)
    let step = max(alignment, 32)
    // Below stride - 1, so that no address before the first object passes for one (Pool.md).
    let room = aids.contains(.guardPages) ? 0 : min(run.waste, stride - 2)
    unsafe cache.initialize(
      to: CacheState(
        index: state.pointee.index,
        reciprocal: UInt32.max / UInt32(stride) + 1,
        lock: makeLock(), pools: self, name: name, size: size, alignment: alignment, run: run,
        options: options,
        aids: aids, colourStep: step, lastColour: room / step * step,
        largestMagazine: stride <= 128 ? 3 : stride <= 512 ? 2 : stride <= 2048 ? 1 : 0, source: source,
        next: nil))
    let made = unsafe PoolCache<Lock>(state: cache)
    for processor in 0..<processors {
      unsafe made.front(of: processor).initialize(to: Front(state.pointee.noMagazine, lock: makeLock()))
    }
    let token = unsafe state.pointee.lock.acquire()
    unsafe cache.pointee.next = state.pointee.caches
    unsafe state.pointee.caches = unsafe cache
    unsafe state.pointee.lock.release(token)
    return made
  }

  /// Bytes behind an object that red zones take at least.
  static var redZone: Int { 8 }

  /// Calls `body` with every cache, the youngest first. Nobody may destroy one meanwhile.
  public func forEachCache(_ body: (PoolCache<Lock>) -> Void) {
    var next = unsafe state.pointee.caches
    while let cache = unsafe next {
      unsafe body(PoolCache(state: cache))
      unsafe next = cache.pointee.next
    }
  }

  /// Ends every cache that has no live object, and gives back what is free.
  public func destroyCaches() {
    var next = unsafe state.pointee.caches
    while let cache = unsafe next {
      unsafe next = cache.pointee.next
      _ = unsafe PoolCache(state: cache).destroy()
    }
    reap()
  }

  /// The cache of the object that `address` lies in or near: that of its page.
  public func cache(at address: UInt) -> PoolCache<Lock>? {
    unsafe PoolCache.owner(of: state.pointee.index.slab(at: address))
  }
}

extension PoolCache where Lock: ~Copyable {
  /// Ends the cache, if none of its objects is allocated; whether it is gone. Its pages are given back either way as
  /// far as they are free. Afterwards no copy of the handle may be used.
  public func destroy() -> Bool {
    reap()
    pools.drainQuarantine()
    reap()
    let token = unsafe state.pointee.lock.acquire()
    let isUnused = unsafe state.pointee.partial.count == 0 && state.pointee.full.count == 0
    unsafe state.pointee.lock.release(token)
    guard isUnused else { return false }
    let pools = pools
    pools.unlink(self)
    let processors = unsafe pools.state.pointee.processors
    for processor in 0..<processors { unsafe front(of: processor).deinitialize(count: 1) }
    unsafe state.deinitialize(count: 1)
    let bytes = MemoryLayout<CacheState<Lock>>.stride + processors * MemoryLayout<Front<Lock>>.stride
    unsafe pools.putRecord(UnsafeMutableRawPointer(state), bytes)
    return true
  }
}

extension Pools where Lock: ~Copyable {
  fileprivate func unlink(_ cache: PoolCache<Lock>) {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    if unsafe state.pointee.caches == cache.state {
      unsafe state.pointee.caches = unsafe cache.state.pointee.next
      return
    }
    var at = unsafe state.pointee.caches
    while let other = unsafe at {
      if unsafe other.pointee.next == cache.state {
        unsafe other.pointee.next = unsafe cache.state.pointee.next
        return
      }
      unsafe at = other.pointee.next
    }
  }
}
