import Frames
import Paging
import Primitives
import VMem

extension PageableMemory where Lock: ~Copyable {
  /// Bytes of wired storage for the books of so many slots.
  public static func slotStorageSize(slots: UInt32) -> Int { SlotMap.storageSize(slots: slots) }

  /// Begins to use a swap disk: its slots can be promised, and pages that had frames for good get slots instead as far as
  /// they go. Only whoever has a `SwapArea` can ask for it: a disk that may be written.
  ///
  /// - Parameter storage: `slotStorageSize(slots:)` bytes, wired, that live as long as the memory.
  ///
  /// Worst case: linear in slots and in addresses that were ever pageable. Context: thread or boot; once.
  public func attach(_ area: SwapArea, storage: UnsafeMutableRawBufferPointer) throws(PageableError) {
    let needed = Self.slotStorageSize(slots: area.slots)
    guard storage.count >= needed else { throw .storage(given: storage.count, needed: needed) }
    let slots = unsafe SlotMap(slots: area.slots, storage: storage)
    let token = acquire()
    guard state.value.slots.count == 0 else {
      release(token)
      throw .attached
    }
    state.value.slots = slots
    release(token)
    promiseSlotsToPinned()
  }

  private func promiseSlotsToPinned() {
    for index in 0..<UInt32(RecordDirectory.count) {
      for page in index << 10...index << 10 | 1023 {
        let token = acquire()
        let isOver = state.value.directories[Int(index)].live == 0
        if !isOver { unpin(page) }
        release(token)
        if isOver { break }
      }
    }
  }

  /// Under the lock.
  private func unpin(_ page: UInt32) {
    guard var record = record(of: page), record.state == .resident, record.has(.pinned),
      state.value.counts.promised < state.value.slots.usable,
      state.value.pageFrames < state.value.residents.count
    else { return }
    record.set(.pinned, false)
    setRecord(of: page, to: record)
    state.value.counts.pinned -= 1
    state.value.counts.promised += 1
    state.value.pageFrames += 1
    addResident(page, record.frame)
  }

  /// Makes the pages of an allocation, guard page left out, writable or read-only.
  ///
  /// Worst case: linear in pages, a flush for each. Context: thread.
  public func protect(_ range: AddressRange<UInt32>, isWritable: Bool) throws(PageableError) {
    for page in range.first >> 12...range.last >> 12 {
      let token = acquire()
      let state = record(of: page)?.state ?? .none
      release(token)
      guard state != .none else { throw .notAllocated(range) }
    }
    for page in range.first >> 12...range.last >> 12 {
      let token = acquire()
      defer { release(token) }
      guard var record = record(of: page), record.state != .none, record.state != .guardPage else { continue }
      record.set(.readOnly, !isWritable)
      setRecord(of: page, to: record)
      let number = PageNumber(page)
      guard pageMap.entry(of: number) != nil else { continue }
      do throws(PagingError) {
        try pageMap.protect(PageRange(number, through: number), isWritable: isWritable)
      } catch { preconditionFailure("a pageable page could not be protected") }
    }
  }
}
