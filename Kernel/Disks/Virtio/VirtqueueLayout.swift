/// Where the parts of a legacy virtqueue lie (Virtio 1.0, 2.4 and 2.4.2: the layout of Virtio 0.9.5, 2.3).
///
/// | part | begins at | bytes for a queue of n |
/// |---|---|---|
/// | descriptors | 0 | 16 n: address 64, length 32, flags 16, next 16 |
/// | available ring | 16 n | 4 + 2 n, and 2 that are not used here: flags 16, index 16, heads 16 each |
/// | used ring | the next multiple of 4,096 | 4 + 8 n, and 2: flags 16, index 16, then head 32 and length 32 each |
/// | the driver's own | behind it | 2 n: descriptors of the chain that begins at each, 0 for none |
public struct VirtqueueLayout: Equatable, Sendable {
  /// Descriptors, a power of two up to 32,768: the device says how many.
  public let size: UInt16

  /// Nil unless it is such a number.
  public init?(size: UInt16) {
    guard size > 0, size & (size - 1) == 0 else { return nil }
    self.size = size
  }

  var count: Int { Int(size) }
  var availableOffset: Int { count * 16 }
  var usedOffset: Int { (availableOffset + 6 + count * 2 + 4095) & ~4095 }
  var chainsOffset: Int { usedOffset + 6 + count * 8 }

  /// Bytes of all of it, a multiple of 16.
  public var byteCount: Int { (chainsOffset + count * 2 + 15) & ~15 }
}
