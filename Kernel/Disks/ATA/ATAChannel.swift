import BusSpace
import Primitives

/// An ATA channel: two drives at most behind one set of registers, of which one works at a time.
///
/// Where the channel has a bus master, that moves the data of the drives that can do it; else the processor moves every word.
/// The value is a handle; copies are the same channel. The caller serialises all calls for both drives, handlers of the
/// channel's interrupt line included.
public struct ATAChannel<Bus: BusMastering> {
  let registers: ATARegisters<Bus>
  let state: Place<ATAChannelState>
  let engine: ATABusMaster<Bus>?

  /// A channel behind two handles, and a third one if it has a bus master; its state lies in `storage`, which must outlive
  /// it. The interrupt line is kept still.
  ///
  /// The caller promises that the storage is nobody else's.
  ///
  /// - Precondition: `command` reaches 8 ports, `control` one, `engine` 8.
  @unsafe public init(
    _ bus: Bus, command: BusHandle, control: BusHandle,
    engine: (ports: BusHandle, table: ATARegionTable)? = nil,
    storage: UnsafeMutablePointer<ATAChannelState>
  ) {
    registers = ATARegisters(bus, command: command, control: control)
    self.engine = engine.flatMap { ATABusMaster(bus, $0.ports, $0.table) }
    unsafe storage.initialize(to: ATAChannelState())
    state = unsafe Place(storage)
    registers.writeControl(isQuiet: true)
  }

  /// Whether something else than the processor can move data here.
  public var hasEngine: Bool { engine != nil }

  var progress: DiskProgress { state.value.progress }

  /// Whether the drives may raise the channel's interrupt line. Each interrupt is answered with ``poll()``.
  public func setInterrupts(_ isEnabled: Bool) {
    state.value.isQuiet = !isEnabled
    registers.writeControl(isQuiet: !isEnabled)
  }

  /// A drive does not interrupt when it wants the first sector of a write (ATA/ATAPI-6, 9.6).
  var needsPoll: Bool {
    !state.value.isEngines && state.value.request.operation == .write && state.value.moved == 0
  }

  /// The alternate status leaves the line as it is (ATA/ATAPI-6, 7.3).
  var isReady: Bool {
    guard state.value.progress == .working else { return false }
    let status = registers.alternateStatus
    guard !status.isBusy else { return false }
    // An engine that works for a drive leaves it with DRQ; one that failed does too.
    guard state.value.isEngines, let engine else { return true }
    return status.hasFailed || !status.wantsData || engine.status.hasFailed
  }

  /// Moves what the drives are ready for, on behalf of whichever works: what an interrupt handler calls.
  public func poll() -> DiskProgress {
    guard state.value.progress == .working else { return state.value.progress }
    if state.value.isEngines, let engine { return poll(engine) }
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

  /// Begins a checked request. A buffer that the bus master cannot reach is the processor's.
  func start(_ request: DiskRequest, _ drive: ATADrive, isWide: Bool, usesEngine: Bool) throws(DiskError) {
    guard state.value.progress == .idle else { throw .busy }
    let status = registers.alternateStatus
    // A drive that still works at what was given up, or none at all.
    guard !status.isBusy, !status.wantsData else { throw .noAnswer(status: status.rawValue) }
    state.value.begin(request, isWide: isWide)
    guard usesEngine, request.operation != .flush, let engine, engine.prepare(request) else {
      registers.write(command(request, drive, isWide))
      registers.settle()
      return
    }
    state.value.isEngines = true
    let toMemory = request.operation == .read
    engine.aim(toMemory: toMemory)
    registers.write(command(request, drive, isWide).forEngine)
    engine.start(toMemory: toMemory)
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
    if state.value.isEngines { engine?.stop() }
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
      state.value.isWide = false
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
    return end(
      .failed(
        sector: sectors.first + min(failed, sectors.countMinusOne), status: status.rawValue,
        error: registers.error))
  }

  func end(_ failure: DiskError?) -> DiskProgress {
    state.value.failure = failure
    state.value.progress = .done
    return .done
  }

  private func readSector() {
    // Inside the buffer, and aligned to two bytes as its words are: the request was checked.
    let words = unsafe nextSector().bindMemory(to: UInt16.self, capacity: SectorRange.bytesPerSector / 2)
    var span = unsafe MutableSpan(_unsafeStart: words, count: SectorRange.bytesPerSector / 2)
    registers.readData(&span)
    state.value.moved += 1
  }

  private func writeSector() {
    // As above.
    let words = unsafe nextSector().bindMemory(to: UInt16.self, capacity: SectorRange.bytesPerSector / 2)
    registers.writeData(unsafe Span(_unsafeStart: words, count: SectorRange.bytesPerSector / 2))
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
  /// Sectors that the processor has moved.
  var moved: UInt64 = 0
  var progress = DiskProgress.idle
  var failure: DiskError?
  var isQuiet = true
  /// Whether the bus master moves the data.
  var isEngines = false
  /// Whether the command took 48 bits of address.
  var isWide = false
  /// Looks at a bus master that still worked when its drive was done.
  var lateLooks: UInt32 = 0

  public init() {}

  mutating func begin(_ request: DiskRequest, isWide: Bool) {
    self.request = request
    self.isWide = isWide
    moved = 0
    failure = nil
    progress = .working
    isEngines = false
    lateLooks = 0
  }
}
