#if os(none)
import Text

/// The console as a sink: what the module Text writes goes to COM1. Any context, no lock.
public struct ConsoleSink: ByteSink {
  public init() {}

  public mutating func write(_ byte: UInt8) {
    Console.put(byte)
  }

  /// Styles are for a terminal that has colours.
  public mutating func begin(_ style: TextStyle) {
    if Console.terminal == .color { write(style.beginning) }
  }

  public mutating func endStyle() {
    if Console.terminal == .color { write(TextStyle.end) }
  }

  /// An empty screen, on a terminal: home, and all below erased (ECMA-48 8.3.21, CUP; 8.3.39, ED).
  public mutating func clear() {
    if Console.terminal != .log { write("\u{1B}[H\u{1B}[J") }
  }
}
#endif
