import Primitives
import VMem

/// What a contiguous run of frames must fulfil.
public struct RunRequest: Equatable, Sendable {
  /// Frames wanted, at least 1.
  public var count: UInt32
  /// The first frame's number is a multiple of this power of two.
  public var alignment: UInt32 = 1
  /// The run crosses no multiple of this many frames, a power of two not below `count`; 0 for no such limit.
  public var nocross: UInt32 = 0
  /// Lowest and highest frame allowed, both included.
  public var first = FrameNumber(0)
  public var last = FrameNumber(0xF_FFFF)

  public init(count: UInt32) { self.count = count }

  /// What an ISA DMA controller can reach: below 16 MiB, not across a multiple of 64 KiB (Intel 8237A: 16 bits of
  /// address, 8 bits of page register).
  public static func isaDMA(count: UInt32) -> RunRequest {
    var request = RunRequest(count: count)
    request.nocross = 16
    request.last = FrameNumber(0xFFF)
    return request
  }
}

extension FrameAllocator where Lock: ~Copyable {
  /// Hands out consecutive frames to `owner`. Fails only where no placement exists, or no tag to note one.
  ///
  /// Memory that is in no chunk comes first, then that of chunks that are wholly free, which go back to the arena; last,
  /// free frames wherever they are.
  ///
  /// Worst case: the arena's constrained allocation, twice; a look at each frame's record and an exact allocation for
  /// each chunk that the run touches; writing a record for each frame. Context: any; interrupts are off meanwhile, so
  /// large runs belong to boot and to threads.
  public func allocateRun(_ request: RunRequest, owner: Owner) throws(FrameError) -> FrameRange {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    guard request.count > 0, request.count <= 0xF_FFFF, !fault.trips(),
      let frames = runFromArena(request, owner: owner) ?? retryRun(request, owner: owner)
        ?? runFromPieces(request)
    else { throw refused(.noRun(count: request.count)) }
    mark(frames, .run, owner: owner)
    unsafe records[Int(frames.first.rawValue)].tag |= FrameRecord.runFirst
    unsafe records[Int(frames.last.rawValue)].tag |= FrameRecord.runLast
    unsafe state.pointee.counts.free -= frames.count
    unsafe state.pointee.counts.run += frames.count
    return frames
  }

  /// Takes back a whole run from `owner`.
  ///
  /// Never allocates; fails only where `frames` is not exactly a run that `owner` holds.
  /// Worst case: a free in the arena for each chunk that it touches, mostly one, and two looks at each frame's record.
  /// Context: as `allocateRun`.
  public func freeRun(_ frames: FrameRange, owner: Owner) throws(FrameError) {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    guard frames.last.rawValue < frameLimit else { throw .foreign(frames.last) }
    let record = unsafe records[Int(frames.first.rawValue)]
    guard record.state == .run else { throw explain(record, of: frames.first) }
    guard record.owner == owner else { throw .notOwner(frames.first, owner: record.owner) }
    guard isRun(frames) else { throw .notARun(frames) }
    mark(frames, .free, owner: .none)
    putBackPieces(frames)
    unsafe state.pointee.counts.run -= frames.count
    unsafe state.pointee.counts.free += frames.count
  }

  /// Whether `frames` begin and end with one run.
  private func isRun(_ frames: FrameRange) -> Bool {
    let (first, last) = (frames.first.rawValue, frames.last.rawValue)
    guard unsafe records[Int(first)].tag & FrameRecord.runFirst != 0 else { return false }
    for frame in first..<last where unsafe records[Int(frame)].tag & FrameRecord.runLast != 0 { return false }
    return unsafe records[Int(last)].tag & FrameRecord.runLast != 0
  }

  private func runFromArena(_ run: RunRequest, owner: Owner) -> FrameRange? {
    var request = Request<UInt32>(count: run.count << 12)
    request.policy = .bestFit
    request.owner = owner
    request.first = run.first.address
    request.last = run.last.address | 0xFFF
    guard run.alignment <= 0x8_0000, run.nocross <= 0x8_0000 else { return nil }
    request.alignment = run.alignment << 12
    request.nocross = run.nocross << 12
    do throws(AllocationError<UInt32>) {
      let range = try arena.allocate(request)
      return FrameRange(FrameNumber(containing: range.first), through: FrameNumber(containing: range.last))
    } catch { return nil }
  }

  /// A second attempt after all that is wholly free went back to the arena.
  private func retryRun(_ run: RunRequest, owner: Owner) -> FrameRange? {
    forgetZeroed()
    for zone in 0..<3 {
      var chunk = unsafe state.pointee.heads[zone]
      while chunk != Self.noChunk {
        let next = unsafe chunks[Int(chunk)].next
        if unsafe chunks[Int(chunk)].free == .max { release(chunk, zone: zone) }
        chunk = next
      }
    }
    return runFromArena(run, owner: owner)
  }
}
