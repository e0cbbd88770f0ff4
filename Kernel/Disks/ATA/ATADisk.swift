import BusSpace
import Primitives

/// A disk on an ATA channel, with sectors of 512 bytes, addressed by 28 or 48 bits.
public struct ATADisk<Bus: BusMastering>: BlockDevice {
  public let channel: ATAChannel<Bus>
  public let drive: ATADrive
  public let identity: ATAIdentity
  /// Whether the channel's bus master moves this disk's data. Whoever turns it off has the processor do it.
  public var usesEngine: Bool

  /// The disk at a place of a channel, or nil if there is none: nothing, something that is no ATA disk, or one with sectors of
  /// another size.
  ///
  /// - Parameter patience: Reads of the status register, of about a microsecond each, before a drive counts as absent.
  public init?(_ channel: ATAChannel<Bus>, _ drive: ATADrive, patience: UInt32 = 100_000) {
    let registers = channel.registers
    guard channel.state.value.progress == .idle else { return nil }
    registers.select(drive, 0xE0)
    guard registers.keepsWrites(), Self.waits(patience, { !registers.alternateStatus.isBusy }) else {
      return nil
    }
    registers.setAddress28(drive, 0, countMinusOne: 255)
    registers.write(.identify)
    registers.settle()
    // No drive answers with 0; another kind aborts and leaves its signature.
    guard registers.alternateStatus.rawValue != 0,
      Self.waits(patience, { !registers.alternateStatus.isBusy }), registers.signature == (0, 0),
      !registers.alternateStatus.hasFailed,
      Self.waits(patience, { registers.alternateStatus.wantsData })
    else {
      // Reading it takes the line back.
      _ = registers.status
      return nil
    }
    var words = InlineArray<256, UInt16>(repeating: 0)
    var span = words.mutableSpan
    registers.readData(&span)
    _ = registers.status
    guard let identity = ATAIdentity(words.span) else { return nil }
    self.channel = channel
    self.drive = drive
    self.identity = identity
    usesEngine = channel.hasEngine && identity.hasTransferMode
  }

  private static func waits(_ patience: UInt32, _ condition: () -> Bool) -> Bool {
    for _ in 0..<patience where condition() { return true }
    return false
  }

  public var lastSector: UInt64 { identity.lastSector }

  /// 256 sectors by 28 bits of address, 65,536 by 48.
  public var largestCountMinusOne: UInt32 { identity.isWide ? 0xFFFF : 0xFF }

  public func start(_ request: DiskRequest) throws(DiskError) {
    try request.check(lastSector: lastSector, largestCountMinusOne: largestCountMinusOne)
    try channel.start(request, drive, isWide: identity.isWide, usesEngine: usesEngine)
  }

  public var progress: DiskProgress { channel.progress }

  public var needsPoll: Bool { channel.needsPoll }

  public var isReady: Bool { channel.isReady }

  public var status: UInt8 { channel.registers.alternateStatus.rawValue }

  public func setInterrupts(_ isEnabled: Bool) { channel.setInterrupts(isEnabled) }

  public func poll() -> DiskProgress { channel.poll() }

  public func finish() throws(DiskError) { try channel.finish() }

  public func abandon() { channel.abandon() }
}

/// What IDENTIFY DEVICE tells of a disk (ATA/ATAPI-6, 8.15).
public struct ATAIdentity: Equatable, Sendable {
  public let lastSector: UInt64
  /// Whether it takes 48 bits of address.
  public let isWide: Bool
  /// Whether a mode is chosen in which a bus master can talk to it: that is firmware's business.
  public let hasTransferMode: Bool
  /// 40 bytes, padded with blanks.
  public let model: InlineArray<40, UInt8>

  /// Nil if it has no address of the kind that is used here, no sectors, or sectors of another size.
  init?(_ words: Span<UInt16>) {
    // Word 49, bit 9: logical block addresses. Words 60 and 61: sectors within reach of 28 bits.
    guard words[49] & 0x200 != 0 else { return nil }
    // Word 49, bit 8: it can be talked to by a bus master. Word 63, bits 10:8, and word 88, bits 14:8 if bit 2 of word 53
    // says that they mean something: the modes that are chosen.
    let modes = words[63] & 0x0700 | (words[53] & 4 != 0 ? words[88] & 0x7F00 : 0)
    hasTransferMode = words[49] & 0x100 != 0 && modes != 0
    // Word 106, bits 15...12 as 0101 or 0111: words 117 and 118 tell the size of a sector (ATA-7, 6.16.54).
    if words[106] & 0xD000 == 0x5000 { return nil }
    // Word 83 is valid with bits 15 and 14 as 01; bit 10: 48-bit addresses. Words 100...103: sectors then.
    isWide = words[83] & 0xC400 == 0x4400
    var sectors = UInt64(words[61]) << 16 | UInt64(words[60])
    if isWide {
      sectors = (0..<4).reduce(0) { $0 | UInt64(words[100 + $1]) << UInt64($1 * 16) }
    }
    guard sectors > 0, sectors <= 1 << 48 else { return nil }
    lastSector = sectors - 1
    // Words 27...46: two characters each, the first one in the upper byte.
    model = InlineArray { index in
      UInt8(truncatingIfNeeded: words[27 + index / 2] >> (index & 1 == 0 ? 8 : 0))
    }
  }

  public static func == (left: ATAIdentity, right: ATAIdentity) -> Bool {
    left.lastSector == right.lastSector && left.isWide == right.isWide
      && left.hasTransferMode == right.hasTransferMode
      && left.model.indices.allSatisfy { left.model[$0] == right.model[$0] }
  }
}
