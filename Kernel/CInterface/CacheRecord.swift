import CHooks
import KMem
import Pool
import Primitives
import VMem

/// What C calls a cache: the cache, and what its functions of C are called with. In memory of kmem.
@safe
struct CacheRecord {
  typealias Construct = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, CInt) -> CInt
  typealias Destruct = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void

  /// How constructors and destructors are called: pools pass the argument first, slab caches the object.
  enum Style { case pool, slab }

  var cache: UnsafeMutableRawPointer?
  let style: Style
  let construct: Construct?
  let destruct: Destruct?
  let reclaim: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
  let argument: UnsafeMutableRawPointer?
  let allocator: UnsafeMutablePointer<pool_allocator>?

  var handle: CCache { unsafe CCache.at(cache.unsafelyUnwrapped) }

  /// Makes a cache and its record; `nil` without memory, or for a wrong argument.
  static func make(
    _ record: CacheRecord, name: UnsafePointer<CChar>?, size: Int, alignment: Int, ipl: CInt
  ) -> UnsafeMutablePointer<CacheRecord>? {
    guard let memory = KMemState.memory, let name = unsafe name,
      let place = unsafe memory.allocate(MemoryLayout<CacheRecord>.size)
    else { return nil }
    let made = unsafe place.bindMemory(to: CacheRecord.self, capacity: 1)
    unsafe made.initialize(to: record)
    var options = CacheOptions()
    options.alignment = alignment == 0 ? 8 : alignment
    unsafe options.setObject(
      constructor: record.construct == nil ? nil : constructObject,
      destructor: record.destruct == nil ? nil : destructObject, context: place)
    if let allocator = unsafe record.allocator {
      let longest = unsafe Int(allocator.pointee.pa_maxpages)
      options.source = unsafe PageSource(
        grant: grantFromAllocator, release: releaseToAllocator, context: allocator,
        longestRun: max(1, min(longest, PageSource.longestRun)))
      options.isUntouched = true
    }
    do throws(CacheError) {
      // Names of C stay, by contract.
      let text = unsafe UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
      let cache = unsafe try memory.pools.makeCache(
        name: ArenaName(nulTerminated: text), size: size, options, makeLock: { InPlaceLock(ipl: ipl) })
      unsafe made.pointee.cache = unsafe cache.handle
      return unsafe made
    } catch {
      unsafe discard(made)
      return nil
    }
  }

  static func discard(_ record: UnsafeMutablePointer<CacheRecord>) {
    unsafe kmem_free(record, MemoryLayout<CacheRecord>.size)
  }

  /// The record behind a handle of C.
  @inline(__always)
  static func at(_ cache: OpaquePointer?) -> UnsafeMutablePointer<CacheRecord> {
    unsafe UnsafeMutablePointer(cache.unsafelyUnwrapped)
  }
}

private func constructObject(_ context: UnsafeMutableRawPointer?, _ object: UnsafeMutableRawPointer) -> Bool {
  let record = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: CacheRecord.self)
  guard let construct = unsafe record.pointee.construct else { return true }
  let argument = unsafe record.pointee.argument
  switch unsafe record.pointee.style {
  case .pool: return unsafe construct(argument, object, CInt(PR_NOWAIT)) == 0
  case .slab: return unsafe construct(object, argument, CInt(KM_NOSLEEP)) == 0
  }
}

private func destructObject(_ context: UnsafeMutableRawPointer?, _ object: UnsafeMutableRawPointer) {
  let record = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: CacheRecord.self)
  let argument = unsafe record.pointee.argument
  switch unsafe record.pointee.style {
  case .pool: unsafe record.pointee.destruct?(argument, object)
  case .slab: unsafe record.pointee.destruct?(object, argument)
  }
}

private func grantFromAllocator(_ context: UnsafeMutableRawPointer?, _ pages: Int) -> UnsafeMutableRawPointer?
{
  let allocator = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: pool_allocator.self)
  return unsafe allocator.pointee.pa_alloc(allocator, pages * Int(TESSERA_PAGE_SIZE))
}

private func releaseToAllocator(
  _ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ pages: Int
) {
  let allocator = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: pool_allocator.self)
  unsafe allocator.pointee.pa_free(allocator, base, pages * Int(TESSERA_PAGE_SIZE))
}
