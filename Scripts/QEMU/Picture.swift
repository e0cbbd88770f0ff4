/// A screen dump in the portable pixmap format that QEMU writes (`P6`, 8 bits a channel).
public struct Picture: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// Three bytes a pixel, row by row from the top.
  private let samples: [UInt8]

  /// Nil for anything that is not a whole P6 file with a maximum of 255.
  public init?(ppm bytes: [UInt8]) {
    var at = 0
    func word() -> String? {
      while at < bytes.count, bytes[at] <= 0x20 { at += 1 }
      let start = at
      while at < bytes.count, bytes[at] > 0x20 { at += 1 }
      return start < at ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
    }
    guard word() == "P6", let width = word().flatMap({ Int($0) }), let height = word().flatMap({ Int($0) }),
      word() == "255", width > 0, height > 0, bytes.count - (at + 1) == width * height * 3
    else { return nil }
    self.width = width
    self.height = height
    samples = Array(bytes[(at + 1)...])
  }

  /// How many pixels each colour (0xRRGGBB) has.
  public var colours: [UInt32: Int] {
    var counts: [UInt32: Int] = [:]
    for at in stride(from: 0, to: samples.count, by: 3) {
      counts[
        UInt32(samples[at]) << 16 | UInt32(samples[at + 1]) << 8 | UInt32(samples[at + 2]), default: 0] += 1
    }
    return counts
  }
}
