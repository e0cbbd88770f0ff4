import Frames
import Paging
import Primitives

/// The first invariant of Pageable.md that does not hold.
public enum PageableViolation: Error, Equatable, Sendable {
  /// Pageable-I1: the page's entry and its record disagree.
  case entry(page: UInt32, PageState)
  /// Pageable-I2: the slot of the page is not the page's, or the page has a slot that it should not have.
  case slot(page: UInt32, slot: UInt32)
  /// Pageable-I2: as many slots are in use as no pages account for.
  case slotCount(used: UInt32, found: UInt32)
  /// Pageable-I3: more is promised than there is, or not what the pages say.
  case promises(counted: UInt32, found: UInt32, usable: UInt32)
  case pinned(counted: UInt32, found: UInt32)
  /// Pageable-I4: the table of resident pages has another page at the index, or not this page.
  case residents(page: UInt32, index: Int)
  /// Pageable-I5: a busy page is in no transfer or in two, or a transfer has a page that is not busy.
  case transfer(page: UInt32)
  /// Pageable-I6: the pages below a directory entry are not as many as were counted.
  case directory(index: UInt32, counted: UInt32, found: UInt32)
}

extension PageableMemory where Lock: ~Copyable {
  /// Proves Pageable-I1 to I6 (I7 is about calls) by reading every record, or throws the first that fails. For tests and the monitor;
  /// transfers may be under way, no call may be. Linear in addresses that are pageable now.
  public func checkInvariants() throws(PageableViolation) {
    var found = Tally()
    for index in 0..<UInt32(RecordDirectory.count) where state.value.directories[Int(index)].live > 0 {
      try check(index, &found)
    }
    try checkRequests(&found)
    let counts = state.value.counts
    guard found.promised == counts.promised, counts.promised <= state.value.slots.usable else {
      throw .promises(counted: counts.promised, found: found.promised, usable: state.value.slots.usable)
    }
    guard found.pinned == counts.pinned else { throw .pinned(counted: counts.pinned, found: found.pinned) }
    guard Int(found.residents) == state.value.residentCount, Int(found.frames) == state.value.pageFrames
    else {
      throw .residents(page: 0, index: state.value.residentCount)
    }
    let used = state.value.slots.usable - state.value.slots.freeCount
    guard used == found.slots else { throw .slotCount(used: used, found: found.slots) }
  }

  private struct Tally {
    var promised: UInt32 = 0
    var pinned: UInt32 = 0
    var residents: UInt32 = 0
    var slots: UInt32 = 0
    /// Frames of pages that are not pinned, and of transfers.
    var frames: UInt32 = 0
    var inTransfer: UInt32 = 0
  }

  private func check(_ index: UInt32, _ found: inout Tally) throws(PageableViolation) {
    var live: UInt32 = 0
    for page in index << 10...index << 10 | 1023 {
      guard let record = record(of: page), record.state != .none else { continue }
      live += 1
      try check(page, record, &found)
    }
    let counted = state.value.directories[Int(index)].live
    guard live == counted, pageMap.directoryEntry(at: index).isPresent else {
      throw .directory(index: index, counted: counted, found: live)
    }
  }

  private func check(_ page: UInt32, _ record: PageRecord, _ found: inout Tally) throws(PageableViolation) {
    if record.state == .guardPage { return }
    if record.has(.pinned) { found.pinned += 1 } else { found.promised += 1 }
    if record.hasFrame, !record.has(.pinned) { found.frames += 1 }
    let entry = pageMap.entry(of: PageNumber(page))
    let isMapped = record.isUsable && !record.has(.hidden)
    guard (entry != nil) == isMapped, entry == nil || entry?.frame == record.frame,
      record.isUsable || !record.has(.hidden),
      !record.hasFrame || frames.record(of: record.frame).owner == owner
    else { throw .entry(page: page, record.state) }
    if record.slot != 0 {
      found.slots += 1
      guard state.value.slots.owner(of: record.slot) == page, !state.value.slots.isFree(record.slot) else {
        throw .slot(page: page, slot: record.slot)
      }
    }
    let needsSlot =
      record.state == .swapped || record.has(.hasCopy) || record.has(.inTransfer) || record.state == .lost
    guard needsSlot == (record.slot != 0), record.state != .untouched || !record.has(.hasCopy) else {
      throw .slot(page: page, slot: record.slot)
    }
    if record.state == .resident, !record.has(.pinned) {
      found.residents += 1
      let index = Int(frames.word(of: record.frame))
      guard index < state.value.residentCount, state.value.residents[index] == page else {
        throw .residents(page: page, index: index)
      }
    }
    if record.has(.inTransfer) { found.inTransfer += 1 }
    let isBusy = record.state == .busyIn || record.state == .busyOut
    guard isBusy == record.has(.inTransfer) else { throw .transfer(page: page) }
  }

  /// Counts what transfers hold for pages that were freed, and proves that the others are theirs.
  private func checkRequests(_ found: inout Tally) throws(PageableViolation) {
    var inTransfer: UInt32 = 0
    for index in 0..<state.value.requests.count where state.value.requests[index].status != .free {
      let request = state.value.requests[index]
      for item in 0..<Int(request.count) {
        let (page, slot) = (request.pages[item], request.slot + UInt32(truncatingIfNeeded: item))
        if request.orphans >> item & 1 != 0 {
          found.promised += 1
          found.slots += 1
          found.frames += 1
          guard state.value.slots.owner(of: slot) == page else { throw .slot(page: page, slot: slot) }
        } else {
          inTransfer += 1
          guard let record = record(of: page), record.has(.inTransfer), record.slot == slot,
            record.frame.rawValue == request.frames[item]
          else { throw .transfer(page: page) }
        }
      }
    }
    guard inTransfer == found.inTransfer else { throw .transfer(page: 0) }
  }
}
