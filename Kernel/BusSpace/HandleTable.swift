import Primitives
import VMem

/// Which claims and mappings have handles: how a handle finds out that its region has ended.
///
/// Each has one record, which all its handles point to. A record never moves and its storage never
/// goes away; when the region ends, its generation changes, and every handle that remembers the old one is dead, whoever
/// takes the addresses next (BusSpace-I8). The value is a reference: copies are the same table.
public struct HandleTable<Lock: Locking & ~Copyable>: Sendable {
  private let state: Place<HandleTableState<Lock>>

  /// Makes a table in `storage`, which must outlive it; nil if not even one record fits.
  ///
  /// The caller promises that the bytes are nobody else's.
  @unsafe public static func create(
    storage: UnsafeMutableRawBufferPointer, lock: consuming Lock
  ) -> HandleTable? {
    let stateSize = MemoryLayout<HandleTableState<Lock>>.stride
    guard let memory = unsafe aligned(storage), memory.count >= stateSize + HandleRecord.size else {
      return nil
    }
    // The state fits, aligned for both kinds; the records follow.
    let state = unsafe memory.baseAddress!.bindMemory(to: HandleTableState<Lock>.self, capacity: 1)
    unsafe state.initialize(to: HandleTableState(lock: lock))
    let table = unsafe HandleTable(state: Place(state))
    unsafe table.add(UnsafeMutableRawBufferPointer(rebasing: memory[stateSize...]))
    return table
  }

  /// Bytes that hold a table of so many records wherever they begin.
  public static func storageSize(handles: Int) -> Int {
    MemoryLayout<HandleTableState<Lock>>.stride + handles * HandleRecord.size + alignment - 1
  }

  /// Takes further records from `source` whenever they run out.
  func grow(from source: TagSource) {
    let token = state.value.lock.acquire()
    state.value.source = source
    state.value.lock.release(token)
  }

  /// What stands on a claim; nil if nothing does. O(records in use).
  func find(_ kind: HandleRecord.Kind, of claim: BusRange) -> Place<HandleRecord>? {
    let token = state.value.lock.acquire()
    defer { state.value.lock.release(token) }
    var next = state.value.live
    while let record = next {
      if record.value.claim == claim, record.value.kind == kind { return record }
      next = record.value.next
    }
    return nil
  }

  /// Whether a claim, or a part of it, is mapped.
  func isMapped(_ claim: BusRange) -> Bool {
    find(.mappedClaim, of: claim) != nil || find(.mappedPart, of: claim) != nil
  }

  /// Notes that a claim has handles of a kind; nil if there is no record left and no source for more.
  func begin(_ kind: HandleRecord.Kind, of claim: BusRange) -> Place<HandleRecord>? {
    if let record = take(claim, kind) { return record }
    guard refill() else { return nil }
    return take(claim, kind)
  }

  /// Ends all handles of a record. O(records in use).
  func end(_ ended: Place<HandleRecord>) {
    let token = state.value.lock.acquire()
    defer { state.value.lock.release(token) }
    var before: Place<HandleRecord>?
    var next = state.value.live
    while let record = next {
      next = record.value.next
      guard record == ended else {
        before = record
        continue
      }
      if let before { before.value.next = next } else { state.value.live = next }
      record.value.generation += 1
      // A generation that came back would bring dead handles back: this record has had all of its own.
      guard record.value.generation < .max else { return }
      record.value.next = state.value.free
      state.value.free = record
      return
    }
  }

  private func take(_ claim: BusRange, _ kind: HandleRecord.Kind) -> Place<HandleRecord>? {
    let token = state.value.lock.acquire()
    defer { state.value.lock.release(token) }
    guard let record = state.value.free else { return nil }
    state.value.free = record.value.next
    record.value.claim = claim
    record.value.kind = kind
    record.value.next = state.value.live
    state.value.live = record
    return record
  }

  /// The lock is not held while storage is asked for: it may come from an arena that takes its own.
  private func refill() -> Bool {
    let token = state.value.lock.acquire()
    let source = state.value.source
    state.value.lock.release(token)
    guard let storage = unsafe source?.grantStorage(), let memory = unsafe Self.aligned(storage) else {
      return false
    }
    unsafe add(memory)
    return memory.count >= HandleRecord.size
  }

  /// Makes free records of aligned storage.
  @unsafe private func add(_ memory: UnsafeMutableRawBufferPointer) {
    let token = state.value.lock.acquire()
    defer { state.value.lock.release(token) }
    var offset = 0
    while offset + HandleRecord.size <= memory.count {
      // Inside the storage, at a multiple of the stride from an aligned start.
      let record = unsafe (memory.baseAddress! + offset).bindMemory(to: HandleRecord.self, capacity: 1)
      unsafe record.initialize(to: HandleRecord(next: state.value.free))
      state.value.free = unsafe Place(record)
      offset += HandleRecord.size
    }
  }

  private static var alignment: Int {
    max(MemoryLayout<HandleTableState<Lock>>.alignment, MemoryLayout<HandleRecord>.alignment)
  }

  @unsafe private static func aligned(
    _ storage: UnsafeMutableRawBufferPointer
  ) -> UnsafeMutableRawBufferPointer? {
    guard let base = storage.baseAddress else { return nil }
    let skip = -Int(bitPattern: base) & (alignment - 1)
    guard skip <= storage.count else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(rebasing: storage[skip...])
  }
}

/// What lies at the start of a table's storage.
struct HandleTableState<Lock: Locking & ~Copyable>: ~Copyable {
  let lock: Lock
  var free: Place<HandleRecord>?
  var live: Place<HandleRecord>?
  var source: TagSource?

  init(lock: consuming Lock) {
    self.lock = lock
    free = nil
    live = nil
    source = nil
  }
}

/// A claim, or a mapping in one, that has handles; or room for one.
struct HandleRecord {
  enum Kind: UInt8 {
    /// The claim itself, unmapped: ports and lines.
    case unmapped
    /// The claim was made by mapping it, and ends with the mapping.
    case mappedClaim
    /// A mapping within a claim, which stays when the mapping ends.
    case mappedPart
  }

  /// Changes when the handles end.
  var generation: UInt32 = 0
  var claim = BusRange.whole(.io)
  var kind = Kind.unmapped
  var next: Place<HandleRecord>?

  init(next: Place<HandleRecord>?) { self.next = next }

  static var size: Int { MemoryLayout<HandleRecord>.stride }
}
