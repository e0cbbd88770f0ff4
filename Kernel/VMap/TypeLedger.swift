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

  /// Whether a block that `frames` touches knows the other type. At most 1,024 blocks.
  func mayConflict(_ frames: FrameRange, _ type: MemoryType) -> Bool {
    for block in frames.first.rawValue >> 10...frames.last.rawValue >> 10
    where count(block: block, type == .uncached ? .writeCombining : .uncached) != 0 { return true }
    return false
  }

  func retain(_ frames: FrameRange, _ type: MemoryType) { add(1, frames, type) }

  func release(_ frames: FrameRange, _ type: MemoryType) { add(.max, frames, type) }

  /// Changes the count of one block by `delta` modulo 2^32.
  @inline(__always)
  func add(_ delta: UInt32, block: UInt32, _ type: MemoryType) {
    unsafe counts[Self.place(block, type)] &+= delta
  }

  private func add(_ delta: UInt32, _ frames: FrameRange, _ type: MemoryType) {
    for block in frames.first.rawValue >> 10...frames.last.rawValue >> 10 {
      add(delta, block: block, type)
    }
  }

  /// The count of one block.
  func count(block: UInt32, _ type: MemoryType) -> UInt32 { unsafe counts[Self.place(block, type)] }

  /// Where a count is: in bounds, since a block is masked to 0...1023 and the rest is 0 or 1.
  private static func place(_ block: UInt32, _ type: MemoryType) -> Int {
    Int(block & 1023) << 1 | (type == .uncached ? 0 : 1)
  }
}
