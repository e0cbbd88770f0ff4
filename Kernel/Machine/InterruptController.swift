#if os(none)
import BusSpace

/// The two 8259A interrupt controllers of a PC, cascaded over line 2.
///
/// Commands and registers: Intel 8259A datasheet (ICW1...4, OCW1...3). Every function runs with interrupts off:
/// at boot, in a handler, or under `withInterruptsDisabled`.
public enum InterruptController {
  /// Lines 0...7 of the first, 8...15 of the second.
  static let lines: UInt32 = 16

  private nonisolated(unsafe) static var first = DevicePorts()
  private nonisolated(unsafe) static var second = DevicePorts()

  /// Names the ports of both, command and data each. Boot context, before anything else here.
  public static func attach(first: BusHandle, second: BusHandle) {
    unsafe self.first.attach(first)
    unsafe self.second.attach(second)
  }

  /// One of the registers of one of the two.
  private enum Register {
    case firstCommand, firstData, secondCommand, secondData
  }

  private static func read(_ register: Register) -> UInt8 {
    switch register {
    case .firstCommand: unsafe first.read(0)
    case .firstData: unsafe first.read(1)
    case .secondCommand: unsafe second.read(0)
    case .secondData: unsafe second.read(1)
    }
  }

  private static func write(_ register: Register, _ value: UInt8) {
    switch register {
    case .firstCommand: unsafe first.write(0, value)
    case .firstData: unsafe first.write(1, value)
    case .secondCommand: unsafe second.write(0, value)
    case .secondData: unsafe second.write(1, value)
    }
  }

  /// OCW2: end of the interrupt in service with the highest priority.
  private static let endOfInterrupt: UInt8 = 0x20
  /// OCW3: the next read of the command port gives the in-service register.
  private static let readInService: UInt8 = 0x0B

  /// Interrupts that no device stood behind when they were to be answered.
  public static var spurious: UInt32 { unsafe spuriousCount }

  /// Written with interrupts off on the only processor.
  private nonisolated(unsafe) static var spuriousCount: UInt32 = 0

  /// Puts the lines at vectors 32...47, away from the processor's exceptions, and masks all of them but the
  /// cascade.
  public static func configure() {
    write(.firstData, 0xFF)
    write(.secondData, 0xFF)
    write(.firstCommand, 0x11)  // ICW1: edge triggered, cascaded, ICW4 follows
    write(.secondCommand, 0x11)
    write(.firstData, UInt8(Interrupts.firstLineVector))  // ICW2: vector of line 0
    write(.secondData, UInt8(Interrupts.firstLineVector) + 8)
    write(.firstData, 0x04)  // ICW3: the second one is on line 2
    write(.secondData, 0x02)
    write(.firstData, 0x01)  // ICW4: 8086 mode, explicit end of interrupt
    write(.secondData, 0x01)
    write(.firstData, 0xFB)  // OCW1: all masked but line 2
    write(.secondData, 0xFF)
  }

  private static func dataPort(_ line: UInt8) -> Register { line < 8 ? .firstData : .secondData }

  private static func bit(_ line: UInt8) -> UInt8 { 1 &<< (line & 7) }

  public static func mask(line: UInt8) {
    write(dataPort(line), read(dataPort(line)) | bit(line))
  }

  public static func unmask(line: UInt8) {
    write(dataPort(line), read(dataPort(line)) & ~bit(line))
  }

  public static func isMasked(line: UInt8) -> Bool { read(dataPort(line)) & bit(line) != 0 }

  /// Whether the interrupt on this line is none: a line that falls before it is acknowledged is reported as
  /// line 7 (or 15) without its in-service bit (8259A datasheet, "interrupt request"). A spurious line 7 must
  /// not be acknowledged; behind a spurious line 15 stands a true line 2 of the first controller, which must.
  static func isSpurious(line: UInt8) -> Bool {
    guard line == 7 || line == 15 else { return false }
    let command: Register = line == 7 ? .firstCommand : .secondCommand
    write(command, readInService)
    guard read(command) & 0x80 == 0 else { return false }
    if line == 15 { write(.firstCommand, endOfInterrupt) }
    unsafe spuriousCount &+= 1
    return true
  }

  static func acknowledge(line: UInt8) {
    if line >= 8 { write(.secondCommand, endOfInterrupt) }
    write(.firstCommand, endOfInterrupt)
  }
}
#endif
