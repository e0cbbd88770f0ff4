import Foundation

/// The disk of the kernel's disk tests: a sparse image with known bytes at both ends, and beyond what 28 bits of address
/// reach. The kernel's side is `Kernel/Main/SelfTest/DiskSuite.swift`.
public struct TestDisk: Sendable {
  public var path: String
  public var interface: SwapDisk.Interface

  public init(path: String, on interface: SwapDisk.Interface = .ide) {
    self.path = path
    self.interface = interface
  }

  /// 28 bits of address and a bit more.
  static let sectors: UInt64 = 1 << 28 + 56
  /// What the kernel overwrites with the complement.
  static let changed: ClosedRange<UInt64> = sectors - 8...sectors - 1
  /// Sectors that are not holes.
  static let written: [ClosedRange<UInt64>] = [0...63, (1 << 28) - 8...sectors - 1]

  /// Arguments that make it the first disk of its interface.
  public var arguments: [String] { interface.arguments(for: "file=\(path.escapedForQEMU),format=raw") }

  /// What sector 0 begins with: without it the kernel writes nothing.
  static let signature: [UInt8] = Array("Tessera test".utf8) + [0, 0, 0, 1]

  /// The bytes of a sector before or after the kernel has written: its number times a constant plus the word's place.
  static func bytes(of sector: UInt64, isChanged: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<128 as Range<UInt32> {
      let word = UInt32(truncatingIfNeeded: sector) &* 0x9E37_79B1 &+ index
      withUnsafeBytes(of: (isChanged ? ~word : word).littleEndian) { bytes += $0 }
    }
    if sector == 0 { bytes.replaceSubrange(0..<16, with: signature) }
    return bytes
  }

  /// Writes the image as the kernel expects it.
  public func write() throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: Self.sectors << 9)
    for range in Self.written {
      try file.seek(toOffset: range.lowerBound << 9)
      try file.write(contentsOf: range.flatMap { Self.bytes(of: $0, isChanged: false) })
    }
    try file.close()
  }

  /// Takes the image away: most of its size is holes, which not every copy keeps.
  public func remove() throws { try FileManager.default.removeItem(atPath: path) }

  /// What is not on the disk that should be after the tests.
  public func findings() throws -> [String] {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    var findings: [String] = []
    for sector in Self.written.joined() {
      try file.seek(toOffset: sector << 9)
      let bytes = [UInt8](try file.read(upToCount: 512) ?? Data())
      if bytes != Self.bytes(of: sector, isChanged: Self.changed.contains(sector)) {
        findings.append("sector \(sector) of \(path) does not hold what it should")
      }
    }
    return findings
  }
}
