import Frames
import Paging
import Primitives
import VMem

extension PageableMemory where Lock: ~Copyable {
  /// Takes back what `allocate` answered, from the same arena.
  ///
  /// Pages that are being read or written leave their frames, slots and promises to the transfer. Needs no memory, and
  /// fails only on a wrong argument (law 3). Order (law 6): the records, the entries, the flush, then frames and
  /// addresses.
  ///
  /// Worst case: linear in pages, a flush for each; interrupts are off for eight pages at a time. Context: thread;
  /// never sleeps.
  public func free(_ range: AddressRange<UInt32>, to arena: Arena<UInt32, Lock>? = nil) throws(PageableError)
  {
    let isSubmap = arena != nil
    let arena = arena ?? self.arena
    guard let segment = arena.segment(atOrAfter: range.first), segment.kind == .allocated,
      segment.range == range, claim(range.first >> 12, isSubmap)
    else { throw .notAllocated(range) }
    let pages = PageRange(PageNumber(containing: range.first), through: PageNumber(containing: range.last))
    var page = pages.first.rawValue
    while true {
      let last = min(pages.last.rawValue, page | 7)
      release(page, through: last, isClaimed: page == pages.first.rawValue)
      guard last < pages.last.rawValue else { break }
      page = last + 1
    }
    dropRecords(for: pages)
    giveBack(range, to: arena)
  }

  /// Whether the first page of an allocation was somebody's; from now on it is nobody's but the caller's, and a second
  /// call finds so. The rest of its record stays for the caller.
  private func claim(_ page: UInt32, _ isSubmap: Bool) -> Bool {
    let token = acquire()
    defer { release(token) }
    guard let record = record(of: page), record.state != .none, record.has(.inSubmap) == isSubmap
    else { return false }
    releaseOne(page, record)
    return true
  }

  private func release(_ first: UInt32, through last: UInt32, isClaimed: Bool) {
    let token = acquire()
    for page in (isClaimed ? first + 1 : first)..<last + 1 {
      guard let record = record(of: page), record.state != .none else {
        preconditionFailure("a page of an allocation is nobody's")
      }
      releaseOne(page, record)
    }
    release(token)
  }

  /// Makes a page nobody's. Under the lock.
  private func releaseOne(_ page: UInt32, _ record: PageRecord) {
    setRecord(of: page, to: PageRecord())
    switch record.state {
    case .none: return
    case .guardPage:
      state.value.counts.guards -= 1
      return
    case .untouched: break
    case .swapped: state.value.slots.release(record.slot, of: page)
    case .lost: state.value.slots.retire(record.slot, of: page)
    case .resident:
      if !record.has(.pinned) { removeResident(page, record.frame) }
      unmap(page, record)
      giveBack(record.frame, isPinned: record.has(.pinned))
      if record.slot != 0 { state.value.slots.release(record.slot, of: page) }
    case .busyIn, .busyOut:
      if record.has(.takenBack) { unmap(page, record) } else { machine.flush(PageNumber(page)) }
      if record.has(.inTransfer) { return orphan(page) }
      // Whoever fills the frame, or sends the page out, finds the record changed and gives the frame back.
      if record.slot != 0 { state.value.slots.release(record.slot, of: page) }
    }
    if record.has(.pinned) { state.value.counts.pinned -= 1 } else { state.value.counts.promised -= 1 }
  }

  /// Clears the entry of a page, if forced eviction did not, and flushes it everywhere.
  private func unmap(_ page: UInt32, _ record: PageRecord) {
    guard !record.has(.hidden) else { return }
    var batch = PageBatch()
    batch.append(PageNumber(page))
    _ = pageMap.withdraw(batch)
  }
}
