import Frames
import Paging
import Primitives

/// How many mappings of each memory type touch each 4 MiB of the physical addresses that are not memory.
///
/// One frame never has two memory types at once (VMap-I4). Memory is write-back always and needs no entry here. A
/// request whose 4 MiB blocks know no other type is granted by looking at one word a block; where types meet in one
/// block the mappings themselves are asked.
@safe
struct TypeLedger {
  /// Two counts a block: uncached, write-combining.
  private let counts: UnsafeMutablePointer<UInt32>

  static var storageSize: Int { 1024 * 2 * MemoryLayout<UInt32>.stride }

  /// The caller promises `storageSize` bytes, aligned to 4, that live as long as the ledger.
  @unsafe init(_ storage: UnsafeMutableRawPointer) {
    unsafe counts = storage.bindMemory(to: UInt32.self, capacity: 1024 * 2)
    unsafe counts.initialize(repeating: 0, count: 1024 * 2)
  }

  /// Where a type is counted: 0 for uncached, 1 for write-combining, which only that one sets the PAT bit for.
  @inline(__always)
  static func column(_ type: MemoryType) -> UInt32 { type == .uncached ? 0 : 1 }

  @inline(__always)
  static func column(smallEntry: UInt32) -> UInt32 { smallEntry >> 7 & 1 }

  @inline(__always)
  static func column(largeEntry: UInt32) -> UInt32 { largeEntry >> 12 & 1 }

  /// Whether `block` knows another type than that of `column`.
  @inline(__always)
  func knowsOther(block: UInt32, _ column: UInt32) -> Bool { count(block: block, column ^ 1) != 0 }

  /// The same for `blocks` of them from `block` on.
  @inline(__always)
  func knowsOther(from block: UInt32, _ blocks: UInt32, _ column: UInt32) -> Bool {
    for block in block..<block &+ blocks where knowsOther(block: block, column) { return true }
    return false
  }

  /// Changes the count of a block by `delta` modulo 2^32.
  @inline(__always)
  func count(_ delta: UInt32, block: UInt32, _ column: UInt32) {
    unsafe counts[Self.place(block, column)] &+= delta
  }

  /// The same for `blocks` of them from `block` on.
  @inline(__always)
  func count(_ delta: UInt32, from block: UInt32, _ blocks: UInt32, _ column: UInt32) {
    for block in block..<block &+ blocks { count(delta, block: block, column) }
  }

  /// The count of one block.
  @inline(__always)
  func count(block: UInt32, _ column: UInt32) -> UInt32 { unsafe counts[Self.place(block, column)] }

  /// Where a count is: in bounds, since a block is masked to 0...1023 and a column to 0...1.
  @inline(__always)
  private static func place(_ block: UInt32, _ column: UInt32) -> Int {
    Int(truncatingIfNeeded: (block & 1023) << 1 | column & 1)
  }
}

extension TypeLedger {
  /// Blocks that a range of frames touches, as the functions above want them.
  private static func blocks(_ frames: FrameRange) -> (first: UInt32, count: UInt32) {
    let first = frames.first.rawValue >> 10
    return (first, frames.last.rawValue >> 10 &- first &+ 1)
  }

  /// Whether a block that `frames` touches knows the other type. At most 1,024 blocks.
  func mayConflict(_ frames: FrameRange, _ type: MemoryType) -> Bool {
    let blocks = Self.blocks(frames)
    return knowsOther(from: blocks.first, blocks.count, Self.column(type))
  }

  func retain(_ frames: FrameRange, _ type: MemoryType) {
    let blocks = Self.blocks(frames)
    count(1, from: blocks.first, blocks.count, Self.column(type))
  }

  func release(_ frames: FrameRange, _ type: MemoryType) {
    let blocks = Self.blocks(frames)
    count(.max, from: blocks.first, blocks.count, Self.column(type))
  }
}
