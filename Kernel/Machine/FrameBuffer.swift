#if os(none)
import Drawing
import Instructions

/// A mapped frame buffer of 32 bits a pixel, without a gap between lines.
///
/// Having a value of this type tells you that `width * height * 4` bytes from `address` on are mapped and writable.
public struct FrameBuffer: PixelStore {
  private let address: UInt32
  public let width: Int
  public let height: Int

  /// The caller vouches for the mapping as long as the value is used.
  public init(address: UInt32, width: Int, height: Int) {
    self.address = address
    self.width = width
    self.height = height
  }

  public func paint(x: Int, y: Int, count: Int, _ colour: Colour) {
    precondition(x >= 0 && y >= 0 && count >= 0 && y < height && x + count <= width)
    var place = address + UInt32(truncatingIfNeeded: (y * width + x) * 4)
    for _ in 0..<count {
      cpu_store32(place, colour.rawValue)
      place += 4
    }
  }
}
#endif
