/// A bus over which devices read and write memory by themselves: how they see what a driver sees.
public protocol BusMastering: BusTransfers {
  /// Where a device finds these bytes; nil if it cannot reach all of them, or not one behind the other. O(1), any context.
  func deviceAddress(of bytes: UnsafeRawBufferPointer) -> UInt32?
}
