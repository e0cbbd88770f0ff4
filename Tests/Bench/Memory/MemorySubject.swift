// kmem and a pool cache behind the host's bench program: callers serialise, pages come from a block of the program.

import KMem
import Pool
import Primitives
import VMem

private typealias Memory = KMem<UInt32, NoLock>
private typealias Cache = PoolCache<NoLock>

/// The block that stands for memory: the first half direct pages, the second addresses.
@safe private struct Block {
  /// Pages of the first half that came back, linked through their first words.
  var free: UnsafeMutableRawPointer?
  var next: UInt
  var end: UInt
}

/// The first pages of a block are handed out one by one, and again when they came back.
private func takePage(_ context: UnsafeMutableRawPointer?, _ pages: Int) -> UnsafeMutableRawPointer? {
  let block = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: Block.self)
  if pages == 1, let page = unsafe block.pointee.free {
    unsafe block.pointee.free = unsafe page.load(as: UnsafeMutableRawPointer?.self)
    return unsafe page
  }
  let first = unsafe block.pointee.next
  guard pages == 1, unsafe first + 4096 <= block.pointee.end else { return nil }
  unsafe block.pointee.next = first + 4096
  return unsafe UnsafeMutableRawPointer(bitPattern: first)
}

private func givePage(_ context: UnsafeMutableRawPointer?, _ page: UnsafeMutableRawPointer, _ pages: Int) {
  let block = unsafe context.unsafelyUnwrapped.assumingMemoryBound(to: Block.self)
  unsafe page.storeBytes(of: block.pointee.free, as: UnsafeMutableRawPointer?.self)
  unsafe block.pointee.free = unsafe page
}

/// Makes kmem over `bytes` bytes at `start`, aligned to a page, with the debugging aids of these bits.
@c(memory_create) public func memoryCreate(
  _ start: UnsafeMutableRawPointer, _ bytes: Int, _ aids: UInt32
) -> UnsafeMutableRawPointer? {
  let base = UInt(bitPattern: start)
  let blockStorage = unsafe start.bindMemory(to: Block.self, capacity: 1)
  let arenaBytes = Arena<UInt32, NoLock>.storageSize(spans: 1, allocations: 10_000, quantum: 4096)
  let bookBytes = (4096 + arenaBytes + Memory.storageSize() + 4095) & ~4095
  let half = UInt(bytes / 2) & ~4095
  unsafe blockStorage.initialize(
    to: Block(free: nil, next: base + UInt(bookBytes), end: base + half))
  let context = UnsafeMutableRawPointer(blockStorage)
  let direct = unsafe PageSource(grant: takePage, release: givePage, context: context, longestRun: 1)
  let backing = unsafe Backing(
    context: nil, back: { _, _, _ in true }, unback: { _, _, _ in }, direct: direct,
    grant: { unsafe Memory.at($0).takeRun($1) }, release: { unsafe Memory.at($0).putRun($1, $2) },
    importSpan: { unsafe Memory.at($0).importSpan($1) },
    releaseSpan: { unsafe Memory.at($0).releaseSpan($1) })
  let tags = unsafe TagSource(
    grant: { unsafe takePage($0, $1 / 4096) }, release: { unsafe givePage($0, $1, $2 / 4096) },
    context: context, byteCount: 4096)
  let arena = try? unsafe Arena<UInt32, NoLock>.create(
    name: "kva", quantum: 4096,
    storage: UnsafeMutableRawBufferPointer(start: start + 4096, count: arenaBytes), lock: NoLock())
  guard let arena, (try? arena.add(first: UInt32(base + half), count: UInt32(half))) != nil else {
    return nil
  }
  let kmem = try? unsafe Memory.create(
    source: arena, backing: backing, tags: tags,
    aids: DebuggingAids(rawValue: UInt8(truncatingIfNeeded: aids)),
    storage: UnsafeMutableRawBufferPointer(start: start + 4096 + arenaBytes, count: Memory.storageSize()),
    makeLock: { NoLock() })
  return unsafe kmem?.handle
}

@c(memory_allocate) public func memoryAllocate(
  _ kmem: UnsafeMutableRawPointer, _ size: Int
) -> UnsafeMutableRawPointer? {
  if let object = unsafe Memory.at(kmem).allocateAtOnce(size) { return unsafe object }
  return unsafe allocateSlowly(kmem, size)
}

/// With C's way of calling, so that the short way ends with a jump here and has no arguments to keep.
@inline(never)
@c(memory_allocate_slowly) public func allocateSlowly(
  _ kmem: UnsafeMutableRawPointer, _ size: Int
) -> UnsafeMutableRawPointer? {
  unsafe Memory.at(kmem).allocate(size)
}

/// A free of the very memory that was answered cannot fail; if it does the figures are worth nothing.
@c(memory_free) public func memoryFree(
  _ kmem: UnsafeMutableRawPointer, _ object: UnsafeMutableRawPointer, _ size: Int
) {
  if unsafe Memory.at(kmem).freeAtOnce(object, size: size) { return }
  unsafe freeSlowly(kmem, object, size)
}

@inline(never)
private func freeSlowly(
  _ kmem: UnsafeMutableRawPointer, _ object: UnsafeMutableRawPointer, _ size: Int
) {
  do throws(Damage) { try unsafe Memory.at(kmem).free(object, size: size) } catch {
    fatalError("free refused")
  }
}

@c(memory_reap) public func memoryReap(_ kmem: UnsafeMutableRawPointer) { unsafe Memory.at(kmem).reap() }

/// Bytes that kmem holds: slabs, the arena's allocations beyond them, books.
@c(memory_held) public func memoryHeld(_ kmem: UnsafeMutableRawPointer) -> Int {
  let kmem = unsafe Memory.at(kmem)
  let statistics = kmem.statistics
  var ofSlabs = 0
  kmem.pools.forEachCache { if $0.run.pages > 1 { ofSlabs += $0.statistics.pages } }
  return (statistics.slabPages + statistics.arenaPages - ofSlabs + statistics.bookPages) * 4096
}

@c(pool_make) public func poolMake(
  _ kmem: UnsafeMutableRawPointer, _ size: Int
) -> UnsafeMutableRawPointer? {
  unsafe (try? Memory.at(kmem).pools.makeCache(name: "bench", size: size) { NoLock() })?.handle
}

@c(pool_take) public func poolTake(_ cache: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  unsafe Cache.at(cache).allocate()
}

@c(pool_is_live) public func poolIsLive(
  _ cache: UnsafeMutableRawPointer, _ object: UnsafeMutableRawPointer
) -> Bool {
  unsafe Cache.at(cache).isLive(object)
}

@c(pool_put) public func poolPut(_ cache: UnsafeMutableRawPointer, _ object: UnsafeMutableRawPointer) {
  if unsafe Cache.at(cache).pushLoaded(object) { return }
  unsafe putSlowly(cache, object)
}

@inline(never)
private func putSlowly(_ cache: UnsafeMutableRawPointer, _ object: UnsafeMutableRawPointer) {
  do throws(Damage) { try unsafe Cache.at(cache).free(object) } catch { fatalError("free refused") }
}
