import Primitives
import SimulatedMMU
import Testing
import VMem

@testable import Frames

/// The checker must find what it looks for: each invariant is broken behind the allocator's back, and named.
@Suite struct BrokenInvariantTests {
  private let owner = Owner(rawValue: 11)
  private let frames = Fixture.immortal().frames

  /// A frame that somebody has, whose chunk has others that are free.
  private func taken() throws -> FrameNumber {
    let frame = try frames.allocate(owner: owner)
    try frames.checkInvariants()
    return frame
  }

  private func chunk(of frame: FrameNumber) -> Int { Int(frame.rawValue / 32) }

  @Test("Frames-I1: a count that is not that of the records")
  func count() throws {
    _ = try taken()
    let right = frames.statistics
    frames.state.pointee.counts.single += 1
    #expect(throws: FramesViolation.counts(expected: frames.statistics, found: right)) {
      try frames.checkInvariants()
    }
  }

  @Test("Frames-I2: the arena gave away what is free for the allocator")
  func arena() throws {
    _ = try taken()
    let range = try frames.arena.allocate(Request(count: 4096))
    let frame = FrameNumber(range.first >> 12)
    #expect(throws: FramesViolation.arena(frame)) { try frames.checkInvariants() }
  }

  @Test("Frames-I3: a bit on a frame that somebody has, and one that is missing")
  func bit() throws {
    let frame = try taken()
    let (chunk, bit) = (chunk(of: frame), UInt32(1) << (frame.rawValue % 32))
    frames.chunks[chunk].free |= bit
    #expect(throws: FramesViolation.chunk(UInt32(chunk))) { try frames.checkInvariants() }
    frames.chunks[chunk].free &= ~bit
    try frames.checkInvariants()
    frames.chunks[chunk].free &= frames.chunks[chunk].free - 1
    #expect(throws: FramesViolation.chunk(UInt32(chunk))) { try frames.checkInvariants() }
  }

  @Test("Frames-I3: a bit in a chunk that nobody owns")
  func unowned() throws {
    _ = try taken()
    let unowned = try #require((0..<Int(frames.frameLimit / 32)).last { !frames.chunks[$0].isOwned })
    frames.chunks[unowned].free = 1
    #expect(throws: FramesViolation.chunk(UInt32(unowned))) { try frames.checkInvariants() }
  }

  @Test("Frames-I4: a chunk with free frames that is on no list")
  func list() throws {
    let frame = try taken()
    let zone = try #require((0..<3).first { frames.state.pointee.heads[$0] == UInt32(chunk(of: frame)) })
    frames.state.pointee.heads[zone] = .max
    #expect(throws: FramesViolation.list(zone: zone)) { try frames.checkInvariants() }
  }

  @Test("Frames-I5: a frame remembered as zero that somebody has")
  func zeroedAndTaken() throws {
    let frame = try taken()
    frames.state.pointee.zeroed[0] = frame.rawValue
    frames.state.pointee.zeroedCount = 1
    #expect(throws: FramesViolation.zeroed(frame)) { try frames.checkInvariants() }
  }

  @Test("Frames-I5: a frame remembered as zero twice")
  func zeroedTwice() throws {
    let frame = try frames.allocate(in: .direct, owner: owner)
    try frames.free(frame, owner: owner, isZero: true)
    try frames.checkInvariants()
    let count = Int(frames.state.pointee.zeroedCount)
    #expect(count == 1)
    frames.state.pointee.zeroed[count] = frame.rawValue
    frames.state.pointee.zeroedCount += 1
    #expect(throws: FramesViolation.zeroed(frame)) { try frames.checkInvariants() }
  }
}
