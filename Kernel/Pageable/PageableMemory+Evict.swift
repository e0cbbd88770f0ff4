import Frames
import Paging
import Primitives

/// What a call of `evict` came to, in pages.
public struct Eviction: Equatable, Sendable {
  /// Clean, and gone.
  public var dropped: UInt32 = 0
  /// Queued for the disk.
  public var queued: UInt32 = 0
  /// Chosen, and mapped again: somebody touched them at once, or no request was free.
  public var kept: UInt32 = 0

  public init() {}

  public var total: UInt32 { dropped + queued + kept }
}

/// Pages that were chosen to go out together.
private struct Victims {
  var batch = PageBatch()
  var frames = InlineArray<8, UInt32>(repeating: 0)
}

extension PageableMemory where Lock: ~Copyable {
  /// Entries of the table that are looked at while the lock is held once.
  private static var looksPerLock: Int { 64 }

  /// Sends up to `wanted` pages out, eight at most: the first that were not used since the hand passed them last.
  ///
  /// The order (law 6): busy marks, then the entries are exchanged and flushed everywhere, then clean pages are dropped
  /// and dirty ones queued. Needs no memory.
  ///
  /// - Parameter isForced: Used pages go out too.
  ///
  /// Worst case: two looks at each resident page, 64 with interrupts off; eight flushes; eight pages added up.
  /// Context: thread, or a fault that waits for frames; never sleeps.
  public func evict(upTo wanted: UInt32, isForced: Bool = false) -> Eviction {
    var eviction = Eviction()
    var victims = Victims()
    choose(&victims, min(Int(wanted), PageBatch.capacity), isForced)
    guard victims.batch.count > 0 else { return eviction }
    // Pages that are hidden have no entries, and what those said of them is in their records already.
    let entries = pageMap.withdraw(isForcingEviction ? PageBatch() : victims.batch)
    finish(victims, entries, &eviction)
    return eviction
  }

  private func choose(_ victims: inout Victims, _ wanted: Int, _ isForced: Bool) {
    let token = acquire()
    var looks = 2 * state.value.residentCount
    release(token)
    while looks > 0, victims.batch.count < wanted {
      let token = acquire()
      hideAll()
      var rest = min(looks, Self.looksPerLock)
      looks -= rest
      while rest > 0, victims.batch.count < wanted, state.value.residentCount > 0 {
        rest -= 1
        lookAtOne(&victims, isForced)
      }
      release(token)
    }
  }

  /// Moves the hand by one. Under the lock.
  private func lookAtOne(_ victims: inout Victims, _ isForced: Bool) {
    if state.value.hand >= state.value.residentCount { state.value.hand = 0 }
    let page = state.value.residents[state.value.hand]
    // The page that takes the place of one that goes came in last: the hand passes it too.
    state.value.hand += 1
    if !isForced, pageMap.takeAccessed(PageNumber(page)) { return }
    guard var record = record(of: page) else { preconditionFailure("a resident page without a record") }
    precondition(record.has(.hidden) == state.value.forced.isOn, "a page that goes out is mapped under force")
    record.set(.hidden, false)
    record.state = .busyOut
    setRecord(of: page, to: record)
    removeResident(page, record.frame)
    victims.frames[victims.batch.count] = record.frame.rawValue
    victims.batch.append(PageNumber(page))
  }

  /// Drops what is clean, and queues what is not once it is added up.
  private func finish(_ victims: Victims, _ entries: WithdrawnPages, _ eviction: inout Eviction) {
    var dirty = TransferBatch()
    var token = acquire()
    for index in 0..<victims.batch.count {
      let (page, frame) = (victims.batch[index].rawValue, FrameNumber(victims.frames[index]))
      guard var record = leaving(page, frame) else { continue }
      let isClean = !entries[index].isDirty && (record.has(.hasCopy) || record.has(.isZero))
      if !isClean { forgetCopy(&record, page) }
      if record.has(.takenBack) {
        stay(page, &record)
        eviction.kept += 1
      } else if isClean {
        drop(page, &record)
        eviction.dropped += 1
      } else {
        setRecord(of: page, to: record)
        dirty.append(page: page, frame: frame)
      }
    }
    release(token)
    guard dirty.count > 0 else { return }
    var sums = InlineArray<8, UInt32>(repeating: 0)
    for index in 0..<dirty.count { sums[index] = sum(FrameNumber(dirty.frames[index])) }
    token = acquire()
    queueWrites(dirty, sums, &eviction)
    release(token)
  }

  /// What the words of a frame add up to.
  func sum(_ frame: FrameNumber) -> UInt32 {
    unsafe pageSum(UnsafeRawBufferPointer(machine.memory(of: frame)))
  }

  /// The record of a page on its way out, if it is still on it; else the frame, which was left to us, goes back. Under
  /// the lock.
  private func leaving(_ page: UInt32, _ frame: FrameNumber) -> PageRecord? {
    if let record = record(of: page), record.state == .busyOut, record.frame == frame { return record }
    giveBack(frame)
    return nil
  }

  private func drop(_ page: UInt32, _ record: inout PageRecord) {
    let frame = record.frame
    record.state = record.has(.hasCopy) ? .swapped : .untouched
    record.set(.isZero, false)
    setRecord(of: page, to: record)
    giveBack(frame)
    state.value.counts.dropped &+= 1
  }

  /// The contents differ from the slot's, which is free then. Under the lock.
  func forgetCopy(_ record: inout PageRecord, _ page: UInt32) {
    record.set(.hasCopy, false)
    record.set(.isZero, false)
    guard record.slot != 0 else { return }
    state.value.slots.release(record.slot, of: page)
    record.slot = 0
  }

  /// A page that was on its way out is resident again, and mapped if it is not. Under the lock.
  func stay(_ page: UInt32, _ record: inout PageRecord) {
    let isMapped = record.has(.takenBack)
    record.state = .resident
    record.set(.takenBack, false)
    record.set(.inTransfer, false)
    setRecord(of: page, to: record)
    if !isMapped { map(page, record) }
    if !record.has(.pinned) { addResident(page, record.frame) }
    state.value.generation &+= 1
  }

  /// Gives the pages slots, as consecutive ones as there are, and queues their writes; pages for which no request is
  /// left stay, as do those that were taken back meanwhile. Under the lock.
  private func queueWrites(
    _ dirty: TransferBatch, _ sums: InlineArray<8, UInt32>, _ eviction: inout Eviction
  ) {
    var ready = TransferBatch()
    var readySums = sums
    for index in 0..<dirty.count {
      guard var record = leaving(dirty.pages[index], FrameNumber(dirty.frames[index])) else { continue }
      if record.has(.takenBack) {
        stay(dirty.pages[index], &record)
        eviction.kept += 1
      } else {
        readySums[ready.count] = sums[index]
        ready.append(page: dirty.pages[index], frame: record.frame)
      }
    }
    var next = 0
    while next < ready.count, let request = freeRequest(isWrite: true) {
      guard let run = state.value.slots.take(upTo: UInt32(truncatingIfNeeded: ready.count - next)) else {
        // Each page has a promise and no slot, so a slot is free (Pageable-I3).
        preconditionFailure("no slot for a page that was promised one")
      }
      var batch = TransferBatch()
      for slot in run.first..<run.first + run.count {
        assign(slot, to: ready.pages[next], readySums[next])
        batch.append(page: ready.pages[next], frame: FrameNumber(ready.frames[next]))
        next += 1
      }
      queue(batch, in: request, slot: run.first, isWrite: true)
      eviction.queued += run.count
    }
    while next < ready.count {
      guard var record = record(of: ready.pages[next]) else {
        preconditionFailure("a busy page without a record")
      }
      stay(ready.pages[next], &record)
      eviction.kept += 1
      next += 1
    }
  }

  private func assign(_ slot: UInt32, to page: UInt32, _ sum: UInt32) {
    state.value.slots.assign(slot, to: page, checksum: slotChecksum(sum, slot: slot))
    guard var record = record(of: page) else { preconditionFailure("a busy page without a record") }
    record.slot = slot
    record.set(.inTransfer, true)
    setRecord(of: page, to: record)
  }
}
