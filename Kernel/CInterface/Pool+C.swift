// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import KMem
import Pool
import Primitives
import VMem

// The contracts are in tessera/pool.h and tessera/kmem.h, and so are the names.

@c @implementation
public func pool_cache_init(
  _ size: Int, _ align: CUnsignedInt, _ offset: CUnsignedInt, _ flags: CUnsignedInt,
  _ wchan: UnsafePointer<CChar>!, _ pa: UnsafeMutablePointer<pool_allocator>!, _ ipl: CInt,
  _ ctor: (@convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, CInt) -> CInt)!,
  _ dtor: (@convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void)!,
  _ arg: UnsafeMutableRawPointer!
) -> pool_cache_t! {
  guard offset == 0, flags == 0 else { return nil }
  let record = unsafe CacheRecord(
    cache: nil, style: .pool, construct: ctor, destruct: dtor, reclaim: nil, argument: arg, allocator: pa)
  let made = unsafe CacheRecord.make(record, name: wchan, size: size, alignment: Int(align), ipl: ipl)
  return unsafe made.map { OpaquePointer($0) }
}

@c @implementation
public func pool_cache_get(_ pc: pool_cache_t!, _ flags: CUnsignedInt) -> UnsafeMutableRawPointer! {
  let cache = unsafe CacheRecord.at(pc).pointee.handle
  if flags & CUnsignedInt(PR_ZERO) == 0, let object = unsafe cache.popLoaded() { return unsafe object }
  let mode: WaitMode = flags & CUnsignedInt(PR_WAITOK) != 0 ? .sleep : .noSleep
  guard let object = unsafe cache.allocate(mode) else { return nil }
  if flags & CUnsignedInt(PR_ZERO) != 0 {
    unsafe object.initializeMemory(as: UInt8.self, repeating: 0, count: cache.size)
  }
  return unsafe object
}

@c @implementation
public func pool_cache_put(_ pc: pool_cache_t!, _ object: UnsafeMutableRawPointer!) {
  if let object = unsafe object, unsafe CacheRecord.at(pc).pointee.handle.pushLoaded(object) { return }
  unsafe put("pool_cache_put", CacheRecord.at(pc).pointee.handle, object)
}

@c @implementation
public func pool_cache_reclaim(_ pc: pool_cache_t!) { unsafe CacheRecord.at(pc).pointee.handle.reap() }

@c @implementation
public func pool_cache_destroy(_ pc: pool_cache_t!) {
  unsafe destroy("pool_cache_destroy", CacheRecord.at(pc))
}

@c @implementation
public func pool_cache_stat(_ pc: pool_cache_t!, _ stat: UnsafeMutablePointer<tessera_pool_stat>!) {
  let statistics = unsafe CacheRecord.at(pc).pointee.handle.statistics
  unsafe stat.unsafelyUnwrapped.pointee = tessera_pool_stat(
    live: statistics.live, cached: statistics.cached, pages: statistics.pages,
    waste_per_run: statistics.wastePerSlab, pages_per_run: statistics.pagesPerSlab)
}

@c @implementation
public func pool_init(
  _ pp: UnsafeMutablePointer<pool>!, _ size: Int, _ align: CUnsignedInt, _ offset: CUnsignedInt,
  _ flags: CUnsignedInt, _ wchan: UnsafePointer<CChar>!, _ pa: UnsafeMutablePointer<pool_allocator>!,
  _ ipl: CInt
) {
  let cache = unsafe pool_cache_init(size, align, offset, flags, wchan, pa, ipl, nil, nil, nil)
  unsafe pp.unsafelyUnwrapped.pointee.pr_cache = unsafe cache
  if unsafe cache == nil { panic("pool_init", because: "no memory, or a wrong argument") }
}

@c @implementation
public func pool_get(_ pp: UnsafeMutablePointer<pool>!, _ flags: CUnsignedInt) -> UnsafeMutableRawPointer! {
  unsafe pool_cache_get(pp.unsafelyUnwrapped.pointee.pr_cache, flags)
}

@c @implementation
public func pool_put(_ pp: UnsafeMutablePointer<pool>!, _ object: UnsafeMutableRawPointer!) {
  unsafe pool_cache_put(pp.unsafelyUnwrapped.pointee.pr_cache, object)
}

@c @implementation
public func pool_reclaim(_ pp: UnsafeMutablePointer<pool>!) {
  unsafe pool_cache_reclaim(pp.unsafelyUnwrapped.pointee.pr_cache)
}

@c @implementation
public func pool_destroy(_ pp: UnsafeMutablePointer<pool>!) {
  unsafe pool_cache_destroy(pp.unsafelyUnwrapped.pointee.pr_cache)
}

@c @implementation
public func kmem_cache_create(
  _ name: UnsafePointer<CChar>!, _ size: Int, _ align: Int,
  _ constructor: (@convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, CInt) -> CInt)!,
  _ destructor: (@convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void)!,
  _ reclaim: (@convention(c) (UnsafeMutableRawPointer?) -> Void)!, _ context: UnsafeMutableRawPointer!,
  _ source: UnsafeMutablePointer<vmem_t>!, _ flags: CInt
) -> OpaquePointer! {
  guard unsafe source == nil, flags == 0 else { return nil }
  let record = unsafe CacheRecord(
    cache: nil, style: .slab, construct: constructor, destruct: destructor, reclaim: reclaim,
    argument: context, allocator: nil)
  let made = unsafe CacheRecord.make(record, name: name, size: size, alignment: align, ipl: KMemState.ipl)
  return unsafe made.map { OpaquePointer($0) }
}

@c @implementation
public func kmem_cache_alloc(_ cache: OpaquePointer!, _ flags: CInt) -> UnsafeMutableRawPointer! {
  unsafe pool_cache_get(
    cache, flags & CInt(KM_SLEEP) != 0 ? CUnsignedInt(PR_WAITOK) : CUnsignedInt(PR_NOWAIT))
}

@c @implementation
public func kmem_cache_free(_ cache: OpaquePointer!, _ object: UnsafeMutableRawPointer!) {
  if let object = unsafe object, unsafe CacheRecord.at(cache).pointee.handle.pushLoaded(object) { return }
  unsafe put("kmem_cache_free", CacheRecord.at(cache).pointee.handle, object)
}

@c @implementation
public func kmem_cache_reap(_ cache: OpaquePointer!) {
  let record = unsafe CacheRecord.at(cache).pointee
  unsafe record.reclaim?(record.argument)
  record.handle.reap()
}

@c @implementation
public func kmem_cache_destroy(_ cache: OpaquePointer!) {
  unsafe destroy("kmem_cache_destroy", CacheRecord.at(cache))
}

@inline(never)
private func put(_ function: StaticString, _ cache: CCache, _ object: UnsafeMutableRawPointer?) {
  guard let object = unsafe object else { return panic(function, because: "no object") }
  do throws(Damage) { try unsafe cache.free(object) } catch { panic(function, error, cache.name) }
}

private func destroy(_ function: StaticString, _ record: UnsafeMutablePointer<CacheRecord>) {
  let cache = unsafe record.pointee.handle
  guard cache.destroy() else { return panic(function, because: "an object is still allocated") }
  unsafe CacheRecord.discard(record)
}
