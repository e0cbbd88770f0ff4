#if os(none)
import Instructions

/// The two 8259A interrupt controllers of a PC, cascaded over line 2.
///
/// Commands and registers: Intel 8259A datasheet (ICW1...4, OCW1...3). Every function runs with interrupts off:
/// at boot, in a handler, or under `withInterruptsDisabled`.
public enum InterruptController {
  /// Lines 0...7 of the first, 8...15 of the second.
  static let lines: UInt32 = 16

  private static let firstCommand: UInt16 = 0x20
  private static let firstData: UInt16 = 0x21
  private static let secondCommand: UInt16 = 0xA0
  private static let secondData: UInt16 = 0xA1

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
    cpu_out8(firstData, 0xFF)
    cpu_out8(secondData, 0xFF)
    cpu_out8(firstCommand, 0x11)  // ICW1: edge triggered, cascaded, ICW4 follows
    cpu_out8(secondCommand, 0x11)
    cpu_out8(firstData, UInt8(Interrupts.firstLineVector))  // ICW2: vector of line 0
    cpu_out8(secondData, UInt8(Interrupts.firstLineVector) + 8)
    cpu_out8(firstData, 0x04)  // ICW3: the second one is on line 2
    cpu_out8(secondData, 0x02)
    cpu_out8(firstData, 0x01)  // ICW4: 8086 mode, explicit end of interrupt
    cpu_out8(secondData, 0x01)
    cpu_out8(firstData, 0xFB)  // OCW1: all masked but line 2
    cpu_out8(secondData, 0xFF)
  }

  private static func dataPort(_ line: UInt8) -> UInt16 { line < 8 ? firstData : secondData }

  private static func bit(_ line: UInt8) -> UInt8 { 1 &<< (line & 7) }

  public static func mask(line: UInt8) {
    cpu_out8(dataPort(line), cpu_in8(dataPort(line)) | bit(line))
  }

  public static func unmask(line: UInt8) {
    cpu_out8(dataPort(line), cpu_in8(dataPort(line)) & ~bit(line))
  }

  public static func isMasked(line: UInt8) -> Bool { cpu_in8(dataPort(line)) & bit(line) != 0 }

  /// Whether the interrupt on this line is none: a line that falls before it is acknowledged is reported as
  /// line 7 (or 15) without its in-service bit (8259A datasheet, "interrupt request"). A spurious line 7 must
  /// not be acknowledged; behind a spurious line 15 stands a true line 2 of the first controller, which must.
  static func isSpurious(line: UInt8) -> Bool {
    guard line == 7 || line == 15 else { return false }
    let command = line == 7 ? firstCommand : secondCommand
    cpu_out8(command, readInService)
    guard cpu_in8(command) & 0x80 == 0 else { return false }
    if line == 15 { cpu_out8(firstCommand, endOfInterrupt) }
    unsafe spuriousCount &+= 1
    return true
  }

  static func acknowledge(line: UInt8) {
    if line >= 8 { cpu_out8(secondCommand, endOfInterrupt) }
    cpu_out8(firstCommand, endOfInterrupt)
  }
}
#endif
