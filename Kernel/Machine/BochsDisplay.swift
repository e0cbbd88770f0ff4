#if os(none)
import BusSpace
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

  private static let enabled: UInt16 = 0x01
  private static let linear: UInt16 = 0x40

  /// Where the frame buffer lies in physical memory.
  public let frameBuffer: BusRange

  /// Index at offset 0, data at offset 1: port 1CFh, which is 16 bits wide like the index beside it.
  private let registers: BusHandle

  /// The display behind a PCI function whose first base address is `frameBuffer`, through a handle of ``ports``; nil if no
  /// such interface answers.
  public init?(frameBuffer: BusRange, registers: BusHandle) {
    precondition(registers.range == Self.ports)
    self.frameBuffer = frameBuffer
    self.registers = registers
    // Versions 0xB0C0...0xB0C5; a linear frame buffer of 32 bits a pixel came with 0xB0C2.
    let version = read(.identity)
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
    write(.enable, 0)
    write(.width, width)
    write(.height, height)
    write(.bitsPerPixel, 32)
    write(.virtualWidth, width)
    write(.offsetX, 0)
    write(.offsetY, 0)
    write(.enable, Self.enabled | Self.linear)
    return hasMode(width: width, height: height)
  }

  /// Whether that mode is set.
  public func hasMode(width: UInt16, height: UInt16) -> Bool {
    read(.enable) & (Self.enabled | Self.linear) == Self.enabled | Self.linear && read(.width) == width
      && read(.height) == height && read(.bitsPerPixel) == 32 && read(.virtualWidth) == width
  }

  private func read(_ register: Register) -> UInt16 {
    let bus = ProcessorBus()
    bus.write(registers, 0, register.rawValue)
    return bus.read(registers, 1)
  }

  private func write(_ register: Register, _ value: UInt16) {
    let bus = ProcessorBus()
    bus.write(registers, 0, register.rawValue)
    bus.write(registers, 1, value)
  }
}
#endif
