#if os(none)
import BusSpace

/// Date and time as the battery-backed clock has them.
public struct ClockTime: Equatable, Sendable {
  /// The last two digits: the century's register is not the same on every board.
  public let year: UInt8
  public let month: UInt8
  public let day: UInt8
  public let hour: UInt8
  public let minute: UInt8
  public let second: UInt8
}

/// The MC146818 clock of a PC (Motorola MC146818A datasheet). Reads only. Boot and monitor context: index and data
/// belong together.
public enum CMOSClock {
  private nonisolated(unsafe) static var ports = DevicePorts()

  /// Names its two ports: index and data. Boot context, before anything else here.
  public static func attach(_ ports: BusHandle) { unsafe self.ports.attach(ports) }

  private enum Register {
    static let second: UInt8 = 0x00
    static let minute: UInt8 = 0x02
    static let hour: UInt8 = 0x04
    static let day: UInt8 = 0x07
    static let month: UInt8 = 0x08
    static let year: UInt8 = 0x09
    static let statusA: UInt8 = 0x0A
    static let statusB: UInt8 = 0x0B
  }

  /// The time, or nil if the clock does not hold still: two readings in a row must agree, since an update may fall
  /// between two registers. An update takes 2 ms a second; 10,000 attempts last longer than that.
  public static func now() -> ClockTime? {
    for _ in 0..<10_000 where read(Register.statusA) & 0x80 == 0 {
      let first = reading()
      if first == reading() { return first }
    }
    return nil
  }

  private static func reading() -> ClockTime {
    let status = read(Register.statusB)
    let isBinary = status & 0x04 != 0
    func value(_ register: UInt8) -> UInt8 {
      let raw = read(register)
      return isBinary ? raw : (raw >> 4) &* 10 &+ (raw & 0x0F)
    }
    return ClockTime(
      year: value(Register.year), month: value(Register.month), day: value(Register.day),
      hour: hour(read(Register.hour), isBinary: isBinary, is24Hours: status & 0x02 != 0),
      minute: value(Register.minute), second: value(Register.second))
  }

  /// On a 12-hour clock bit 7 means after noon, and 12 comes before 1.
  private static func hour(_ raw: UInt8, isBinary: Bool, is24Hours: Bool) -> UInt8 {
    let digits = is24Hours ? raw : raw & 0x7F
    let hour = isBinary ? digits : (digits >> 4) &* 10 &+ (digits & 0x0F)
    if is24Hours { return hour }
    return hour % 12 &+ (raw & 0x80 != 0 ? 12 : 0)
  }

  private static func read(_ register: UInt8) -> UInt8 {
    // Bit 7 of the index masks the NMI: it stays off.
    unsafe ports.write(0, register)
    return unsafe ports.read(1)
  }
}
#endif
