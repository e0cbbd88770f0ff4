#if os(none)
import Text

/// The console as a sink: what the module Text writes goes to COM1. Any context, no lock.
public struct ConsoleSink: ByteSink {
  public init() {}

  public mutating func write(_ byte: UInt8) {
    Console.put(byte)
  }
}
#endif
