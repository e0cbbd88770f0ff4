/// What a file system is made of; each kind has one size, so that each can have a pool.
@frozen
public enum ObjectKind: UInt8, CaseIterable, Sendable {
  /// A file or directory.
  case node
  /// A directory entry with its name, by what both take together.
  case entry32, entry64, entry128, entry288
  /// 512 bytes of a file, or references to such blocks.
  case block

  /// Bytes of an object, a multiple of 8.
  public var size: Int {
    switch self {
    case .node: (MemoryLayout<Node>.stride + 7) & ~7
    case .entry32: 32
    case .entry64: 64
    case .entry128: 128
    case .entry288: 288
    case .block: Block.byteCount
    }
  }

  /// The smallest kind of entry for a name of so many bytes; nil for more than 255.
  static func entry(nameLength: Int) -> ObjectKind? {
    let bytes = MemoryLayout<Entry>.size + nameLength
    if nameLength > TmpFSLimit.name { return nil }
    if bytes <= 32 { return .entry32 }
    if bytes <= 64 { return .entry64 }
    return bytes <= 128 ? .entry128 : .entry288
  }
}

/// Where a file system's objects come from: pools in the kernel, wired or pageable, and a counted heap in tests.
public protocol ObjectSource {
  /// Memory for one object, of any content and aligned to 8; nil where there is none. May sleep.
  func allocate(_ kind: ObjectKind) -> UnsafeMutableRawPointer?

  /// Takes an object back. Never fails on what `allocate` answered for the kind.
  func free(_ object: UnsafeMutableRawPointer, _ kind: ObjectKind)
}
