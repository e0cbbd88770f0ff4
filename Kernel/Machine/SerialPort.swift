#if os(none)
/// A 16550 UART, polled. Sending waits for room; receiving never waits.
///
/// Registers and bits: National Semiconductor PC16550D datasheet, table I.
public struct SerialPort<Ports: BytePorts>: Sendable {
  /// Its eight ports.
  private let ports: Ports

  public init(_ ports: Ports) { self.ports = ports }

  private var data: UInt32 { 0 }
  private var interruptEnable: UInt32 { 1 }
  private var fifoControl: UInt32 { 2 }
  private var lineControl: UInt32 { 3 }
  private var modemControl: UInt32 { 4 }
  private var lineStatus: UInt32 { 5 }

  /// Line status: a byte was received.
  private static var dataReady: UInt8 { 0x01 }
  /// Line status: the transmitter takes another byte.
  private static var transmitterEmpty: UInt8 { 0x20 }

  /// Polls before a byte is dropped. At 115,200 baud a byte takes 87 µs and a poll of an ISA port about 1 µs,
  /// so this is more than a hundred bytes' time: only a broken port runs into it.
  private static var patience: UInt32 { 16_384 }

  /// Sets 115,200 baud, 8 data bits, no parity, one stop bit, FIFOs on and empty, interrupts off.
  public func configure() {
    ports.write(interruptEnable, 0)
    ports.write(lineControl, 0x80)  // divisor latch
    ports.write(data, 1)  // 115,200 / 1
    ports.write(interruptEnable, 0)
    ports.write(lineControl, 0x03)  // 8N1
    ports.write(fifoControl, 0x07)  // enable, clear both; trigger at 1 byte
    ports.write(modemControl, 0x03)  // DTR and RTS
  }

  /// Interrupts whenever a byte has been received, from now on. On a PC the line goes through OUT2 to the controller.
  public func interruptOnReceive() {
    ports.write(modemControl, 0x0B)  // DTR, RTS and OUT2
    ports.write(interruptEnable, 0x01)  // received data
  }

  /// Sends one byte. Bounded: after `patience` polls of a port that never takes it, the byte is dropped.
  public func send(_ byte: UInt8) {
    var polls = Self.patience
    while ports.read(lineStatus) & Self.transmitterEmpty == 0, polls > 0 { polls -= 1 }
    ports.write(data, byte)
  }

  /// The next received byte, or nil where none has arrived. A missing UART reads as 0xFF everywhere, which
  /// would be an endless stream of data: that is told apart by the error bits that no real one sets all at once.
  public func receive() -> UInt8? {
    let status = ports.read(lineStatus)
    guard status != 0xFF, status & Self.dataReady != 0 else { return nil }
    return ports.read(data)
  }
}
#endif
