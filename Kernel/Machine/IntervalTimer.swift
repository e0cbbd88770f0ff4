#if os(none)
import Instructions

/// The 8254 programmable interval timer: channel 0 interrupts on line 0, channel 2 measures short times.
///
/// Modes and commands: Intel 8254 datasheet, "control word format"; wiring of channel 2 to port 61h: IBM PC/AT
/// technical reference.
public enum IntervalTimer {
  /// Counts a second: a third of the colour carrier's quadruple, 14.31818 MHz / 12.
  public static let frequency: UInt32 = 1_193_182

  /// The interrupt line of channel 0.
  public static let line: UInt8 = 0

  private static let channel0: UInt16 = 0x40
  private static let channel2: UInt16 = 0x42
  private static let command: UInt16 = 0x43
  private static let control: UInt16 = 0x61

  /// Port 61h: bit 0 opens channel 2's gate, bit 1 lets it drive the speaker, bit 5 reads its output.
  private static let gate: UInt8 = 0x01
  private static let speaker: UInt8 = 0x02
  private static let output: UInt8 = 0x20

  /// Channel 0, low byte then high byte, mode 2 (rate generator): one interrupt every `counts`, 2...65,536.
  public static func tick(every counts: UInt32) {
    precondition(counts >= 2 && counts <= 65_536)
    cpu_out8(command, 0x34)
    cpu_out8(channel0, UInt8(truncatingIfNeeded: counts))  // 65,536 is written as 0
    cpu_out8(channel0, UInt8(truncatingIfNeeded: counts >> 8))
  }

  /// Channel 0, mode 0 (interrupt on terminal count): one interrupt after `counts`, 1...65,536, and no more.
  public static func interruptOnce(after counts: UInt32) {
    precondition(counts >= 1 && counts <= 65_536)
    cpu_out8(command, 0x30)
    cpu_out8(channel0, UInt8(truncatingIfNeeded: counts))
    cpu_out8(channel0, UInt8(truncatingIfNeeded: counts >> 8))
  }

  /// Channel 0 stands still with its output low: mode 0 without a count. An interrupt that the controller has
  /// latched already still comes.
  public static func stop() { cpu_out8(command, 0x30) }

  /// Waits that many counts, 1...65,535 (54.9 ms at most), by polling channel 2. Any context.
  public static func wait(counts: UInt32) {
    precondition(counts >= 1 && counts <= 65_535)
    let saved = cpu_in8(control)
    cpu_out8(control, saved & ~speaker & ~gate)
    cpu_out8(command, 0xB0)  // channel 2, low byte then high byte, mode 0
    cpu_out8(channel2, UInt8(truncatingIfNeeded: counts))
    cpu_out8(channel2, UInt8(truncatingIfNeeded: counts >> 8))
    cpu_out8(control, saved & ~speaker | gate)
    while cpu_in8(control) & output == 0 {}
    cpu_out8(control, saved)
  }
}
#endif
