import Primitives

/// A file or directory.
struct Node {
  var isDirectory: Bool
  /// Levels of index blocks above the data of a file.
  var height: UInt8 = 0
  /// Unlike any other of the file system's life, until the count wraps.
  let number: UInt32
  /// Bytes of a file; entries of a directory.
  var size: UInt32 = 0
  /// The tree of a directory's entries.
  var entries: Place<Entry>?
  /// The topmost block of a file that is not empty.
  var blocks: Place<Block>?
  /// The directory that it is in; none for the root.
  var parent: Place<Node>?
}

/// A file or directory of a file system. Valid until it is removed.
public struct NodeReference: Equatable, Sendable {
  let place: Place<Node>

  public var isDirectory: Bool { place.value.isDirectory }
  public var number: UInt32 { place.value.number }
  /// Bytes of a file; entries of a directory.
  public var size: UInt32 { place.value.size }
}

/// A name in a directory. Its bytes lie right behind it.
struct Entry {
  /// The entries of a directory are a tree in the order of hash, then name.
  let hash: UInt32
  let nameLength: UInt8
  /// The level of an AA tree: 1 for leaves.
  var level: UInt8 = 1
  var left: Place<Entry>?
  var right: Place<Entry>?
  var node: Place<Node>

  var kind: ObjectKind {
    guard let kind = ObjectKind.entry(nameLength: Int(nameLength)) else {
      preconditionFailure("an entry with a name that is too long")
    }
    return kind
  }
}

/// 512 bytes: of a file, or references to blocks one level down.
struct Block {
  var words: InlineArray<64, UInt64>

  static var byteCount: Int { 512 }
  /// References in an index block.
  static var fanOut: UInt32 { UInt32(byteCount / MemoryLayout<Place<Block>?>.stride) }
}

extension Place where Value == Entry {
  /// The bytes of the name.
  func withName<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    // An entry is allocated with room for its name right behind it.
    let count = Int(value.nameLength)
    return unsafe withUnsafeMutablePointer(to: &value) { pointer in
      let bytes = unsafe UnsafeRawPointer(pointer).advanced(by: MemoryLayout<Entry>.size)
      return unsafe body(
        UnsafeBufferPointer(start: bytes.assumingMemoryBound(to: UInt8.self), count: count).span)
    }
  }
}

extension Place where Value == Block {
  /// The bytes of a block of data.
  func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
    unsafe withUnsafeMutablePointer(to: &value) {
      unsafe body(UnsafeMutableRawBufferPointer(start: $0, count: Block.byteCount))
    }
  }

  /// Reference number `index` of an index block.
  subscript(index: UInt32) -> Place<Block>? {
    get {
      precondition(index < Block.fanOut)
      // Index blocks hold nothing but references, all initialised.
      return unsafe withUnsafeMutablePointer(to: &value) {
        unsafe UnsafeMutableRawPointer($0).assumingMemoryBound(to: Place<Block>?.self)[Int(index)]
      }
    }
    nonmutating set {
      precondition(index < Block.fanOut)
      unsafe withUnsafeMutablePointer(to: &value) {
        unsafe UnsafeMutableRawPointer($0).assumingMemoryBound(to: Place<Block>?.self)[Int(index)] = newValue
      }
    }
  }
}
