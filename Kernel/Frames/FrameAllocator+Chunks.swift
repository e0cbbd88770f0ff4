import Primitives
import VMem

// Everything here runs under the allocator's lock.
extension FrameAllocator where Lock: ~Copyable {
  /// One more than the highest frame that ISA DMA reaches: 16 MiB.
  static var isaLimit: UInt32 { 0x1000 }

  /// The zone that the frames of `chunk` are in; zones begin at multiples of a chunk.
  func zone(ofChunk chunk: UInt32) -> Int {
    let frame = chunk * Self.chunkFrames
    return frame < Self.isaLimit ? 0 : frame + Self.chunkFrames <= directLimit ? 1 : 2
  }

  /// A free frame of a chunk of `zone` or a lower one. Constant time.
  func takeChunked(_ zone: FrameZone) -> FrameNumber? {
    for index in stride(from: Int(zone.rawValue), through: 0, by: -1) {
      let chunk = unsafe state.pointee.heads[index]
      guard chunk != Self.noChunk else { continue }
      let bits = unsafe chunks[Int(chunk)].free
      let bit = UInt32(truncatingIfNeeded: bits.trailingZeroBitCount)
      unsafe chunks[Int(chunk)].free = bits & (bits - 1)
      unsafe state.pointee.chunked[index] -= 1
      if bits & (bits - 1) == 0 { unlink(chunk, zone: index) }
      return FrameNumber(chunk * Self.chunkFrames + bit)
    }
    return nil
  }

  /// A frame of `zone` or a lower one from the arena: the first of a new chunk, else, where no aligned chunk is
  /// left, a frame on its own.
  func refill(_ zone: FrameZone) -> FrameNumber? {
    for index in stride(from: Int(zone.rawValue), through: 0, by: -1) {
      guard let range = fromArena(Self.chunkFrames, zone: index) else { continue }
      let chunk = range.first >> 12 / Self.chunkFrames
      unsafe chunks[Int(chunk)].isOwned = true
      unsafe chunks[Int(chunk)].free = .max - 1
      unsafe state.pointee.chunked[index] += Self.chunkFrames - 1
      link(chunk, zone: index)
      return FrameNumber(containing: range.first)
    }
    for index in stride(from: Int(zone.rawValue), through: 0, by: -1) {
      if let range = fromArena(1, zone: index) { return FrameNumber(containing: range.first) }
    }
    return nil
  }

  /// `count` frames, aligned to their count, of one zone.
  private func fromArena(_ count: UInt32, zone: Int) -> AddressRange<UInt32>? {
    let limits: InlineArray<4, UInt32> = [0, Self.isaLimit, max(Self.isaLimit, directLimit), 0x10_0000]
    guard limits[zone] < limits[zone + 1] else { return nil }
    var request = Request<UInt32>(count: count << 12)
    request.alignment = count << 12
    request.first = limits[zone] << 12
    request.last = (limits[zone + 1] - 1) << 12 | 0xFFF
    do throws(AllocationError<UInt32>) { return try arena.allocate(request) } catch { return nil }
  }

  /// Puts a frame, whose record says free, back where it came from: its chunk, or the arena. A chunk that is all
  /// free goes back to the arena if its zone has another frame to offer, so that a pair of calls at the edge does
  /// not move a chunk each time.
  func putBack(_ frame: FrameNumber) {
    let chunk = frame.rawValue / Self.chunkFrames
    guard unsafe chunks[Int(chunk)].isOwned else { return toArena(frame.rawValue, count: 1) }
    let zone = zone(ofChunk: chunk)
    let bits = unsafe chunks[Int(chunk)].free
    let bit: UInt32 = 1 << (frame.rawValue % Self.chunkFrames)
    precondition(bits & bit == 0, "a free frame was put back")
    unsafe chunks[Int(chunk)].free = bits | bit
    unsafe state.pointee.chunked[zone] += 1
    if bits == 0 { link(chunk, zone: zone) }
    if bits | bit == .max, unsafe state.pointee.chunked[zone] > Self.chunkFrames {
      release(chunk, zone: zone)
    }
  }

  /// Gives an all-free chunk back to the arena.
  func release(_ chunk: UInt32, zone: Int) {
    unlink(chunk, zone: zone)
    unsafe state.pointee.chunked[zone] -= Self.chunkFrames
    unsafe chunks[Int(chunk)].free = 0
    unsafe chunks[Int(chunk)].isOwned = false
    toArena(chunk * Self.chunkFrames, count: Self.chunkFrames)
  }

  func toArena(_ first: UInt32, count: UInt32) {
    let range = AddressRange(first: first << 12, last: (first + (count - 1)) << 12 | 0xFFF)
    do throws(FreeError<UInt32>) { try arena.free(range) } catch {
      // The arena handed out exactly this range and only this allocator frees in it (Frames-I2).
      preconditionFailure("the arena of frames lost a range")
    }
  }

  private func link(_ chunk: UInt32, zone: Int) {
    let head = unsafe state.pointee.heads[zone]
    unsafe chunks[Int(chunk)].next = head
    unsafe chunks[Int(chunk)].previous = Self.noChunk
    if head != Self.noChunk { unsafe chunks[Int(head)].previous = chunk }
    unsafe state.pointee.heads[zone] = chunk
  }

  func unlink(_ chunk: UInt32, zone: Int) {
    let (next, previous) = unsafe (chunks[Int(chunk)].next, chunks[Int(chunk)].previous)
    if next != Self.noChunk { unsafe chunks[Int(next)].previous = previous }
    if previous == Self.noChunk {
      unsafe state.pointee.heads[zone] = next
    } else {
      unsafe chunks[Int(previous)].next = next
    }
  }
}
