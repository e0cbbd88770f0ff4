import Primitives
import VMem

/// The first invariant of Frames.md that does not hold, with the frame or chunk where it fails.
public enum FramesViolation: Error, Equatable, Sendable {
  /// Frames-I1: the counts are not the numbers of records in each state.
  case counts(expected: FrameStatistics, found: FrameStatistics)
  /// Frames-I2: a frame's state and the arena's opinion of it differ.
  case arena(FrameNumber)
  /// Frames-I3: a chunk's free bit on a frame that is not free, or on a chunk that is not owned.
  case chunk(UInt32)
  /// Frames-I4: a chunk with free frames is not on its zone's list exactly once, or one without is.
  case list(zone: Int)
  /// Frames-I5: a frame remembered as zero is not free, is not in the direct map, or is remembered elsewhere or twice.
  case zeroed(FrameNumber)
}

extension FrameAllocator where Lock: ~Copyable {
  /// Counts of frames by state. Constant time.
  public var statistics: FrameStatistics {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    return unsafe state.pointee.counts
  }

  /// Proves Frames-I1 to Frames-I5, or throws the first that fails. Linear in frames; for tests.
  public func checkInvariants() throws(FramesViolation) {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    try checkCounts()
    try checkChunks()
    try checkLists()
    try checkZeroed()
    try checkArena()
  }

  private func checkCounts() throws(FramesViolation) {
    var found = FrameStatistics()
    for frame in 0..<frameLimit {
      switch unsafe records[Int(frame)].state {
      case .absent: continue
      case .free: found.free += 1
      case .single: found.single += 1
      case .run: found.run += 1
      case .reserved: found.reserved += 1
      }
      found.total += 1
    }
    let expected = unsafe state.pointee.counts
    found.refused = expected.refused
    guard expected == found else { throw .counts(expected: expected, found: found) }
  }

  private func checkChunks() throws(FramesViolation) {
    for chunk in 0..<Self.chunkCount(frameLimit) {
      let entry = unsafe chunks[Int(chunk)]
      guard entry.isOwned || entry.free == 0 else { throw .chunk(chunk) }
      for bit in 0..<Self.chunkFrames where entry.isOwned {
        let frame = chunk * Self.chunkFrames + bit
        let state = record(of: FrameNumber(frame)).state
        let isFree = entry.free >> bit & 1 == 1
        guard isFree ? state == .free : state == .single || state == .run || isZeroed(frame) else {
          throw .chunk(chunk)
        }
      }
    }
  }

  private func checkLists() throws(FramesViolation) {
    for zone in 0..<3 {
      var (onList, bits, previous) = (UInt32(0), UInt32(0), Self.noChunk)
      var chunk = unsafe state.pointee.heads[zone]
      while chunk != Self.noChunk {
        let entry = unsafe chunks[Int(chunk)]
        guard entry.previous == previous, entry.free != 0, self.zone(ofChunk: chunk) == zone,
          onList <= Self.chunkCount(frameLimit)
        else { throw .list(zone: zone) }
        onList += 1
        bits += UInt32(entry.free.nonzeroBitCount)
        (previous, chunk) = (chunk, entry.next)
      }
      var withFree: UInt32 = 0
      for chunk in 0..<Self.chunkCount(frameLimit) where self.zone(ofChunk: chunk) == zone {
        if unsafe chunks[Int(chunk)].free != 0 { withFree += 1 }
      }
      guard onList == withFree, unsafe bits == state.pointee.chunked[zone] else { throw .list(zone: zone) }
    }
  }

  private func checkZeroed() throws(FramesViolation) {
    for index in 0..<Int(unsafe state.pointee.zeroedCount) {
      let frame = unsafe state.pointee.zeroed[index]
      let entry = unsafe chunks[Int(frame / Self.chunkFrames)]
      var isTwice = entry.isOwned && entry.free >> (frame % Self.chunkFrames) & 1 == 1
      for earlier in 0..<index where unsafe state.pointee.zeroed[earlier] == frame { isTwice = true }
      guard record(of: FrameNumber(frame)).state == .free, !isTwice, frame < directLimit else {
        throw .zeroed(FrameNumber(frame))
      }
    }
  }

  private func isZeroed(_ frame: UInt32) -> Bool {
    for index in 0..<Int(unsafe state.pointee.zeroedCount)
    where unsafe state.pointee.zeroed[index] == frame { return true }
    return false
  }

  /// A frame is free for the arena exactly if it is free, in no chunk and not remembered as zero.
  private func checkArena() throws(FramesViolation) {
    var wrong: FrameNumber?
    arena.walk { segment in
      for frame in segment.range.first >> 12...segment.range.last >> 12 {
        let isLoose =
          unsafe records[Int(frame)].state == .free && !isZeroed(frame)
          && !chunks[Int(frame / Self.chunkFrames)].isOwned
        if isLoose != (segment.kind == .free) { wrong = wrong ?? FrameNumber(frame) }
      }
    }
    if let wrong { throw .arena(wrong) }
  }
}
