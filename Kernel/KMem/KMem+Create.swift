import Pool
import Primitives
import VMem

/// Why there is no kmem.
public enum KMemError: Error, Equatable, Sendable {
  /// The storage is smaller than `storageSize`.
  case storage(given: Int, needed: Int)
  /// No page for the books.
  case noMemory
}

extension KMem where Lock: ~Copyable {
  /// Allocations of either arena that its storage has tags for at the start; more come from the tag source.
  static var firstTags: Int { 32 }
  /// Pages in the largest cached range of addresses.
  static var cachedPages: Int { 8 }

  /// Bytes of storage that `create` needs for so many processors.
  public static func storageSize(processors: Int = 1) -> Int {
    indexOffset + Pools<Lock>.storageSize + addressesSize(processors) + memorySize + 64
  }

  /// Where the pools' storage begins, with the index: behind the state and the table of caches.
  @inline(__always)
  static var indexOffset: Int {
    (MemoryLayout<State>.stride + SizeClasses.tableEntries * MemoryLayout<PoolCache<Lock>>.stride + 63) & ~63
  }

  private static func addressesSize(_ processors: Int) -> Int {
    Arena<Address, Lock>.storageSize(
      spans: firstTags, allocations: firstTags, quantum: 4096, cacheLimit: Address(cachedPages * 4096),
      processors: processors)
  }

  private static var memorySize: Int {
    Arena<Address, Lock>.storageSize(spans: firstTags, allocations: firstTags, quantum: 4096)
  }

  /// Makes kmem.
  ///
  /// - Parameters:
  ///   - source: The arena of the kernel's addresses, with a quantum of 4,096.
  ///   - backing: Its functions are called with this kmem as their context.
  ///   - tags: Where the arenas' tags come from when the first ones are used up: not from kmem itself, so that they
  ///     need no reserve (KMem.md).
  ///   - guarded: A cache that is to have guard pages: one of kmem's, or one made later of the same books.
  ///   - storage: At least `storageSize` bytes, the kmem's from now on.
  ///
  /// Takes a few pages for the states of 36 caches. Context: boot.
  public static func create(
    source: Arena<Address, Lock>, backing: Backing, tags: TagSource, processors: Int = 1,
    aids: DebuggingAids = .none, guarding guarded: GuardedCache? = nil,
    storage: UnsafeMutableRawBufferPointer, makeLock: () -> Lock
  ) throws(KMemError) -> KMem {
    let needed = storageSize(processors: processors)
    guard storage.count >= needed, let base = storage.baseAddress else {
      throw .storage(given: storage.count, needed: needed)
    }
    // Safe: the guard proves that the parts lie one behind the other within the storage.
    let start = unsafe base.alignedUp(toMultipleOf: 64)
    let state = unsafe start.bindMemory(to: State.self, capacity: 1)
    let context = UnsafeMutableRawPointer(state)
    let runs = unsafe PageSource(grant: backing.grant, release: backing.release, context: context)
    let poolBytes = unsafe UnsafeMutableRawBufferPointer(
      start: start + indexOffset, count: Pools<Lock>.storageSize)
    let addressBytes = unsafe UnsafeMutableRawBufferPointer(
      start: poolBytes.baseAddress! + poolBytes.count, count: addressesSize(processors))
    let memoryBytes = unsafe UnsafeMutableRawBufferPointer(
      start: addressBytes.baseAddress! + addressBytes.count, count: memorySize)
    guard
      let pools = unsafe Pools<Lock>.create(
        wired: runs, objects: runs, processors: processors, storage: poolBytes, lock: makeLock())
    else { throw .storage(given: storage.count, needed: needed) }
    pools.setAids(aids)
    pools.guardCache(guarded)
    let addresses: Arena<Address, Lock>
    let memory: Arena<Address, Lock>
    do throws(CreationError) {
      addresses = unsafe try Arena<Address, Lock>.create(
        name: "kmem-va", quantum: 4096, cacheLimit: Address(cachedPages * 4096), processors: processors,
        storage: addressBytes, lock: makeLock())
      memory = unsafe try Arena<Address, Lock>.create(
        name: "kmem", quantum: 4096, storage: memoryBytes, lock: makeLock())
    } catch { throw .storage(given: storage.count, needed: needed) }
    addresses.setTagSource(tags)
    addresses.setSource(.arena(source))
    memory.setTagSource(tags)
    memory.setSource(
      unsafe .functions(
        SourceFunctions(
          grant: backing.importSpan, release: backing.releaseSpan, context: context, granularity: 4096)))
    unsafe state.initialize(
      to: State(pools: pools, addresses: addresses, memory: memory, backing: backing))
    let kmem = unsafe KMem(state: state)
    do throws(KMemError) { try kmem.makeCaches(makeLock) } catch {
      pools.destroyCaches()
      throw error
    }
    return kmem
  }

  private func makeCaches(_ makeLock: () -> Lock) throws(KMemError) {
    for number in 0..<SizeClasses.count {
      var options = CacheOptions()
      options.alignment = SizeClasses.alignment(number)
      options.smallestSize = number == 0 ? 0 : SizeClasses.size(number - 1) + 1
      let cache: PoolCache<Lock>
      do throws(CacheError) {
        cache = try pools.makeCache(
          name: ArenaName(SizeClasses.name(number)), size: SizeClasses.size(number), options,
          makeLock: makeLock)
      } catch { throw .noMemory }
      enter(cache, class: number)
    }
  }
}
