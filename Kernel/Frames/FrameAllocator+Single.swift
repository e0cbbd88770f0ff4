import Primitives
import VMem

extension FrameAllocator where Lock: ~Copyable {
  /// Hands out one frame of `zone` to `owner`.
  ///
  /// Takes the highest zone that will do, so that memory that DMA or the direct map needs is kept for them. The
  /// contents of the frame are whatever the last owner left.
  ///
  /// Worst case: one allocation from the arena for each of three zones, twice. Context: any; interrupts are off for
  /// that long.
  public func allocate(in zone: FrameZone = .anywhere, owner: Owner) throws(FrameError) -> FrameNumber {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    if fault.trips() { throw refused(.exhausted(zone)) }
    guard let frame = takeChunked(zone) ?? refill(zone) ?? takeZeroed(zone) else {
      throw refused(.exhausted(zone))
    }
    hand(frame, to: owner)
    return frame
  }

  /// Hands out a frame of the zone `direct`, if possible one that is known to hold only zeros.
  ///
  /// - Returns: The frame, and whether it is all zero already; if not the caller clears it before it is a table.
  ///
  /// Worst case and context: as `allocate`; constant where a zeroed frame is at hand.
  public func allocateForTable(owner: Owner) throws(FrameError) -> (frame: FrameNumber, isZero: Bool) {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    if fault.trips() { throw refused(.exhausted(.direct)) }
    if let frame = takeZeroed(.direct) {
      hand(frame, to: owner)
      return (frame, true)
    }
    guard let frame = takeChunked(.direct) ?? refill(.direct) else { throw refused(.exhausted(.direct)) }
    hand(frame, to: owner)
    return (frame, false)
  }

  /// Takes back a single frame from `owner`.
  ///
  /// - Parameter isZero: Whether the caller knows the frame to hold only zeros, so that the next page table need
  ///   not clear it.
  ///
  /// Never allocates, and fails only where the frame is not a single frame of `owner` (law 3).
  /// Worst case: one free in the arena. Context: any.
  public func free(_ frame: FrameNumber, owner: Owner, isZero: Bool = false) throws(FrameError) {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    try checkSingle(frame, owner: owner)
    unsafe records[Int(frame.rawValue)] = FrameRecord(.free, owner: .none)
    unsafe state.pointee.counts.single -= 1
    unsafe state.pointee.counts.free += 1
    if isZero, frame.rawValue < directLimit, unsafe state.pointee.zeroedCount < Self.zeroedCapacity {
      unsafe state.pointee.zeroed[Int(state.pointee.zeroedCount)] = frame.rawValue
      unsafe state.pointee.zeroedCount += 1
    } else {
      putBack(frame)
    }
  }

  /// As `free`, in the name of whoever the record shows, for a holder that cannot be wrong: that the frame is not
  /// handed out singly is a trap.
  public func giveBack(_ frame: FrameNumber, isZero: Bool) {
    do throws(FrameError) { try free(frame, owner: record(of: frame).owner, isZero: isZero) } catch {
      preconditionFailure("a frame came back that nobody had")
    }
  }

  /// A word that belongs to the holder of `frame`: a link of a chain, or a page table's count of entries.
  ///
  /// - Precondition: `frame < frameLimit`.
  public func word(of frame: FrameNumber) -> UInt32 {
    precondition(frame.rawValue < frameLimit)
    return unsafe records[Int(frame.rawValue)].word
  }

  /// Sets the word that belongs to the holder of `frame`.
  ///
  /// - Precondition: `frame < frameLimit`.
  public func setWord(of frame: FrameNumber, to value: UInt32) {
    precondition(frame.rawValue < frameLimit)
    unsafe records[Int(frame.rawValue)].word = value
  }

  /// State and owner of `frame`; absent beyond memory. Constant time, no lock: a moment's view.
  public func record(of frame: FrameNumber) -> FrameRecord {
    guard frame.rawValue < frameLimit else { return FrameRecord(.absent, owner: .none) }
    return unsafe records[Int(frame.rawValue)]
  }
}

// MARK: - Under the lock

extension FrameAllocator where Lock: ~Copyable {
  /// Counts a refusal; returns its error for `throw`.
  func refused(_ error: FrameError) -> FrameError {
    unsafe state.pointee.counts.refused &+= 1
    return error
  }

  func hand(_ frame: FrameNumber, to owner: Owner) {
    unsafe records[Int(frame.rawValue)] = FrameRecord(.single, owner: owner)
    unsafe state.pointee.counts.free -= 1
    unsafe state.pointee.counts.single += 1
  }

  /// Refuses what is not a single frame of `owner`.
  func checkSingle(_ frame: FrameNumber, owner: Owner) throws(FrameError) {
    guard frame.rawValue < frameLimit else { throw .foreign(frame) }
    let record = unsafe records[Int(frame.rawValue)]
    if record.tag == FrameRecord(.single, owner: owner).tag { return }
    throw explain(record, of: frame)
  }

  /// Why a frame with this record cannot be freed singly.
  func explain(_ record: FrameRecord, of frame: FrameNumber) -> FrameError {
    switch record.state {
    case .absent: .foreign(frame)
    case .free: .doubleFree(frame)
    case .single: .notOwner(frame, owner: record.owner)
    case .run: .partOfRun(frame, owner: record.owner)
    case .reserved: .reserved(frame, owner: record.owner)
    }
  }

  /// The last frame that was freed as zero, if it lies in `zone`.
  func takeZeroed(_ zone: FrameZone) -> FrameNumber? {
    let count = unsafe state.pointee.zeroedCount
    guard count > 0 else { return nil }
    let frame = FrameNumber(unsafe state.pointee.zeroed[Int(count - 1)])
    guard zone != .isa || frame.rawValue < Self.isaLimit else { return nil }
    unsafe state.pointee.zeroedCount = count - 1
    return frame
  }

  /// Gives all frames known to be zero back to their chunks, so that runs can have them.
  func forgetZeroed() {
    while let frame = takeZeroed(.anywhere) { putBack(frame) }
  }
}
