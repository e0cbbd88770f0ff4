import Primitives
import VMem

// Runs whose frames lie in chunks that are partly in use, in part or all of them. Such a run is cut at the ends of the
// chunks that are owned: their frames are taken from the chunk's bits, the pieces between them from the arena, each
// exactly. While the run lives no chunk of it can go back and none can be formed, so freeing finds the same pieces.
// Everything here runs under the allocator's lock.
extension FrameAllocator where Lock: ~Copyable {
  /// The lowest free frames that fulfil `run`, wherever they are; nil where there are none.
  func runFromPieces(_ run: RunRequest) -> FrameRange? {
    guard run.alignment <= 0x8_0000, run.nocross <= 0x8_0000 else { return nil }
    let limit = min(run.last.rawValue &+ 1, frameLimit)
    var first = run.first.rawValue
    while let candidate = Self.place(run, atOrAbove: first), candidate <= limit,
      run.count <= limit - candidate
    {
      // From the end, so that a frame in use is passed in one step.
      var frame = candidate + run.count
      while frame > candidate, unsafe records[Int(frame - 1)].state == .free { frame -= 1 }
      guard frame == candidate else {
        first = frame
        continue
      }
      let frames = FrameRange(FrameNumber(candidate), through: FrameNumber(candidate + (run.count - 1)))
      if takePieces(frames) { return frames }
      // Another placement may need fewer tags.
      first = candidate + 1
    }
    return nil
  }

  /// The lowest first frame at or above `first` that agrees with alignment and nocross.
  private static func place(_ run: RunRequest, atOrAbove first: UInt32) -> UInt32? {
    let alignment = max(run.alignment, 1)
    guard alignment & (alignment - 1) == 0, run.nocross & (run.nocross &- 1) == 0 else { return nil }
    let aligned = (first + (alignment - 1)) & ~(alignment - 1)
    guard run.nocross > 0 else { return aligned }
    guard run.count <= run.nocross else { return nil }
    let room = run.nocross - aligned & (run.nocross - 1)
    guard run.count > room else { return aligned }
    let next = aligned + room
    return (next + (alignment - 1)) & ~(alignment - 1)
  }

  /// Takes all of `frames`, every one free; false, and nothing changed, where the arena has no tag for a piece.
  private func takePieces(_ frames: FrameRange) -> Bool {
    var done: FrameRange?
    let isComplete = eachPiece(of: frames) { piece, isOwned in
      if isOwned {
        takeBits(piece)
      } else if !claim(piece) {
        return false
      }
      done = FrameRange(frames.first, through: piece.last)
      return true
    }
    if !isComplete, let done { putBackPieces(done) }
    return isComplete
  }

  /// Gives back what `takePieces` took, or all of a run from the arena, which is one piece.
  func putBackPieces(_ frames: FrameRange) {
    _ = eachPiece(of: frames) { piece, isOwned in
      if isOwned {
        for frame in piece.first.rawValue...piece.last.rawValue { putBack(FrameNumber(frame)) }
      } else {
        toArena(piece.first.rawValue, count: piece.count)
      }
      return true
    }
  }

  /// Calls `body` with each part of `frames` that lies in one owned chunk, and each part between such chunks, until it
  /// returns false; whether it never did.
  private func eachPiece(of frames: FrameRange, _ body: (FrameRange, _ isOwned: Bool) -> Bool) -> Bool {
    var first = frames.first.rawValue
    while true {
      let isOwned = unsafe chunks[Int(first / Self.chunkFrames)].isOwned
      var last = min(first | (Self.chunkFrames - 1), frames.last.rawValue)
      while !isOwned, last < frames.last.rawValue,
        unsafe !chunks[Int((last + 1) / Self.chunkFrames)].isOwned
      {
        last = min((last + 1) | (Self.chunkFrames - 1), frames.last.rawValue)
      }
      guard body(FrameRange(FrameNumber(first), through: FrameNumber(last)), isOwned) else { return false }
      guard last < frames.last.rawValue else { return true }
      first = last + 1
    }
  }

  /// Takes frames out of the bits of their chunk.
  private func takeBits(_ piece: FrameRange) {
    let chunk = piece.first.rawValue / Self.chunkFrames
    let ones = UInt32.max >> (Self.chunkFrames - piece.count)
    let mask = ones << (piece.first.rawValue % Self.chunkFrames)
    let bits = unsafe chunks[Int(chunk)].free
    precondition(bits & mask == mask, "a frame of a chunk is not free")
    unsafe chunks[Int(chunk)].free = bits & ~mask
    unsafe state.pointee.chunked[zone(ofChunk: chunk)] -= piece.count
    if bits == mask { unlink(chunk, zone: zone(ofChunk: chunk)) }
  }

  /// Takes frames from the arena; false where it has no tag.
  private func claim(_ piece: FrameRange) -> Bool {
    let range = AddressRange(first: piece.first.address, last: piece.last.address | 0xFFF)
    do throws(AllocationError<UInt32>) { _ = try arena.claim(range) } catch { return false }
    return true
  }
}
