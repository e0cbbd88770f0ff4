#if os(none)
import Instructions

/// A 16550 UART, polled. Sending waits for room; receiving never waits.
///
/// Registers and bits: National Semiconductor PC16550D datasheet, table I.
public struct SerialPort: Sendable {
  /// The first of its eight ports.
  public let base: UInt16

  /// COM1 of every PC.
  public static let com1 = SerialPort(base: 0x3F8)

  private var data: UInt16 { base }
  private var interruptEnable: UInt16 { base + 1 }
  private var fifoControl: UInt16 { base + 2 }
  private var lineControl: UInt16 { base + 3 }
  private var modemControl: UInt16 { base + 4 }
  private var lineStatus: UInt16 { base + 5 }

  /// Line status: a byte was received.
  private static let dataReady: UInt8 = 0x01
  /// Line status: the transmitter takes another byte.
  private static let transmitterEmpty: UInt8 = 0x20

  /// Polls before a byte is dropped. At 115,200 baud a byte takes 87 µs and a poll of an ISA port about 1 µs,
  /// so this is more than a hundred bytes' time: only a broken port runs into it.
  private static let patience: UInt32 = 16_384

  /// Sets 115,200 baud, 8 data bits, no parity, one stop bit, FIFOs on and empty, interrupts off.
  public func configure() {
    cpu_out8(interruptEnable, 0)
    cpu_out8(lineControl, 0x80)  // divisor latch
    cpu_out8(data, 1)  // 115,200 / 1
    cpu_out8(interruptEnable, 0)
    cpu_out8(lineControl, 0x03)  // 8N1
    cpu_out8(fifoControl, 0x07)  // enable, clear both; trigger at 1 byte
    cpu_out8(modemControl, 0x03)  // DTR and RTS
  }

  /// Sends one byte. Bounded: after `patience` polls of a port that never takes it, the byte is dropped.
  public func send(_ byte: UInt8) {
    var polls = Self.patience
    while cpu_in8(lineStatus) & Self.transmitterEmpty == 0, polls > 0 { polls -= 1 }
    cpu_out8(data, byte)
  }

  /// The next received byte, or nil where none has arrived. A missing UART reads as 0xFF everywhere, which
  /// would be an endless stream of data: that is told apart by the error bits that no real one sets all at once.
  public func receive() -> UInt8? {
    let status = cpu_in8(lineStatus)
    guard status != 0xFF, status & Self.dataReady != 0 else { return nil }
    return cpu_in8(data)
  }
}
#endif
