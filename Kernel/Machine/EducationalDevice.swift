#if os(none)
import BusSpace

/// QEMU's device for teaching: it inverts, multiplies, interrupts and copies (QEMU, `docs/specs/edu.txt`).
public struct EducationalDevice: Sendable {
  public static let vendor: UInt16 = 0x1234
  public static let device: UInt16 = 0x11E8

  private enum Register {
    static let identity: UInt32 = 0x00
    static let inverter: UInt32 = 0x04
    static let factorial: UInt32 = 0x08
    static let status: UInt32 = 0x20
    static let interrupts: UInt32 = 0x24
    static let raise: UInt32 = 0x60
    static let acknowledge: UInt32 = 0x64
    static let source: UInt32 = 0x80
    static let target: UInt32 = 0x88
    static let count: UInt32 = 0x90
    static let transfer: UInt32 = 0x98
  }

  /// Where the device's own 4,096 bytes lie, as its transfers see them.
  private static let buffer: UInt32 = 0x40000

  /// Which way bytes go.
  public enum Direction: UInt32, Sendable {
    case fromMemory = 0
    case toMemory = 2
  }

  private let registers: BusHandle
  private let bus = ProcessorBus()

  /// The device behind a handle of its base address 0; nil if something else answers there.
  public init?(_ registers: BusHandle) {
    self.registers = registers
    guard bus.read(registers, Register.identity, as: UInt32.self) & 0xFFFF == 0x00ED else { return nil }
  }

  /// What the device makes of a word: its complement.
  public func invert(_ word: UInt32) -> UInt32 {
    bus.write(registers, Register.inverter, word)
    return bus.read(registers, Register.inverter)
  }

  /// `number`! in 32 bits. Waits for the device, which computes in a thread of its own.
  public func factorial(_ number: UInt32) -> UInt32 {
    bus.write(registers, Register.factorial, number)
    while bus.read(registers, Register.status, as: UInt32.self) & 1 != 0 {}
    return bus.read(registers, Register.factorial)
  }

  /// Raises the interrupt line, for a reason that is not 0.
  public func raise(_ reason: UInt32) { bus.write(registers, Register.raise, reason) }

  /// Why the line is up; 0 if it is not.
  public var reasons: UInt32 { bus.read(registers, Register.interrupts) }

  /// Takes reasons back; the line falls with the last one.
  public func acknowledge(_ reasons: UInt32) { bus.write(registers, Register.acknowledge, reasons) }

  /// Copies up to 4,095 bytes between physical memory and the device's buffer, and waits until it is done, a tenth of a second.
  /// The buffer has one more, but QEMU 7.2 ends itself when a transfer reaches it.
  ///
  /// The device masters the bus meanwhile; it reaches 28 bits of address.
  public func copy(_ direction: Direction, physical: UInt32, count: UInt32) {
    precondition(count < 4096 && physical <= 0x0FFF_FFFF && count <= 0x1000_0000 - physical)
    let isToMemory = direction == .toMemory
    bus.write(registers, Register.source, isToMemory ? Self.buffer : physical)
    bus.write(registers, Register.target, isToMemory ? physical : Self.buffer)
    bus.write(registers, Register.count, count)
    bus.write(registers, Register.transfer, 1 | direction.rawValue)
    while bus.read(registers, Register.transfer, as: UInt32.self) & 1 != 0 {}
  }
}
#endif
