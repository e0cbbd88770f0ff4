import BusSpace

/// The registers of an ATA channel through handles: eight of the command block, one of the control block (ATA/ATAPI-6,
/// 7).
struct ATARegisters<Bus: BusMastering> {
  let bus: Bus
  let command: BusHandle
  let control: BusHandle

  /// - Precondition: The handles reach 8 ports and 1.
  init(_ bus: Bus, command: BusHandle, control: BusHandle) {
    precondition(command.range.countMinusOne == 7 && control.range.countMinusOne == 0)
    self.bus = bus
    self.command = command
    self.control = control
  }

  /// The status, as a read that answers the device's interrupt: it takes its line back (7.15 of the same).
  var status: ATAStatus { ATAStatus(rawValue: bus.read(command, Offset.status)) }

  /// The status without that.
  var alternateStatus: ATAStatus { ATAStatus(rawValue: bus.read(control, 0)) }

  var error: UInt8 { bus.read(command, Offset.error) }

  /// What a device leaves here after a reset tells what it is (9.12).
  var signature: (middle: UInt8, high: UInt8) {
    (bus.read(command, Offset.middle), bus.read(command, Offset.high))
  }

  /// Reads words that the drive has. The bytes of a word have the same order there and here: i386 and every host of the
  /// tests are little-endian.
  func readData(_ words: inout MutableSpan<UInt16>) { bus.readMulti(command, Offset.data, &words) }

  /// Writes words that the drive wants.
  func writeData(_ words: Span<UInt16>) { bus.writeMulti(command, Offset.data, words) }

  func write(_ command: ATACommand) { bus.write(self.command, Offset.status, command.rawValue) }

  /// The address in the registers, of 28 or 48 bits; the upper bytes show with bit 7 of device control (6.20).
  func address(isWide: Bool, isQuiet: Bool) -> UInt64 {
    let device: UInt8 = bus.read(command, Offset.device)
    guard isWide else { return UInt64(device & 0x0F) << 24 | lowAddress }
    bus.write(control, 0, UInt8(isQuiet ? 0x82 : 0x80))
    let high = lowAddress
    writeControl(isQuiet: isQuiet)
    return high << 24 | lowAddress
  }

  private var lowAddress: UInt64 {
    let low: UInt8 = bus.read(command, Offset.low)
    let middle: UInt8 = bus.read(command, Offset.middle)
    let high: UInt8 = bus.read(command, Offset.high)
    return UInt64(high) << 16 | UInt64(middle) << 8 | UInt64(low)
  }

  /// Device control: bit 1 keeps the interrupt line still, bit 2 holds both devices in reset.
  func writeControl(isQuiet: Bool, isReset: Bool = false) {
    bus.write(control, 0, UInt8((isQuiet ? 2 : 0) | (isReset ? 4 : 0)))
  }

  /// Selects a drive, and in the lower bits what the command wants there.
  func select(_ drive: ATADrive, _ bits: UInt8) {
    bus.write(command, Offset.device, bits | drive.rawValue << 4)
    settle()
  }

  /// Lets 400 ns pass, after which the status is that of what was just written: a read of a port takes 100 ns or more.
  func settle() {
    for _ in 0..<5 { _ = alternateStatus }
  }

  /// Puts 28 bits of address and a count of 1...256 in; the upper four bits go with the drive.
  func setAddress28(_ drive: ATADrive, _ sector: UInt32, countMinusOne: UInt32) {
    select(drive, 0xE0 | UInt8(truncatingIfNeeded: sector >> 24) & 0x0F)
    writeAddress(sector, count: UInt8(truncatingIfNeeded: countMinusOne &+ 1))
  }

  /// Puts 48 bits of address and a count of 1...65,536 in: the registers are two bytes deep, upper bytes first (6.20).
  func setAddress48(_ drive: ATADrive, _ sector: UInt64, countMinusOne: UInt32) {
    select(drive, 0x40)
    let count = countMinusOne &+ 1
    writeAddress(UInt32(truncatingIfNeeded: sector >> 24), count: UInt8(truncatingIfNeeded: count >> 8))
    writeAddress(UInt32(truncatingIfNeeded: sector & 0xFF_FFFF), count: UInt8(truncatingIfNeeded: count))
  }

  /// Whether the drive's registers keep what is written: where no drive is, the bus floats.
  func keepsWrites() -> Bool {
    bus.write(command, Offset.count, UInt8(0x55))
    bus.write(command, Offset.low, UInt8(0xAA))
    return bus.read(command, Offset.count, as: UInt8.self) == 0x55
      && bus.read(command, Offset.low, as: UInt8.self) == 0xAA
  }

  private func writeAddress(_ bits: UInt32, count: UInt8) {
    bus.write(command, Offset.count, count)
    bus.write(command, Offset.low, UInt8(truncatingIfNeeded: bits))
    bus.write(command, Offset.middle, UInt8(truncatingIfNeeded: bits >> 8))
    bus.write(command, Offset.high, UInt8(truncatingIfNeeded: bits >> 16))
  }
}

/// The first or the second drive of a channel.
public enum ATADrive: UInt8, Sendable {
  case first = 0
  case second = 1
}

/// The status register (ATA/ATAPI-6, 7.15).
struct ATAStatus {
  let rawValue: UInt8

  /// BSY: no other bit means anything.
  var isBusy: Bool { rawValue & 0x80 != 0 }
  /// DRQ: a sector wants to be moved.
  var wantsData: Bool { rawValue & 0x08 != 0 }
  /// ERR or DF: the command failed, or the device.
  var hasFailed: Bool { rawValue & 0x21 != 0 }
}

/// The commands that are used (ATA/ATAPI-6, 8).
enum ATACommand: UInt8 {
  case identify = 0xEC
  case readSectors = 0x20
  case readSectorsExtended = 0x24
  case writeSectors = 0x30
  case writeSectorsExtended = 0x34
  case flushCache = 0xE7
  case flushCacheExtended = 0xEA
  case readDMA = 0xC8
  case readDMAExtended = 0x25
  case writeDMA = 0xCA
  case writeDMAExtended = 0x35

  /// The same for a bus master.
  var forEngine: ATACommand {
    switch self {
    case .readSectors: .readDMA
    case .readSectorsExtended: .readDMAExtended
    case .writeSectors: .writeDMA
    case .writeSectorsExtended: .writeDMAExtended
    default: self
    }
  }
}

/// Offsets in the command block.
private enum Offset {
  static let data: UInt32 = 0
  static let error: UInt32 = 1
  static let count: UInt32 = 2
  static let low: UInt32 = 3
  static let middle: UInt32 = 4
  static let high: UInt32 = 5
  static let device: UInt32 = 6
  static let status: UInt32 = 7
}
