import Foundation
import Pageable

/// A disk image for the kernel to swap on; or one that it must not touch.
public struct SwapDisk: Sendable {
  public enum Kind: Equatable, Sendable {
    /// With our signature, so many MiB long.
    case signed(mebibytes: Int)
    /// With our signature, and nothing can be written to it.
    case readOnly(mebibytes: Int)
    /// With something else on it, which must be there afterwards byte for byte.
    case foreign(mebibytes: Int)
    /// With our signature; writing fails for each of the slots, and reading for each of the others.
    case failing(mebibytes: Int, writes: [Int], reads: [Int])
    /// With our signature; the machine's transfer of that number, counted from 1, fails, and no other.
    case failingOnce(mebibytes: Int, Transfer, number: Int)

    /// Which way bytes go.
    public enum Transfer: String, Sendable, CaseIterable {
      case read
      case write
    }

    /// QEMU itself reads the first sector of a disk once, to guess a geometry (hw/block/hd-geometry.c).
    static var readsOfQEMU: Int { 1 }

    var mebibytes: Int {
      switch self {
      case .signed(let mebibytes), .readOnly(let mebibytes), .foreign(let mebibytes),
        .failing(let mebibytes, _, _), .failingOnce(let mebibytes, _, _):
        mebibytes
      }
    }

    /// Options of QEMU's blkdebug (docs/devel/blkdebug.txt); nil where nothing fails.
    var rules: [String]? {
      switch self {
      case .signed, .readOnly, .foreign: return nil
      case .failing(_, let writes, let reads):
        let rules = writes.map { ("write", $0) } + reads.map { ("read", $0) }
        return rules.enumerated().map { number, rule in
          let key = "inject-error.\(number)."
          return
            "\(key)event=none,file.\(key)iotype=\(rule.0),file.\(key)sector=\(rule.1 * 8),file.\(key)once=off"
        }
      case .failingOnce(_, let transfer, let ofMachine):
        let number = ofMachine + (transfer == .read ? Self.readsOfQEMU : 0)
        // A state counts the transfers: it is n before the n-th.
        let event = "\(transfer.rawValue)_aio"
        let states = (1..<number).map { state in
          let key = "set-state.\(state - 1)."
          return "\(key)event=\(event),file.\(key)state=\(state),file.\(key)new_state=\(state + 1)"
        }
        let key = "inject-error.0."
        return states + [
          "\(key)event=\(event),file.\(key)iotype=\(transfer.rawValue),file.\(key)state=\(number),file.\(key)once=on"
        ]
      }
    }
  }

  /// What it is connected to.
  public enum Interface: Equatable, Sendable {
    /// The first ATA channel: the kernel's disk 0.
    case ide
    /// The second ATA channel: the kernel's disk 2.
    case secondIDE
    /// A legacy virtio device on PCI: the kernel's disk 4.
    case virtio

    /// Arguments that make an image, as `-drive` has it, the first disk there.
    func arguments(for image: String) -> [String] {
      switch self {
      case .ide: ["-drive", "\(image),if=ide,index=0,media=disk"]
      case .secondIDE: ["-drive", "\(image),if=ide,index=2,media=disk"]
      case .virtio:
        ["-drive", "\(image),if=none,id=disk", "-device", "virtio-blk-pci,drive=disk,disable-modern=on"]
      }
    }
  }

  public var path: String
  public var kind: Kind
  public var interface: Interface

  public init(path: String, _ kind: Kind, on interface: Interface = .ide) {
    self.path = path
    self.kind = kind
    self.interface = interface
  }

  /// Arguments that make it the first disk of its interface.
  public var arguments: [String] { interface.arguments(for: image) }

  /// The image, and what fails of it.
  private var image: String {
    guard let rules = kind.rules else {
      let options = kind == .readOnly(mebibytes: kind.mebibytes) ? ",readonly=on" : ""
      return "file=\(path.escapedForQEMU),format=raw\(options)"
    }
    return "driver=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename=\(path.escapedForQEMU)"
      + rules.map { ",file." + $0 }.joined()
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
