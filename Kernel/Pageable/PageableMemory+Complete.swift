import Frames
import Paging
import Primitives

extension PageableMemory where Lock: ~Copyable {
  /// Takes the answer to a transfer that `nextTransfer` gave out.
  ///
  /// A page that was written is in its slot and its frame free, unless somebody took it back. A page that could not be
  /// written stays, and its slot is retired. A page that was read is mapped if it adds up; else it is lost, and whoever
  /// touches it is told.
  ///
  /// Worst case: eight pages; a page that was read is added up with interrupts on. Context: any.
  public func complete(_ transfer: Transfer, _ result: TransferResult) {
    var agrees = true
    if !transfer.isWrite, result == .done {
      let sum = slotChecksum(sum(transfer.frame(0)), slot: transfer.slot)
      let token = acquire()
      agrees = sum == state.value.slots.checksum(of: transfer.slot)
      release(token)
    }
    let token = acquire()
    defer { release(token) }
    let request = state.value.requests[transfer.request]
    precondition(
      request.status == .underWay && request.sequence == transfer.sequence, "a transfer was completed twice")
    if case .failed = result {
      if transfer.isWrite {
        state.value.counts.writeErrors &+= 1
      } else {
        state.value.counts.readErrors &+= 1
      }
    } else if !agrees {
      state.value.counts.checksumErrors &+= 1
    }
    for index in 0..<transfer.count {
      finish(request, index, Outcome(of: index, in: result, agrees: agrees))
    }
    state.value.requests[transfer.request].status = .free
    state.value.generation &+= 1
  }

  /// What became of one page of a transfer.
  private enum Outcome {
    case done, failed, notTried

    init(of index: Int, in result: TransferResult, agrees: Bool) {
      switch result {
      case .done: self = agrees ? .done : .failed
      case .failed(let bad): self = index < bad ? .done : index == bad ? .failed : .notTried
      }
    }
  }

  private func finish(_ request: PageRequest, _ index: Int, _ outcome: Outcome) {
    let slot = request.slot + UInt32(truncatingIfNeeded: index)
    let (page, frame) = (request.pages[index], FrameNumber(request.frames[index]))
    if request.orphans >> index & 1 != 0 {
      giveBack(frame)
      releaseSlot(slot, of: page, isBad: outcome == .failed)
      state.value.counts.promised -= 1
      return
    }
    guard var record = record(of: page) else { preconditionFailure("a busy page without a record") }
    if request.isWrite {
      finishWrite(page, &record, slot, outcome)
    } else {
      finishRead(page, &record, outcome)
    }
  }

  func releaseSlot(_ slot: UInt32, of page: UInt32, isBad: Bool) {
    if isBad { state.value.slots.retire(slot, of: page) } else { state.value.slots.release(slot, of: page) }
  }

  private func finishWrite(_ page: UInt32, _ record: inout PageRecord, _ slot: UInt32, _ outcome: Outcome) {
    if outcome == .done, !record.has(.takenBack) {
      giveBack(record.frame)
      record.state = .swapped
      record.set(.hasCopy, true)
      record.set(.inTransfer, false)
      setRecord(of: page, to: record)
      state.value.counts.pagesOut &+= 1
      return
    }
    releaseSlot(slot, of: page, isBad: outcome == .failed)
    record.slot = 0
    // A slot less: whoever lost it gives the promise back if there are more promises than slots now.
    if state.value.counts.promised > state.value.slots.usable {
      state.value.counts.promised -= 1
      state.value.counts.pinned += 1
      state.value.pageFrames -= 1
      record.set(.pinned, true)
    }
    stay(page, &record)
  }

  private func finishRead(_ page: UInt32, _ record: inout PageRecord, _ outcome: Outcome) {
    record.set(.inTransfer, false)
    if outcome == .done {
      record.state = .resident
      setRecord(of: page, to: record)
      map(page, record)
      addResident(page, record.frame)
      state.value.counts.pagesIn &+= 1
    } else {
      giveBack(record.frame)
      record.state = .lost
      record.set(.hasCopy, false)
      setRecord(of: page, to: record)
    }
  }
}
