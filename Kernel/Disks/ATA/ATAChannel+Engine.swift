import BusSpace
import Primitives

extension ATAChannel {
  /// Looks at a drive in front of its engine, and that engine lets bytes lag behind, before the transfer counts as short.
  private static var looksForLateBytes: UInt32 { 1_000 }

  /// The drive says when it is done; then the engine has moved everything, or something is wrong with one of them.
  func poll(_ engine: ATABusMaster<Bus>) -> DiskProgress {
    let progress = engine.status
    if progress.hasFailed {
      return end(engine, .engineFailed(sectors, engine: progress.rawValue), needsReset: true)
    }
    let status = registers.alternateStatus
    // As long as the engine moves data for it, the drive is busy or wants data.
    guard !status.isBusy, status.hasFailed || !status.wantsData else { return .working }
    if status.hasFailed {
      return end(
        engine, .failed(sector: failedSector, status: status.rawValue, error: registers.error),
        needsReset: false)
    }
    if progress.isActive {
      // With the interrupt everything that the drive gave has arrived; without, the last bytes may be under way.
      state.value.lateLooks += 1
      guard progress.hasInterrupted || state.value.lateLooks > Self.looksForLateBytes else { return .working }
      return end(engine, .shortTransfer(sectors, engine: progress.rawValue), needsReset: false)
    }
    return end(engine, nil, needsReset: false)
  }

  private var sectors: SectorRange { state.value.request.sectors }

  /// The engine stops before anybody may use the buffer; reading the status takes the drive's line back.
  private func end(_ engine: ATABusMaster<Bus>, _ failure: DiskError?, needsReset: Bool) -> DiskProgress {
    engine.stop()
    _ = registers.status
    if needsReset { reset() }
    return end(failure)
  }

  /// The drive leaves the address of the first sector that it could not move (ATA/ATAPI-6, 8.25); one that is none of the
  /// request's says nothing.
  private var failedSector: UInt64 {
    let sector = registers.address(isWide: state.value.isWide, isQuiet: state.value.isQuiet)
    return (sectors.first...sectors.last).contains(sector) ? sector : sectors.first
  }
}
