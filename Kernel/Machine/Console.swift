#if os(none)
import BusSpace
import Text

/// Where the kernel's words go: COM1, line ends as CR LF.
///
/// Usable in every context from the first instruction of Swift on; takes no lock, so that a panic can always
/// speak. Words go through the handle of the port's claim once there is one; before that, and in the report of a dying
/// kernel, without (``LastResort``).
public enum Console {
  /// Nil before the claim, and again from the moment when a report begins.
  private nonisolated(unsafe) static var port: SerialPort<ClaimedPorts>?

  /// Sets the port up and speaks through its handle from here on. Boot context.
  public static func attach(_ handle: BusHandle) {
    let claimed = SerialPort(ClaimedPorts(handle))
    claimed.configure()
    unsafe port = claimed
  }

  /// Sets the port up without a claim, for what must be said before there are any. Boot context.
  public static func begin() { LastResort.serialPort.configure() }

  /// No more handles: the kernel is dying, and what it knows about claims may be wrong.
  static func detach() { unsafe port = nil }

  /// What is at the other end of the line; a log until somebody who knows says otherwise.
  public static var terminal: TerminalKind {
    get { unsafe storedTerminal }
    set { unsafe storedTerminal = newValue }
  }

  /// A byte, read and written as a whole.
  private nonisolated(unsafe) static var storedTerminal = TerminalKind.log

  /// The interrupt line of COM1.
  public static let line: UInt8 = 4

  /// Lets the port interrupt for every byte that is typed.
  public static func interruptOnInput() { unsafe port?.interruptOnReceive() }

  /// The next byte that was typed, or nil.
  public static func receive() -> UInt8? { unsafe port?.receive() }

  /// Writes one byte; a newline becomes carriage return and newline.
  @inline(never)
  public static func put(_ byte: UInt8) {
    if byte == 0x0A { send(0x0D) }
    send(byte)
  }

  private static func send(_ byte: UInt8) {
    if let port = unsafe port { port.send(byte) } else { LastResort.serialPort.send(byte) }
  }

  /// Writes the text's bytes.
  public static func write(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    // A StaticString's bytes live as long as the image, and the index stays below their count.
    for index in 0..<count { put(unsafe text.utf8Start[index]) }
  }

  /// Writes `0x` and 8 hexadecimal digits.
  public static func write(hexadecimal value: UInt32) {
    var sink = ConsoleSink()
    sink.write(address: value)
  }

  /// Writes a decimal number without leading zeros.
  public static func write(decimal value: UInt32) {
    var sink = ConsoleSink()
    sink.write(decimal: value)
  }
}
#endif
