import Frames
import Paging
import Primitives

/// The first invariant of Pageable.md that does not hold.
public enum PageableViolation: Error, Equatable, Sendable {
  /// Pageable-I1: the page's entry and its record disagree.
  case entry(page: UInt32, PageState)
  /// Pageable-I1: the frames that the memory has are not those of its pages, transfers, records and reserve: one of them
  /// is used twice, or nobody's. Both numbers are the same where one was put in another's place.
  case frames(held: UInt32, found: UInt32)
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
  /// Pageable-I6: the pages below a directory entry are not as many as were counted, nobody holds their table, or there
  /// are records and no pages.
  case directory(index: UInt32, counted: UInt32, found: UInt32)
  /// Pageable-I6: as many directory entries have records as were not counted.
  case directories(counted: UInt32, found: UInt32)
  /// Pageable-I7: a change of the generation of which the hook was not told.
  case unannounced(generation: UInt32, announced: UInt32)
}

extension PageableMemory where Lock: ~Copyable {
  /// Proves Pageable-I1 to I7 by reading every record, or throws the first that fails. For tests and the monitor;
  /// transfers may be under way, no call may be. Linear in addresses that are pageable now and in the frames of the direct
  /// map, with the lock held.
  public func checkInvariants() throws(PageableViolation) {
    let token = acquire()
    defer { release(token) }
    let (generation, announced) = (state.value.generation, state.value.announced)
    guard generation == announced else {
      throw .unannounced(generation: generation, announced: announced)
    }
    var found = Tally()
    for index in 0..<UInt32(RecordDirectory.count) { try check(index, &found) }
    let directories = state.value.counts.directories
    guard found.directories == directories else {
      throw .directories(counted: directories, found: found.directories)
    }
    try checkRequests(&found)
    try checkFrames(found)
    let counts = state.value.counts
    guard found.promised == counts.promised, counts.promised <= state.value.slots.usable else {
      throw .promises(counted: counts.promised, found: found.promised, usable: state.value.slots.usable)
    }
    guard found.pinned == counts.pinned else { throw .pinned(counted: counts.pinned, found: found.pinned) }
    guard Int(found.residents) == state.value.residentCount, Int(found.pageFrames) == state.value.pageFrames
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
    var pageFrames: UInt32 = 0
    var inTransfer: UInt32 = 0
    var directories: UInt32 = 0
    var frames = FrameTally()
  }

  /// How many frames, and what their numbers add up to: the same frames have the same, in whatever order. Others may have it
  /// too, if several are wrong at once; one that is lost, twice there, or in another's place shows.
  private struct FrameTally: Equatable {
    var count: UInt32 = 0
    var sum: UInt64 = 0

    mutating func add(_ frame: FrameNumber) {
      count += 1
      sum += UInt64(frame.rawValue)
    }
  }

  private func check(_ index: UInt32, _ found: inout Tally) throws(PageableViolation) {
    let directory = state.value.directories[Int(index)]
    guard directory.live > 0 else {
      guard directory.first == FrameNumber(0), directory.second == FrameNumber(0) else {
        throw .directory(index: index, counted: 0, found: 0)
      }
      return
    }
    found.directories += 1
    found.frames.add(directory.first)
    found.frames.add(directory.second)
    var live: UInt32 = 0
    for page in index << 10...index << 10 | 1023 {
      guard let record = record(of: page), record.state != .none else { continue }
      live += 1
      try check(page, record, &found)
    }
    guard live == directory.live, pageMap.isTableHeld(of: PageNumber(index << 10)) else {
      throw .directory(index: index, counted: directory.live, found: live)
    }
  }

  private func check(_ page: UInt32, _ record: PageRecord, _ found: inout Tally) throws(PageableViolation) {
    if record.state == .guardPage { return }
    if record.has(.pinned) { found.pinned += 1 } else { found.promised += 1 }
    if record.hasFrame {
      found.frames.add(record.frame)
      if !record.has(.pinned) { found.pageFrames += 1 }
    }
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
          found.pageFrames += 1
          found.frames.add(FrameNumber(request.frames[item]))
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

  /// Compares the frames in the memory's name with those that were found and those of the reserve (`FrameTally`).
  private func checkFrames(_ found: Tally) throws(PageableViolation) {
    var found = found.frames
    // A copy: taking from it changes nothing but itself.
    var reserve = state.value.reserve
    while let frame = reserve.take(link: frames) { found.add(frame) }
    var held = FrameTally()
    for number in 0..<min(frames.frameLimit, frames.directLimit) {
      let record = frames.record(of: FrameNumber(number))
      if record.state == .single, record.owner == owner { held.add(FrameNumber(number)) }
    }
    guard held == found else { throw .frames(held: held.count, found: found.count) }
  }
}
