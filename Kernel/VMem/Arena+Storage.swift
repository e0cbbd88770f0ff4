import Primitives

extension Arena where Lock: ~Copyable {
  /// Makes an arena without spans that keeps its bookkeeping in `storage`.
  ///
  /// - Parameters:
  ///   - name: For those who print; the arena does not use it.
  ///   - quantum: The unit, a power of two; every size is rounded up to it.
  ///   - storage: Bytes of any alignment, the arena's from now on. `storageSize` tells how many are enough.
  ///   - lock: What guards the bookkeeping.
  /// - Complexity: O(bytes of storage).
  public static func create(
    name: ArenaName, quantum: Address = 1, storage: UnsafeMutableRawBufferPointer, lock: consuming Lock
  ) throws(CreationError) -> Arena {
    guard quantum != 0, quantum & (quantum - 1) == 0 else { throw .quantum }
    let needed = Layout.control + Layout.tag
    guard let memory = unsafe Layout.aligned(storage), memory.count >= needed else {
      throw .storageTooSmall(given: storage.count, needed: needed + Layout.alignment - 1)
    }
    // The storage is the arena's by contract, aligned and large enough as just checked.
    let state = unsafe memory.baseAddress!.bindMemory(to: ArenaState<Address, Lock>.self, capacity: 1)
    let first = unsafe (memory.baseAddress! + Layout.control).bindMemory(to: Tag<Address>.self, capacity: 1)
    let core = unsafe Core(quantum: quantum, sentinel: TagReference(first))
    unsafe state.initialize(to: ArenaState(lock: lock, name: name, core: core))
    let arena = unsafe Arena(state: state)
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

  private func giveTags(_ memory: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while (count + 1) * Layout.tag <= memory.count {
      let place = unsafe memory.baseAddress! + count * Layout.tag
      unsafe state.pointee.core.give(TagReference(place.bindMemory(to: Tag<Address>.self, capacity: 1)))
      count += 1
    }
    return count
  }

  /// Bytes with which an arena can hold `spans` spans and `allocations` allocations at once, wherever they lie.
  /// A fragmentable allocation counts twice; so does each part that a middle free leaves over.
  public static func storageSize(spans: Int, allocations: Int) -> Int {
    Layout.alignment - 1 + Layout.control + Layout.tag * tagsNeeded(spans: spans, allocations: allocations)
  }

  /// Tags for `spans` spans and `allocations` allocations, and one for the arena itself. Free segments need none.
  public static func tagsNeeded(spans: Int, allocations: Int) -> Int { 1 + spans + allocations }

  private enum Layout {
    static var alignment: Int {
      max(MemoryLayout<ArenaState<Address, Lock>>.alignment, MemoryLayout<Tag<Address>>.alignment)
    }

    static var control: Int { roundedUp(MemoryLayout<ArenaState<Address, Lock>>.size) }

    static var tag: Int { MemoryLayout<Tag<Address>>.stride }

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
    name: ArenaName, quantum: Address = 1, storage: UnsafeMutableRawBufferPointer
  ) throws(CreationError) -> Arena {
    unsafe try create(name: name, quantum: quantum, storage: storage, lock: NoLock())
  }
}
