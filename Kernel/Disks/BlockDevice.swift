/// A disk: one request at a time, in three steps that need not happen in one place.
///
/// `start` tells the device and returns. `poll` moves what the device is ready for and never waits, so it may be called from
/// the device's interrupt handler or in a loop. `finish` takes the result. None of them allocates, and none touches memory
/// but the request's buffer and the driver's own, so a pager may use them (law 7).
///
/// A conforming value is a handle: copies are the same disk. The caller serialises the steps.
public protocol BlockDevice {
  /// The number of the last sector.
  var lastSector: UInt64 { get }

  /// The most sectors of one request, less one.
  var largestCountMinusOne: UInt32 { get }

  /// How far the request is, without asking the device. Any context.
  var progress: DiskProgress { get }

  /// Whether the device comes to its next step without an interrupt, so that somebody has to poll. Any context.
  var needsPoll: Bool { get }

  /// Whether the device, asked without taking anything from it, is through with its step: the next `poll` goes on. False without a
  /// request. Any context.
  var isReady: Bool { get }

  /// The status that the device shows, for a report. Any context.
  var status: UInt8 { get }

  /// Whether the device may raise its interrupt line. Each interrupt is answered with `poll`.
  func setInterrupts(_ isEnabled: Bool)

  /// Begins a request. Nothing is begun if it throws. O(1).
  ///
  /// - Throws: ``DiskError/busy`` while there is one already, and what is wrong with this one.
  func start(_ request: DiskRequest) throws(DiskError)

  /// Moves the data that the device is ready for, at most a sector, and takes its line back, with a request under way or
  /// without. Any context.
  func poll() -> DiskProgress

  /// Takes the result of a request that is done, and makes room for the next.
  ///
  /// - Throws: What the device reported; ``DiskError/notDone`` if it still works, and then nothing changes.
  func finish() throws(DiskError)

  /// Gives a request up, whatever the device is doing with it: its buffer is not touched any more, and the sectors of a
  /// write may hold either the old bytes or the new ones. Without a request nothing happens.
  func abandon()
}

/// How far a request is.
public enum DiskProgress: UInt8, Sendable {
  /// There is no request.
  case idle
  /// The device works, or has more to move.
  case working
  /// Done, well or badly: ``BlockDevice/finish()`` tells.
  case done
}

/// Why a disk did not do what it was asked.
public enum DiskError: Error, Equatable, Sendable {
  /// A request is under way.
  case busy
  /// No request is done.
  case notDone
  /// The sectors reach beyond the disk's end.
  case beyondEnd(SectorRange, last: UInt64)
  /// More sectors than one request may have.
  case tooLong(SectorRange, largestCountMinusOne: UInt32)
  /// The buffer is not exactly as long as the sectors.
  case wrongBuffer(bytes: Int, SectorRange)
  /// The device reported a failure at this sector, with its status and error registers.
  case failed(sector: UInt64, status: UInt8, error: UInt8)
  /// The device did not answer; it was given up.
  case noAnswer(status: UInt8)
  /// The device is done and shows this status, but its interrupt never came: nobody should wait for the next one.
  case noInterrupt(status: UInt8)
  /// The device says that it is done, and moved fewer bytes than it was asked for.
  case short(SectorRange, bytes: UInt32)
  /// The device says that it is done, and the engine that moved its data still wants some: its status.
  case shortTransfer(SectorRange, engine: UInt8)
  /// The engine that moves the device's data stopped with an error: its status.
  case engineFailed(SectorRange, engine: UInt8)
  /// The device answered to something that it was not asked.
  case strangeAnswer(number: UInt32)
  /// The device moves data by itself and cannot reach the buffer.
  case unreachable(bytes: Int)
  /// The disk can only be read.
  case readOnly
}

extension BlockDevice {
  /// All three steps, polling: boot, tests, and a report that is written while nothing else runs.
  ///
  /// - Parameter patience: Polls in a row without an end before the request is given up with ``DiskError/noAnswer(status:)``.
  public func transfer(_ request: DiskRequest, patience: UInt32 = .max) throws(DiskError) {
    try start(request)
    var polls: UInt32 = 0
    while poll() != .done {
      polls += 1
      if polls >= patience { throw giveUp() }
    }
    try finish()
  }

  /// Gives the request up, and says with which status.
  func giveUp() -> DiskError {
    let status = status
    abandon()
    return .noAnswer(status: status)
  }
}

extension DiskRequest {
  /// What every driver asks of a request before it begins.
  ///
  /// - Throws: The first thing that is wrong.
  public func check(lastSector: UInt64, largestCountMinusOne: UInt32) throws(DiskError) {
    guard operation != .flush else { return }
    guard sectors.last <= lastSector else { throw .beyondEnd(sectors, last: lastSector) }
    guard sectors.countMinusOne <= UInt64(largestCountMinusOne) else {
      throw .tooLong(sectors, largestCountMinusOne: largestCountMinusOne)
    }
    let bytes = (Int(truncatingIfNeeded: sectors.countMinusOne) + 1) * SectorRange.bytesPerSector
    let count = unsafe buffer.count
    guard count == bytes else { throw .wrongBuffer(bytes: count, sectors) }
  }
}
