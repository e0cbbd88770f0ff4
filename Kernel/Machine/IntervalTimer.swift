#if os(none)
import BusSpace

/// The 8254 programmable interval timer: channel 0 interrupts on line 0, channel 2 measures short times.
///
/// Modes and commands: Intel 8254 datasheet, "control word format"; wiring of channel 2 to port 61h: IBM PC/AT
/// technical reference.
public enum IntervalTimer {
  /// Counts a second: a third of the colour carrier's quadruple, 14.31818 MHz / 12.
  public static let frequency: UInt32 = 1_193_182

  /// The interrupt line of channel 0.
  public static let line: UInt8 = 0

  /// The timer's four ports, and port 61h with the gate of channel 2.
  private nonisolated(unsafe) static var timer = DevicePorts()
  private nonisolated(unsafe) static var gatePort = DevicePorts()

  /// Names its ports, 40h...43h and 61h. Boot context, before anything else here.
  public static func attach(_ ports: BusHandle, gate: BusHandle) {
    unsafe timer.attach(ports)
    unsafe gatePort.attach(gate)
  }

  private static let channel0: UInt32 = 0
  private static let channel2: UInt32 = 2
  private static let command: UInt32 = 3

  private static func write(_ port: UInt32, _ value: UInt8) { unsafe timer.write(port, value) }

  private static var control: UInt8 {
    get { unsafe gatePort.read(0) }
    set { unsafe gatePort.write(0, newValue) }
  }

  /// Port 61h: bit 0 opens channel 2's gate, bit 1 lets it drive the speaker, bit 5 reads its output.
  private static let gate: UInt8 = 0x01
  private static let speaker: UInt8 = 0x02
  private static let output: UInt8 = 0x20

  /// Channel 0, low byte then high byte, mode 2 (rate generator): one interrupt every `counts`, 2...65,536.
  public static func tick(every counts: UInt32) {
    precondition(counts >= 2 && counts <= 65_536)
    write(command, 0x34)
    write(channel0, UInt8(truncatingIfNeeded: counts))  // 65,536 is written as 0
    write(channel0, UInt8(truncatingIfNeeded: counts >> 8))
  }

  /// Channel 0, mode 0 (interrupt on terminal count): one interrupt after `counts`, 1...65,536, and no more.
  public static func interruptOnce(after counts: UInt32) {
    precondition(counts >= 1 && counts <= 65_536)
    write(command, 0x30)
    write(channel0, UInt8(truncatingIfNeeded: counts))
    write(channel0, UInt8(truncatingIfNeeded: counts >> 8))
  }

  /// Channel 0 stands still with its output low: mode 0 without a count. An interrupt that the controller has
  /// latched already still comes.
  public static func stop() { write(command, 0x30) }

  /// Waits that many counts, 1...65,535 (54.9 ms at most), by polling channel 2. Any context.
  public static func wait(counts: UInt32) {
    precondition(counts >= 1 && counts <= 65_535)
    let saved = control
    control = saved & ~speaker & ~gate
    write(command, 0xB0)  // channel 2, low byte then high byte, mode 0
    write(channel2, UInt8(truncatingIfNeeded: counts))
    write(channel2, UInt8(truncatingIfNeeded: counts >> 8))
    control = saved & ~speaker | gate
    while control & output == 0 {}
    control = saved
  }
}
#endif
