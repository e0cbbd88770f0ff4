import BusSpace
import Primitives

/// An ATA channel: two drives at most behind one set of registers, of which one works at a time.
///
/// Programmed input and output: the processor moves every word. The value is a handle; copies are the same channel. The
/// caller serialises all calls for both drives, handlers of the channel's interrupt line included.
public struct ATAChannel<Bus: BusTransfers> {
  let registers: ATARegisters<Bus>
  let state: Place<ATAChannelState>

  /// A channel behind two handles; its state lies in `storage`, which must outlive it. The interrupt line is kept still.
  ///
  /// The caller promises that the storage is nobody else's.
  ///
  /// - Precondition: `command` reaches 8 ports, `control` one.
  @unsafe public init(
    _ bus: Bus, command: BusHandle, control: BusHandle, storage: UnsafeMutablePointer<ATAChannelState>
  ) {
    registers = ATARegisters(bus, command: command, control: control)
    unsafe storage.initialize(to: ATAChannelState())
    state = unsafe Place(storage)
    registers.writeControl(isQuiet: true)
  }

  /// Whether the drives may raise the channel's interrupt line. Each interrupt is answered with ``poll()``.
  public func setInterrupts(_ isEnabled: Bool) {
    state.value.isQuiet = !isEnabled
    registers.writeControl(isQuiet: !isEnabled)
  }

  /// Moves what the drives are ready for, on behalf of whichever works: what an interrupt handler calls.
  public func poll() -> DiskProgress {
    guard state.value.progress == .working else { return state.value.progress }
    // One cycle between data and status (9.5): the other register takes it.
    _ = registers.alternateStatus
    let status = registers.status
    guard !status.isBusy else { return .working }
    if status.hasFailed { return fail(status) }
    switch state.value.request.operation {
    case .read:
      guard status.wantsData else { return .working }
      readSector()
      if state.value.moved > state.value.request.sectors.countMinusOne { state.value.progress = .done }
    case .write:
      if state.value.moved <= state.value.request.sectors.countMinusOne {
        if status.wantsData { writeSector() }
      } else if !status.wantsData {
        state.value.progress = .done
      }
    case .flush:
      state.value.progress = .done
    }
    return state.value.progress
  }

  /// Begins a checked request.
  func start(_ request: DiskRequest, _ drive: ATADrive, isWide: Bool) throws(DiskError) {
    guard state.value.progress == .idle else { throw .busy }
    let status = registers.alternateStatus
    // A drive that still works at what was given up, or none at all.
    guard !status.isBusy, !status.wantsData else { throw .noAnswer(status: status.rawValue) }
    state.value.request = request
    state.value.moved = 0
    state.value.failure = nil
    state.value.progress = .working
    registers.write(command(request, drive, isWide))
    registers.settle()
  }

  func finish() throws(DiskError) {
    guard state.value.progress == .done else { throw .notDone }
    state.value.progress = .idle
    if let failure = state.value.failure { throw failure }
  }

  /// A reset of both drives is the only way to take a command back (9.2). What they still do shows as busy to the next start.
  func abandon() {
    guard state.value.progress != .idle else { return }
    state.value.progress = .idle
    reset()
  }

  /// Holds both drives in reset for more than 5 µs: a read of a port takes 100 ns or more.
  func reset() {
    registers.writeControl(isQuiet: state.value.isQuiet, isReset: true)
    for _ in 0..<20 { registers.settle() }
    registers.writeControl(isQuiet: state.value.isQuiet)
    for _ in 0..<20 { registers.settle() }
  }

  /// Puts the address in and answers the command that goes with it: 28 bits where they are enough.
  private func command(_ request: DiskRequest, _ drive: ATADrive, _ isWide: Bool) -> ATACommand {
    let sectors = request.sectors
    if request.operation == .flush {
      registers.select(drive, 0xE0)
      return isWide ? .flushCacheExtended : .flushCache
    }
    let isWrite = request.operation == .write
    let count = UInt32(truncatingIfNeeded: sectors.countMinusOne)
    if sectors.last <= 0xFFF_FFFF && count <= 255 {
      registers.setAddress28(drive, UInt32(truncatingIfNeeded: sectors.first), countMinusOne: count)
      return isWrite ? .writeSectors : .readSectors
    }
    registers.setAddress48(drive, sectors.first, countMinusOne: count)
    return isWrite ? .writeSectorsExtended : .readSectorsExtended
  }

  private func fail(_ status: ATAStatus) -> DiskProgress {
    let moved = state.value.moved
    let sectors = state.value.request.sectors
    // A sector to be written was moved before the drive failed at it.
    let failed = state.value.request.operation == .write && moved > 0 ? moved - 1 : moved
    state.value.failure = .failed(
      sector: sectors.first + min(failed, sectors.countMinusOne), status: status.rawValue,
      error: registers.error)
    state.value.progress = .done
    return .done
  }

  private func readSector() {
    let bytes = unsafe nextSector()
    for offset in stride(from: 0, to: SectorRange.bytesPerSector, by: 2) {
      // Inside the sector, which is inside the buffer: the request was checked.
      unsafe bytes.storeBytes(of: registers.readData().littleEndian, toByteOffset: offset, as: UInt16.self)
    }
    state.value.moved += 1
  }

  private func writeSector() {
    let bytes = unsafe nextSector()
    for offset in stride(from: 0, to: SectorRange.bytesPerSector, by: 2) {
      // As above.
      registers.writeData(
        UInt16(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    }
    state.value.moved += 1
  }

  /// The part of the buffer for the next sector.
  @unsafe private func nextSector() -> UnsafeMutableRawPointer {
    // The buffer is as long as the sectors, of which one at least is left.
    unsafe state.value.request.buffer.baseAddress.unsafelyUnwrapped
      + Int(truncatingIfNeeded: state.value.moved) * SectorRange.bytesPerSector
  }
}

/// What a channel is doing.
public struct ATAChannelState {
  var request = DiskRequest.flush
  /// Sectors that were moved.
  var moved: UInt64 = 0
  var progress = DiskProgress.idle
  var failure: DiskError?
  var isQuiet = true

  public init() {}
}
