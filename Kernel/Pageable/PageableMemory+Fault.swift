import Frames
import Paging
import Primitives

extension PageableMemory where Lock: ~Copyable {
  /// Whether a fault at `address` is this memory's to explain: some pageable page, perhaps freed since, is near.
  public func covers(_ address: UInt32) -> Bool { pageState(at: address) != nil }

  /// What the page of `address` is doing; nil where nothing pageable ever was. Context: any.
  public func pageState(at address: UInt32) -> PageState? {
    let token = acquire()
    defer { release(token) }
    return record(of: address >> 12)?.state
  }

  /// Answers a page fault.
  ///
  /// Worst case: a frame, 1,024 stores without the lock, one mapping; interrupts are off for the rest of it only.
  /// Context: that of the fault; never sleeps.
  public func fault(_ address: UInt32, isWrite: Bool, context: FaultContext = .ordinary) -> FaultAnswer {
    let page = address >> 12
    let token = acquire()
    guard var record = record(of: page) else {
      release(token)
      return .failed(.notPageable(address: address))
    }
    if let answer = answerAtOnce(address, record, isWrite: isWrite, context) {
      release(token)
      return answer
    }
    switch record.state {
    case .untouched:
      guard let frame = takeFrame() else { return wait(.frames, token) }
      record.state = .busyIn
      record.frame = frame
      setRecord(of: page, to: record)
      release(token)
      return fillWithZeros(page, frame, address)
    case .swapped:
      guard let request = freeRequest(isWrite: false) else { return wait(.requests, token) }
      guard let frame = takeFrame() else { return wait(.frames, token) }
      record.state = .busyIn
      record.frame = frame
      record.set(.inTransfer, true)
      setRecord(of: page, to: record)
      var batch = TransferBatch()
      batch.append(page: page, frame: frame)
      queue(batch, in: request, slot: record.slot, isWrite: false)
      return wait(.page, token)
    case .busyIn: return wait(.page, token)
    default: preconditionFailure("a page in a state that was answered")
    }
  }

  private func wait(_ reason: WaitReason, _ token: consuming Lock.Token) -> FaultAnswer {
    let generation = state.value.generation
    release(token)
    return .wait(reason, generation: generation)
  }

  /// The answers that need no frame; nil where one is needed. Under the lock.
  private func answerAtOnce(
    _ address: UInt32, _ record: PageRecord, isWrite: Bool, _ context: FaultContext
  ) -> FaultAnswer? {
    switch record.state {
    case .none: return .failed(.notAllocated(address: address))
    case .guardPage: return .failed(.guardPage(address: address))
    case .lost: return .failed(.unreadable(address: address, slot: record.slot))
    case .resident, .busyOut:
      if let entry = pageMap.entry(of: PageNumber(address >> 12)) {
        if isWrite, !entry.attributes.isWritable { return .failed(.readOnly(address: address)) }
        // What this processor remembers is older than the entry.
        machine.flush(PageNumber(address >> 12))
        state.value.counts.spurious &+= 1
        return .resolved(.spurious)
      }
      guard context == .ordinary else { return .failed(.forbidden(address: address, context)) }
      if record.has(.hidden) { return .resolved(.hidden) }
      takeBack(address >> 12, record)
      return .resolved(.takenBack)
    case .untouched, .swapped, .busyIn:
      if isWrite, record.has(.readOnly) { return .failed(.readOnly(address: address)) }
      return context == .ordinary ? nil : .failed(.forbidden(address: address, context))
    }
  }

  /// Maps a page again that is on its way out. Whatever is being written of it is worth nothing from now on.
  private func takeBack(_ page: UInt32, _ record: PageRecord) {
    precondition(record.state == .busyOut && !record.has(.takenBack), "a resident page is not mapped")
    var record = record
    record.set(.takenBack, true)
    setRecord(of: page, to: record)
    map(page, record)
    state.value.counts.takenBack &+= 1
  }

  /// The page is busy and the frame nobody else's, so the lock is not needed meanwhile.
  private func fillWithZeros(_ page: UInt32, _ frame: FrameNumber, _ address: UInt32) -> FaultAnswer {
    clear(frame)
    let token = acquire()
    defer { release(token) }
    guard var record = record(of: page), record.state == .busyIn, record.frame == frame else {
      // Somebody freed the page while it was being touched.
      giveBack(frame)
      return .failed(.notAllocated(address: address))
    }
    record.state = .resident
    record.set(.isZero, true)
    setRecord(of: page, to: record)
    map(page, record)
    addResident(page, frame)
    state.value.counts.zeroFilled &+= 1
    state.value.generation &+= 1
    return .resolved(.zeroFilled)
  }
}
