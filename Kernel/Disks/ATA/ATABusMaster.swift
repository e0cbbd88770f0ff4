import BusSpace

/// The engine of a PCI IDE controller that moves the data of one channel (Programming Interface for Bus Master IDE Controller
/// 1.0; Intel 82371SB, 2.7): eight ports, and a table in memory of where the data is.
struct ATABusMaster<Bus: BusMastering> {
  let bus: Bus
  let registers: BusHandle
  let table: ATARegionTable
  private let tableAddress: UInt32

  /// Nil if the engine cannot reach the table, or the table is not as it wants it: at a multiple of 4, within 64 KiB.
  ///
  /// - Precondition: The handle reaches 8 ports.
  init?(_ bus: Bus, _ registers: BusHandle, _ table: ATARegionTable) {
    precondition(registers.range.countMinusOne == 7)
    guard let address = unsafe bus.deviceAddress(of: table.bytes), address & 3 == 0,
      address >> 16 == (address &+ UInt32(ATARegionTable.byteCount - 1)) >> 16
    else { return nil }
    self.bus = bus
    self.registers = registers
    self.table = table
    tableAddress = address
  }

  var status: ATAEngineStatus { ATAEngineStatus(rawValue: bus.read(registers, Offset.status)) }

  /// Writes down where the buffer of a request is; false if the engine cannot reach it, or it has more regions than the table.
  func prepare(_ request: DiskRequest) -> Bool {
    let bytes = unsafe UnsafeRawBufferPointer(request.buffer)
    guard let address = unsafe bus.deviceAddress(of: bytes) else { return false }
    return table.set(first: address, count: bytes.count)
  }

  /// Points the engine to the table and clears what the last transfer left; the drive gets its command next.
  func aim(toMemory: Bool) {
    // The table is in memory before the engine may look.
    bus.barrier()
    bus.write(registers, Offset.table, tableAddress)
    bus.write(registers, Offset.command, toMemory ? Command.toMemory : 0)
    clear()
  }

  /// Lets the engine run; the drive has its command.
  func start(toMemory: Bool) {
    bus.write(registers, Offset.command, Command.start | (toMemory ? Command.toMemory : 0))
  }

  /// Stops the engine, whatever it is doing.
  func stop() {
    bus.write(registers, Offset.command, UInt8(0))
    clear()
    // Nobody reads the buffer earlier.
    bus.barrier()
  }

  /// Interrupt and error are cleared by writing ones; bits 5 and 6 are firmware's and stay.
  private func clear() { bus.write(registers, Offset.status, status.rawValue & 0x60 | 0x06) }

  private enum Offset {
    static var command: UInt32 { 0 }
    static var status: UInt32 { 2 }
    static var table: UInt32 { 4 }
  }

  private enum Command {
    static var start: UInt8 { 1 }
    static var toMemory: UInt8 { 8 }
  }
}

/// The status of the engine.
struct ATAEngineStatus {
  let rawValue: UInt8

  /// It has not moved everything that is in its table.
  var isActive: Bool { rawValue & 1 != 0 }
  /// It could not reach memory.
  var hasFailed: Bool { rawValue & 2 != 0 }
  /// The drive has raised its line, and all that it gave is in memory.
  var hasInterrupted: Bool { rawValue & 4 != 0 }
}

/// Where an engine finds the data of a transfer: up to 17 regions, none of which crosses a multiple of 64 KiB.
@safe
public struct ATARegionTable: @unchecked Sendable {
  /// A mebibyte from anywhere.
  public static var regions: Int { 17 }
  public static var byteCount: Int { regions * 8 }

  private let entries: UnsafeMutablePointer<UInt64>

  /// A table in `storage`, which has room for it, is aligned to 8, outlives it and is nobody else's.
  @unsafe public init(storage: UnsafeMutableRawBufferPointer) {
    precondition(storage.count >= Self.byteCount)
    unsafe entries = storage.baseAddress.unsafelyUnwrapped.bindMemory(to: UInt64.self, capacity: Self.regions)
    unsafe entries.initialize(repeating: 0, count: Self.regions)
  }

  /// For the engine's eyes.
  @unsafe var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: entries, count: Self.byteCount)
  }

  /// Describes `count` bytes from `first` on, both even; false if they do not fit. An entry has the address in bits 31:0, the
  /// bytes in 47:32 with 0 for 64 KiB, and bit 63 in the last one.
  func set(first: UInt32, count: Int) -> Bool {
    guard first & 1 == 0, count & 1 == 0, count > 0 else { return false }
    var (address, left, index) = (first, count, 0)
    while left > 0 {
      guard index < Self.regions else { return false }
      let length = min(left, 0x1_0000 - Int(address & 0xFFFF))
      left -= length
      let entry = UInt64(address) | UInt64(length & 0xFFFF) << 32 | (left == 0 ? 1 << 63 : 0)
      // The index was just checked.
      unsafe entries[index] = entry.littleEndian
      address &+= UInt32(truncatingIfNeeded: length)
      index += 1
    }
    return true
  }
}
