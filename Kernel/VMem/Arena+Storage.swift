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
    let sizes = Layout.cachedSizes(cacheLimit, quantum)
    let magazines = Layout.magazines(sizes, processors)
    let needed = Layout.control + Layout.tag + magazines
    guard let memory = unsafe Layout.aligned(storage), memory.count >= needed else {
      throw .storageTooSmall(given: storage.count, needed: needed + Layout.alignment - 1)
    }
    // The storage is the arena's by contract, aligned and large enough as just checked.
    let base = memory.baseAddress!
    let state = unsafe base.bindMemory(to: ArenaState<Address, Lock>.self, capacity: 1)
    let first = unsafe (base + Layout.control + magazines).bindMemory(to: Tag<Address>.self, capacity: 1)
    let sentinel = unsafe TagReference(first)
    unsafe state.initialize(
      to: ArenaState(lock: lock, name: name, core: Core(quantum: quantum, sentinel: sentinel)))
    if sizes > 0 {
      unsafe state.pointee.magazines = MagazineRack(
        at: base + Layout.control, sizes: sizes, processors: processors, filler: sentinel)
    }
    let arena = unsafe Arena(state: Place(state))
    _ = unsafe arena.giveTags(UnsafeMutableRawBufferPointer(rebasing: memory[needed...]))
    return arena
  }

  /// Gives the arena more storage: bytes of any alignment, its own from now on. Answers how many tags they make.
  ///
  /// - Complexity: O(bytes).
  @discardableResult
  public func addStorage(_ storage: UnsafeMutableRawBufferPointer) -> Int {
    let token = acquire()
    defer { release(token) }
    guard let memory = unsafe Layout.aligned(storage) else { return 0 }
    return unsafe giveTags(memory)
  }

  func giveTags(_ memory: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while (count + 1) * Layout.tag <= memory.count {
      let place = unsafe memory.baseAddress! + count * Layout.tag
      let tag = unsafe TagReference(place.bindMemory(to: Tag<Address>.self, capacity: 1))
      state.value.core.give(tag)
      count += 1
    }
    return count
  }

  /// Bytes with which an arena can hold `spans` spans and `allocations` allocations at once, wherever they lie.
  /// A fragmentable allocation counts twice; so does each part that a middle free leaves over. The other
  /// parameters are those of `create`.
  public static func storageSize(
    spans: Int, allocations: Int, quantum: Address = 1, cacheLimit: Address = 0, processors: Int = 1
  ) -> Int {
    let magazines = Layout.magazines(Layout.cachedSizes(cacheLimit, quantum), processors)
    let tags = Layout.tag * tagsNeeded(spans: spans, allocations: allocations)
    return Layout.alignment - 1 + Layout.control + magazines + tags
  }

  /// Tags for `spans` spans and `allocations` allocations, and one for the arena itself. Free segments need none.
  public static func tagsNeeded(spans: Int, allocations: Int) -> Int { 1 + spans + allocations }

  enum Layout {
    static var alignment: Int {
      // Also that of magazines and notes, which hold nothing that state or tags do not.
      max(MemoryLayout<ArenaState<Address, Lock>>.alignment, MemoryLayout<Tag<Address>>.alignment)
    }

    static var control: Int { roundedUp(MemoryLayout<ArenaState<Address, Lock>>.size) }

    /// Room for the note at the start of granted storage.
    static var granted: Int { roundedUp(MemoryLayout<GrantedStorage>.size) }

    static var tag: Int { MemoryLayout<Tag<Address>>.stride }

    static func cachedSizes(_ limit: Address, _ quantum: Address) -> Int {
      Int(min(limit >> Address(quantum.trailingZeroBitCount), 64))
    }

    static func magazines(_ sizes: Int, _ processors: Int) -> Int {
      roundedUp(MemoryLayout<Magazine<Address>>.stride * sizes * processors)
    }

    static func roundedUp(_ size: Int) -> Int { (size + alignment - 1) & ~(alignment - 1) }

    /// The part of `storage` from its first aligned byte on; `nil` if there is none.
    static func aligned(_ storage: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer? {
      guard let base = storage.baseAddress else { return nil }
      let skip = (0 - Int(bitPattern: base)) & (alignment - 1)
      guard skip < storage.count else { return nil }
      return unsafe UnsafeMutableRawBufferPointer(rebasing: storage[skip...])
    }
  }
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
