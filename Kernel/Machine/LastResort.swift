#if os(none)
import BusSpace
import Instructions

/// Ports without claims: what must work before there is any bookkeeping, and when the bookkeeping itself may be what is
/// broken. A report of a dying kernel is written, explained and ended through these, and by nothing else.
enum LastResort {
  /// COM1 as it is before its claim and after a panic has begun.
  static let serialPort = SerialPort(LastResortPorts(base: 0x3F8))

  /// System control port B, which tells why a non-maskable interrupt came: only reports read it this way.
  static var systemControl: UInt8 { cpu_in8(0x61) }

  /// The port of `-device isa-debug-exit,iobase=0xf4,iosize=0x04`: the last instruction that a kernel executes.
  static func leave(_ status: UInt8) { cpu_out8(0xF4, status) }
}

/// Where a byte-wide device answers: through a handle, or in the last resort without.
public protocol BytePorts: Sendable {
  func read(_ offset: UInt32) -> UInt8
  func write(_ offset: UInt32, _ value: UInt8)
}

/// See ``LastResort``.
struct LastResortPorts: BytePorts {
  let base: UInt16

  func read(_ offset: UInt32) -> UInt8 { cpu_in8(base + UInt16(truncatingIfNeeded: offset)) }

  func write(_ offset: UInt32, _ value: UInt8) { cpu_out8(base + UInt16(truncatingIfNeeded: offset), value) }
}
#endif
