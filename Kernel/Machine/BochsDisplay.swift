#if os(none)
import BusSpace
import Instructions
import VMem

/// The display interface of Bochs that QEMU's standard VGA has: an index and a data port, and a linear frame buffer
/// in the function's first base address (QEMU, `docs/specs/standard-vga.txt`; Bochs, `VBE_DISPI` registers).
public struct BochsDisplay: Sendable {
  /// What the PCI function calls itself.
  public static let vendor: UInt16 = 0x1234
  public static let device: UInt16 = 0x1111

  /// The ports, to be claimed by whoever uses this.
  public static var ports: BusRange { BusRange(AddressRange<UInt16>(first: 0x1CE, last: 0x1D1)) }

  private enum Register: UInt16 {
    case identity = 0
    case width = 1
    case height = 2
    case bitsPerPixel = 3
    case enable = 4
    case virtualWidth = 6
    case offsetX = 8
    case offsetY = 9
  }

  private static let indexPort: UInt16 = 0x1CE
  private static let dataPort: UInt16 = 0x1CF
  private static let enabled: UInt16 = 0x01
  private static let linear: UInt16 = 0x40

  /// Where the frame buffer lies in physical memory.
  public let frameBuffer: BusRange

  /// The display behind a PCI function whose first base address is `frameBuffer`, or nil if no such interface answers.
  public init?(frameBuffer: BusRange) {
    self.frameBuffer = frameBuffer
    // Versions 0xB0C0...0xB0C5; a linear frame buffer of 32 bits a pixel came with 0xB0C2.
    let version = Self.read(.identity)
    guard version >= 0xB0C2, version <= 0xB0CF else { return nil }
  }

  /// Sets a mode of 32 bits a pixel (blue in the lowest byte), the picture starting at the frame buffer's first byte,
  /// without a gap between lines.
  ///
  /// - Returns: Whether the display took it: the frame buffer is large enough and the registers read back.
  public func setMode(width: UInt16, height: UInt16) -> Bool {
    // 65,535 squared still fits; four bytes a pixel would not.
    let pixels = UInt32(width) * UInt32(height)
    guard pixels > 0, pixels - 1 <= frameBuffer.countMinusOne >> 2 else { return false }
    Self.write(.enable, 0)
    Self.write(.width, width)
    Self.write(.height, height)
    Self.write(.bitsPerPixel, 32)
    Self.write(.virtualWidth, width)
    Self.write(.offsetX, 0)
    Self.write(.offsetY, 0)
    Self.write(.enable, Self.enabled | Self.linear)
    return Self.read(.width) == width && Self.read(.height) == height && Self.read(.bitsPerPixel) == 32
      && Self.read(.virtualWidth) == width
  }

  private static func read(_ register: Register) -> UInt16 {
    cpu_out16(indexPort, register.rawValue)
    return cpu_in16(dataPort)
  }

  private static func write(_ register: Register, _ value: UInt16) {
    cpu_out16(indexPort, register.rawValue)
    cpu_out16(dataPort, value)
  }
}
#endif
