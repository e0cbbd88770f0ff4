import Foundation
import Pageable

/// A disk image for the kernel to swap on; or one that it must not touch.
public struct SwapDisk: Sendable {
  public enum Kind: Equatable, Sendable {
    /// With our signature, so many MiB long.
    case signed(mebibytes: Int)
    /// With something else on it, which must be there afterwards byte for byte.
    case foreign(mebibytes: Int)
    /// With our signature; writing fails for each of the slots, and reading for each of the others.
    case failing(mebibytes: Int, writes: [Int], reads: [Int])

    var mebibytes: Int {
      switch self {
      case .signed(let mebibytes), .foreign(let mebibytes), .failing(let mebibytes, _, _): mebibytes
      }
    }
  }

  public var path: String
  public var kind: Kind

  public init(path: String, _ kind: Kind) {
    self.path = path
    self.kind = kind
  }

  /// Arguments that make it the first disk.
  public var arguments: [String] {
    guard case .failing(_, let writes, let reads) = kind else {
      return ["-drive", "file=\(path.escapedForQEMU),format=raw,if=ide,index=0,media=disk"]
    }
    var drive = "if=ide,index=0,media=disk,driver=raw,file.driver=blkdebug,file.image.driver=file"
    drive += ",file.image.filename=\(path.escapedForQEMU)"
    let rules = writes.map { ("write", $0) } + reads.map { ("read", $0) }
    for (number, rule) in rules.enumerated() {
      let key = ",file.inject-error.\(number)"
      drive += "\(key).event=none\(key).iotype=\(rule.0)\(key).sector=\(rule.1 * 8)\(key).once=off"
    }
    return ["-drive", drive]
  }

  /// The first sector of a disk of ours.
  static func signature(mebibytes: Int) -> [UInt8] {
    var sector = [UInt8](repeating: 0, count: SwapSignature.byteCount)
    var span = sector.mutableSpan
    SwapSignature.write(slots: SwapSignature.slots(sectors: UInt32(mebibytes) * 2048), into: &span)
    return sector
  }

  /// Bytes of a disk that is not ours: a boot sector's end, and numbers that a copy would show.
  private static func foreignBytes(mebibytes: Int) -> Data {
    var data = Data(capacity: mebibytes << 20)
    var word: UInt32 = 0x2545_F491
    for _ in 0..<mebibytes << 18 {
      word ^= word << 13
      word ^= word >> 17
      word ^= word << 5
      withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
    }
    data[510] = 0x55
    data[511] = 0xAA
    return data
  }

  /// Writes the image: sparse, but for a foreign one.
  public func write() throws {
    let url = URL(fileURLWithPath: path)
    if case .foreign(let mebibytes) = kind {
      return try Self.foreignBytes(mebibytes: mebibytes).write(to: url)
    }
    try Data(Self.signature(mebibytes: kind.mebibytes)).write(to: url)
    let file = try FileHandle(forWritingTo: url)
    try file.truncate(atOffset: UInt64(kind.mebibytes) << 20)
    try file.close()
  }

  /// Writes the image unless there is a file already.
  public func writeIfMissing() throws {
    if !FileManager.default.fileExists(atPath: path) { try write() }
  }

  public func remove() throws { try FileManager.default.removeItem(atPath: path) }

  /// What is not on the disk that should be: all of a foreign one, our signature on one of ours.
  public func findings() throws -> [String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    if case .foreign(let mebibytes) = kind {
      return data == Self.foreignBytes(mebibytes: mebibytes)
        ? [] : ["\(path), a foreign disk, was written to"]
    }
    let signature = Self.signature(mebibytes: kind.mebibytes)
    return Array(data.prefix(signature.count)) == signature
      ? [] : ["the signature of \(path) was overwritten"]
  }
}
