import Primitives

extension Arena where Lock: ~Copyable {
  /// Makes an arena without spans that keeps its bookkeeping in `storage`.
  ///
  /// - Parameters:
  ///   - name: For those who print; the arena does not use it.
  ///   - quantum: The unit, a power of two; every size is rounded up to it.
  ///   - cacheLimit: The largest size in addresses that quantum caches serve; at most 64 quanta count.
  ///   - processors: How many processors have magazines of their own; `Lock.processor` is below it.
  ///   - addressIndex: Whether searches by address are to take few steps always, from the first long one on, or never.
  ///   - storage: Bytes of any alignment, the arena's from now on. `storageSize` tells how many are enough.
  ///   - lock: What guards the bookkeeping.
  /// - Complexity: O(bytes of storage).
  public static func create(
    name: ArenaName, quantum: Address = 1, cacheLimit: Address = 0, processors: Int = 1,
    addressIndex: AddressIndex = .onDemand, storage: UnsafeMutableRawBufferPointer, lock: consuming Lock
  ) throws(CreationError) -> Arena {
    guard quantum != 0, quantum & (quantum - 1) == 0 else { throw .quantum }
    let empty = Layout<Address, Lock>(quantum: quantum, cacheLimit: cacheLimit, processors: processors)
    guard let memory = unsafe Layout<Address, Lock>.aligned(storage), let layout = empty.filling(memory.count)
    else {
      let needed = empty.holding(tags: 1).byteCount + Layout<Address, Lock>.alignment - 1
      throw .storageTooSmall(given: storage.count, needed: needed)
    }
    // The storage is the arena's by contract, and each part lies within it as the layout was just computed.
    let base = memory.baseAddress!
    let sentinel = unsafe TagReference<Address>(base + layout.tagsOffset)
    let shift = Address(truncatingIfNeeded: quantum.trailingZeroBitCount)
    let lists = unsafe FreeLists<Address>(
      heads: base + layout.headsOffset, bits: base + layout.bitsOffset, cellBits: layout.cellBits,
      quantumShift: shift)
    let hash = unsafe HashTable<Address>(
      buckets: (base + layout.bucketsOffset).bindMemory(
        to: TagReference<Address>?.self, capacity: layout.buckets),
      count: layout.buckets)
    let core = Core(
      quantum: quantum, sentinel: sentinel, lists: lists, hash: hash, addressIndex: addressIndex)
    let state = unsafe base.bindMemory(to: ArenaState<Address, Lock>.self, capacity: 1)
    let isShared = lock.isNeeded
    unsafe state.initialize(to: ArenaState(lock: lock, name: name, core: core, processors: processors))
    if isShared { unsafe state.pointee.core.enter(.isShared) }
    if layout.cachedSizes > 0 { unsafe state.pointee.core.cacheSizes(layout.cachedSizes) }
    let arena = unsafe Arena(state: Place(state))
    arena.magazines.makeEmpty(filler: sentinel)
    unsafe arena.giveTags(base + layout.tagsOffset + Layout<Address, Lock>.tagStride, count: layout.tags - 1)
    return arena
  }

  /// The alignment of storage in which an arena lies from the first byte on.
  package static var storageAlignment: Int { Layout<Address, Lock>.alignment }

  /// The arena that was created in storage which begins at `base`. The caller promises that one was, that it lives, and
  /// that `base` is aligned as `storageAlignment` says.
  @unsafe @inline(__always)
  package init(inStorageAt base: UnsafeMutableRawPointer) {
    state = unsafe Place(base.assumingMemoryBound(to: ArenaState<Address, Lock>.self))
  }

  /// Gives the arena more storage: bytes of any alignment, its own from now on. Answers how many tags they make.
  ///
  /// Where the hash table has become small for the tags there are, half of the storage goes to a new one if that at
  /// least doubles it, and the old one's bytes become tags.
  /// - Complexity: O(bytes), and O(allocations) where the hash table moves.
  @discardableResult
  public func addStorage(_ storage: UnsafeMutableRawBufferPointer) -> Int {
    guard let memory = unsafe Layout<Address, Lock>.aligned(storage) else { return 0 }
    let token = acquire()
    defer { release(token) }
    return unsafe divide(memory)
  }

  /// Makes tags of `memory`, which is aligned, and a hash table if that is due. Answers how many tags.
  func divide(_ memory: UnsafeMutableRawBufferPointer) -> Int {
    let reference = Layout<Address, Lock>.reference
    let buckets = Int(state.value.core.hash.count)
    let wanted = min(state.value.core.tagCount / 2 + 1, memory.count / 2 / reference)
    guard state.value.core.tagCount > 8 * buckets, wanted >= 2 * buckets else {
      return unsafe giveTags(memory)
    }
    let bytes = Layout<Address, Lock>.roundedUp(wanted * reference)
    // The first half of the memory at most.
    let places = unsafe memory.baseAddress!.bindMemory(to: TagReference<Address>?.self, capacity: wanted)
    let table = unsafe HashTable<Address>(buckets: places, count: wanted)
    let old = unsafe state.value.core.replaceHash(by: table)
    return unsafe giveTags(UnsafeMutableRawBufferPointer(rebasing: memory[bytes...])) + giveTags(old)
  }

  @unsafe private func giveTags(_ memory: UnsafeMutableRawBufferPointer) -> Int {
    guard let aligned = unsafe Layout<Address, Lock>.aligned(memory) else { return 0 }
    let count = aligned.count / Layout<Address, Lock>.tagStride
    unsafe giveTags(aligned.baseAddress!, count: count)
    return count
  }

  @unsafe private func giveTags(_ base: UnsafeMutableRawPointer, count: Int) {
    let stride = Layout<Address, Lock>.tagStride
    for index in 0..<count {
      // The caller gives memory for `count` tags.
      unsafe state.value.core.give(TagReference(base + index * stride))
    }
    state.value.core.tagCount += count
  }

  /// Bytes with which an arena can hold `spans` spans and `allocations` allocations at once, wherever they lie.
  /// A fragmentable allocation counts twice; so does each part that a middle free leaves over. The other
  /// parameters are those of `create`.
  public static func storageSize(
    spans: Int, allocations: Int, quantum: Address = 1, cacheLimit: Address = 0, processors: Int = 1,
    addressIndex: AddressIndex = .onDemand
  ) -> Int {
    let empty = Layout<Address, Lock>(quantum: quantum, cacheLimit: cacheLimit, processors: processors)
    let tags = tagsNeeded(spans: spans, allocations: allocations, addressIndex: addressIndex)
    return empty.holding(tags: tags).byteCount + Layout<Address, Lock>.alignment - 1
  }

  /// Tags for `spans` spans and `allocations` allocations, and one for the arena itself.
  ///
  /// A span is a barrier and a free segment; an allocation in the middle of a free segment leaves one more. Allocations
  /// that lie close together take one each. The index by address takes one more for every six at most.
  public static func tagsNeeded(
    spans: Int, allocations: Int, addressIndex: AddressIndex = .onDemand
  ) -> Int {
    let segments = 2 * spans + 2 * allocations
    let groups =
      switch addressIndex {
      case .never: 0
      // Rings as short are walked.
      case .onDemand: segments <= ArenaLimits.patience ? 0 : segments / GroupReference<Address>.minimum + 2
      case .always: segments == 0 ? 0 : segments / GroupReference<Address>.minimum + 2
      }
    return 1 + segments + groups
  }
}

extension Arena where Lock == NoLock {
  /// As `create(name:quantum:storage:lock:)`, for an arena whose callers serialise.
  public static func create(
    name: ArenaName, quantum: Address = 1, cacheLimit: Address = 0, processors: Int = 1,
    addressIndex: AddressIndex = .onDemand, storage: UnsafeMutableRawBufferPointer
  ) throws(CreationError) -> Arena {
    unsafe try create(
      name: name, quantum: quantum, cacheLimit: cacheLimit, processors: processors,
      addressIndex: addressIndex,
      storage: storage, lock: NoLock())
  }
}
