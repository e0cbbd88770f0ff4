import Primitives
import VMem

/// Physical frames: single ones in constant time, contiguous runs through an arena, owner and state for each.
///
/// The value is a handle to bookkeeping in storage that the creator hands in (law 4); copies name the same allocator.
/// Every method may be called at any time after `create`, from interrupt context too; none sleeps.
///
/// The theory, the layout and the invariants Frames-I1... are in `Frames.docc/Frames.md`.
@safe
public struct FrameAllocator<Lock: Locking & ~Copyable>: @unchecked Sendable {
  /// Frames in a chunk, the unit in which the arena feeds single allocations: one word of bits.
  static var chunkFrames: UInt32 { 32 }
  /// How many frames known to be all zero are remembered as such; 16 serve a 64 MiB mapping in small pages.
  static var zeroedCapacity: UInt32 { 16 }
  /// Chunk number that means "none" in the links of chunks.
  static var noChunk: UInt32 { .max }

  /// Thirty-two aligned frames. While owned, the arena has handed them all to the chunk.
  struct Chunk {
    /// Bit i: frame i of the chunk is free here.
    var free: UInt32 = 0
    var isOwned = false
    /// Neighbours in the zone's list of chunks with a free frame.
    var next: UInt32 = .max
    var previous: UInt32 = .max
  }

  /// In the storage that was handed in: its pointers lie in that storage and no further.
  @safe
  struct State: ~Copyable {
    let lock: Lock
    var arena: Arena<UInt32, Lock>
    /// First chunk with a free frame, by zone.
    var heads: InlineArray<3, UInt32>
    /// Free single frames in chunks, by zone.
    var chunked: InlineArray<3, UInt32>
    /// Frames that are free and all zero, each in state `free`; the first `zeroedCount` count.
    var zeroed: InlineArray<16, UInt32>
    var zeroedCount: UInt32
    /// One more than the highest frame; records and chunks exist below it.
    var frameLimit: UInt32
    /// One more than the highest frame of the direct map.
    var directLimit: UInt32
    var counts: FrameStatistics
    var fault: FaultPoint
    /// One for each frame below `frameLimit`.
    let records: UnsafeMutablePointer<FrameRecord>
    /// One for every thirty-two frames.
    let chunks: UnsafeMutablePointer<Chunk>
    /// The frames that are memory, ascending; the first `memoryCount` count.
    let memory: UnsafeMutablePointer<FrameRange>
    var memoryCount: Int
  }

  // One pointer and no more: handles are passed in registers all over the place.
  let state: UnsafeMutablePointer<State>

  var records: UnsafeMutablePointer<FrameRecord> { unsafe state.pointee.records }
  var chunks: UnsafeMutablePointer<Chunk> { unsafe state.pointee.chunks }
  var memory: UnsafeMutablePointer<FrameRange> { unsafe state.pointee.memory }

  init(state: UnsafeMutablePointer<State>) { unsafe self.state = state }

  /// The arena of physical addresses, quantum 4,096, for walks and statistics. Its owner is this allocator: do not
  /// allocate from it directly.
  public var arena: Arena<UInt32, Lock> { unsafe state.pointee.arena }

  /// One more than the number of the highest frame that has a record.
  public var frameLimit: UInt32 { unsafe state.pointee.frameLimit }

  /// One more than the number of the highest frame that the direct map reaches.
  public var directLimit: UInt32 { unsafe state.pointee.directLimit }

  /// Whether `frame` is memory, and the last frame from there on of which the same can be said.
  ///
  /// Worst case: linear in the ranges of the memory map, of which there are at most 64; constant beyond the last.
  public func memoryRun(at frame: FrameNumber) -> (isMemory: Bool, last: FrameNumber) {
    guard frame.rawValue < frameLimit else { return (false, FrameNumber(0xF_FFFF)) }
    // Below the limit is at least the last frame of memory, so the loop ends inside the table.
    var index = 0
    while unsafe memory[index].last < frame { index += 1 }
    let frames = unsafe memory[index]
    return frames.first <= frame ? (true, frames.last) : (false, FrameNumber(frames.first.rawValue - 1))
  }

  /// A fault point for every allocation of this allocator (law 9).
  public var fault: FaultPoint {
    get { unsafe state.pointee.fault }
    nonmutating set { unsafe state.pointee.fault = newValue }
  }
}

/// Counts of frames, all in frames; every frame of memory is in exactly one of the first four.
public struct FrameStatistics: Equatable, Sendable {
  /// Free, in whatever structure.
  public var free: UInt32 = 0
  public var single: UInt32 = 0
  public var run: UInt32 = 0
  public var reserved: UInt32 = 0
  /// All frames of memory below 4 GiB.
  public var total: UInt32 = 0
  /// Calls refused, since creation.
  public var refused: UInt32 = 0
}

/// Makes the n-th passage fail, once; 0 means never.
@frozen
public struct FaultPoint: Equatable, Sendable {
  @usableFromInline var countdown: UInt32

  /// Fails the `n`-th passage from now on, counted from 1; 0 fails none.
  public init(failing n: UInt32 = 0) { countdown = n }

  /// Whether a passage to come will fail.
  @inlinable public var isArmed: Bool { countdown != 0 }

  /// Whether this passage is the one that fails.
  public mutating func trips() -> Bool {
    if countdown == 0 { return false }
    countdown -= 1
    return countdown == 0
  }
}
