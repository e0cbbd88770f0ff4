import BusSpace

/// The registers of a bus master for one channel, and how it misbehaves.
struct ModelEngine {
  static let ports: ClosedRange<UInt32> = 0xC000...0xC007

  var command: UInt8 = 0
  var status: UInt8 = 0
  var table: UInt32 = 0
  /// Sectors fewer than it was asked for, after which the drive says that it is done.
  var missing = 0
  /// Cannot reach the first region.
  var fails = false
  /// Looks at its status for which the last bytes are still under way after the drive is done.
  var lag = 0
  /// Regions of the last transfer, as the table had them.
  var regions: [(address: UInt32, count: Int)] = []
}

extension ModelATA {
  func readEngine(_ address: UInt32) -> UInt8 {
    guard memory != nil else { return 0xFF }
    switch address - ModelEngine.ports.lowerBound {
    case 0: return engine.command
    case 2:
      if engine.lag > 0, phase == .idle {
        engine.lag -= 1
        return engine.status | 1
      }
      return engine.status
    default: return fault("read of the engine's \(address)")
    }
  }

  func writeEngine(_ address: UInt32, _ value: UInt8) {
    switch address - ModelEngine.ports.lowerBound {
    case 0:
      let starts = value & 1 != 0 && engine.command & 1 == 0
      if value & 8 != engine.command & 8, engine.command & value & 1 != 0 {
        faults.append("direction changed under way")
      }
      engine.command = value
      if value & 1 == 0 { engine.status &= ~1 }
      if starts { startEngine() }
    case 2: engine.status = engine.status & ~(value & 6) & ~0x60 | value & 0x60
    default: _ = fault("write of the engine's \(address)")
    }
  }

  private func startEngine() {
    guard engine.status & 6 == 0 else { return faults.append("engine started with old status") }
    engine.status |= 1
    guard case .transfer(_, let toMemory) = phase else { return faults.append("engine without a command") }
    if toMemory != (engine.command & 8 != 0) { faults.append("engine in the wrong direction") }
    busy = busyReads
  }

  /// The drive has moved what it will: through the table, region after region.
  func move(_ count: Int, toMemory: Bool) {
    guard engine.command & 1 != 0 else {
      busy = 1
      return
    }
    guard !engine.fails else {
      engine.status = engine.status & ~1 | 2
      return
    }
    var sectors = count - engine.missing
    var regions = table()
    engine.regions = regions
    while sectors > 0 {
      guard let drive, sector < drive.sectors else { return stop(0x10) }
      if drive.badSectors.contains(sector) { return stop(0x40) }
      var words = toMemory ? content(selected, sector) : []
      var place = 0
      while place < 512 {
        // The table ends before the drive does: it wants data for ever.
        guard let region = regions.first, let target = memory?.at(region.address, count: region.count) else {
          engine.status &= ~1
          return
        }
        let part = min(region.count, 512 - place)
        if toMemory {
          words.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[place..<place + part])) }
        } else {
          words += UnsafeRawBufferPointer(rebasing: target[..<part]).bindMemory(to: UInt16.self)
        }
        place += part
        regions[0] = (region.address + UInt32(part), region.count - part)
        if regions[0].count == 0 { regions.removeFirst() }
      }
      if !toMemory { drives[selected]?.contents[sector] = words }
      sector += 1
      sectors -= 1
    }
    if regions.isEmpty { engine.status &= ~1 }
    phase = .idle
  }

  private func stop(_ error: UInt8) {
    fail(error)
    engine.status &= ~1
    // Where it stands, in both halves of the registers.
    for index in 0..<3 {
      registers[1 + index] = (
        UInt8(truncatingIfNeeded: sector >> UInt64(index * 8)),
        UInt8(truncatingIfNeeded: sector >> UInt64(24 + index * 8))
      )
    }
  }

  private func table() -> [(address: UInt32, count: Int)] {
    var regions: [(UInt32, Int)] = []
    var at = engine.table
    while let entry = memory?.at(at, count: 8)?.load(as: UInt64.self) {
      let count = Int(entry >> 32 & 0xFFFF)
      let address = UInt32(truncatingIfNeeded: entry)
      let length = count == 0 ? 0x1_0000 : count
      if address & 1 != 0 || address >> 16 != (address + UInt32(length - 1)) >> 16 {
        faults.append("a region crosses 64 KiB")
      }
      regions.append((address, length))
      if entry >> 63 != 0 { return regions }
      at += 8
    }
    faults.append("a table without an end")
    return regions
  }
}
