import Primitives

extension Arena where Lock: ~Copyable {
  /// Makes an arena without spans that keeps its bookkeeping in `storage`.
  ///
  /// - Parameters:
  ///   - name: For those who print; the arena does not use it.
  ///   - quantum: The unit, a power of two; every size is rounded up to it.
  ///   - cacheLimit: The largest size in addresses that quantum caches serve; at most 64 quanta count.
  ///   - processors: How many processors have magazines of their own; `Lock.processor` is below it.
  ///   - storage: Bytes of any alignment, the arena's from now on. `storageSize` tells how many are enough.
  ///   - lock: What guards the bookkeeping.
  /// - Complexity: O(bytes of storage).
  public static func create(
    name: ArenaName, quantum: Address = 1, cacheLimit: Address = 0, processors: Int = 1,
    storage: UnsafeMutableRawBufferPointer, lock: consuming Lock
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
    let sentinel = unsafe tag(base + layout.tagsOffset, 0)
    let classes = unsafe SizeClasses<Address>(
      heads: (base + layout.headsOffset).bindMemory(
        to: TagReference<Address>?.self, capacity: SizeClasses<Address>.count),
      words: (base + layout.wordsOffset).bindMemory(
        to: UInt32.self, capacity: SizeClasses<Address>.wordCount))
    let hash = unsafe HashTable<Address>(
      buckets: (base + layout.bucketsOffset).bindMemory(
        to: TagReference<Address>?.self, capacity: layout.buckets),
      count: layout.buckets, quantumShift: Address(truncatingIfNeeded: quantum.trailingZeroBitCount))
    let core = Core(quantum: quantum, sentinel: sentinel, classes: classes, hash: hash)
    let state = unsafe base.bindMemory(to: ArenaState<Address, Lock>.self, capacity: 1)
    unsafe state.initialize(to: ArenaState(lock: lock, name: name, core: core))
    if layout.cachedSizes > 0 {
      unsafe state.pointee.magazines = MagazineRack(
        at: base + layout.magazinesOffset, sizes: layout.cachedSizes, processors: processors, filler: sentinel
      )
    }
    let arena = unsafe Arena(state: Place(state))
    unsafe arena.giveGroups(base + layout.groupsOffset, count: layout.groups)
    unsafe arena.giveTags(base + layout.tagsOffset + Layout<Address, Lock>.tag, count: layout.tags - 1)
    return arena
  }

  /// Gives the arena more storage: bytes of any alignment, its own from now on. Answers how many tags they make.
  ///
  /// The hash table stays as it is: allocations beyond twice its size are found through the tree.
  /// - Complexity: O(bytes).
  @discardableResult
  public func addStorage(_ storage: UnsafeMutableRawBufferPointer) -> Int {
    guard let memory = unsafe Layout<Address, Lock>.aligned(storage) else { return 0 }
    let token = acquire()
    defer { release(token) }
    return unsafe giveTagsAndGroups(memory)
  }

  /// Divides `memory`, which is aligned, into groups and tags. Answers how many tags.
  func giveTagsAndGroups(_ memory: UnsafeMutableRawBufferPointer) -> Int {
    typealias Sizes = Layout<Address, Lock>
    let minimum = Group<Address>.minimum
    var groups = memory.count / (Sizes.tag * minimum + Sizes.group) + 1
    var groupBytes = Sizes.roundedUp(groups * Sizes.group)
    guard groupBytes + Sizes.tag <= memory.count else { return 0 }
    let tags = (memory.count - groupBytes) / Sizes.tag
    groups = min(groups, tags / minimum + 1)
    groupBytes = Sizes.roundedUp(groups * Sizes.group)
    unsafe giveGroups(memory.baseAddress!, count: groups)
    unsafe giveTags(memory.baseAddress! + groupBytes, count: tags)
    return tags
  }

  private static func tag(_ base: UnsafeMutableRawPointer, _ index: Int) -> TagReference<Address> {
    // The caller gives memory for more than `index` tags.
    unsafe TagReference(
      (base + index * Layout<Address, Lock>.tag).bindMemory(to: Tag<Address>.self, capacity: 1))
  }

  @unsafe private func giveTags(_ base: UnsafeMutableRawPointer, count: Int) {
    for index in 0..<count {
      let tag = unsafe Arena.tag(base, index)
      tag.group = nil
      state.value.core.give(tag)
    }
  }

  @unsafe private func giveGroups(_ base: UnsafeMutableRawPointer, count: Int) {
    for index in 0..<count {
      // As with tags.
      let place = unsafe base + index * Layout<Address, Lock>.group
      let group = unsafe GroupReference(place.bindMemory(to: Group<Address>.self, capacity: 1))
      state.value.core.give(group)
    }
  }

  /// Bytes with which an arena can hold `spans` spans and `allocations` allocations at once, wherever they lie.
  /// A fragmentable allocation counts twice; so does each part that a middle free leaves over. The other
  /// parameters are those of `create`.
  public static func storageSize(
    spans: Int, allocations: Int, quantum: Address = 1, cacheLimit: Address = 0, processors: Int = 1
  ) -> Int {
    let empty = Layout<Address, Lock>(quantum: quantum, cacheLimit: cacheLimit, processors: processors)
    let tags = tagsNeeded(spans: spans, allocations: allocations)
    return empty.holding(tags: tags).byteCount + Layout<Address, Lock>.alignment - 1
  }

  /// Tags for `spans` spans and `allocations` allocations, and one for the arena itself. Free segments need none.
  public static func tagsNeeded(spans: Int, allocations: Int) -> Int { 1 + spans + allocations }
}

extension Arena where Lock == NoLock {
  /// As `create(name:quantum:storage:lock:)`, for an arena whose callers serialise.
  public static func create(
    name: ArenaName, quantum: Address = 1, cacheLimit: Address = 0, processors: Int = 1,
    storage: UnsafeMutableRawBufferPointer
  ) throws(CreationError) -> Arena {
    unsafe try create(
      name: name, quantum: quantum, cacheLimit: cacheLimit, processors: processors, storage: storage,
      lock: NoLock())
  }
}
