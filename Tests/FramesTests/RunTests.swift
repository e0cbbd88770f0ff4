import Frames
import Primitives
import SimulatedMMU
import Testing
import VMem

/// Runs out of memory whose single frames were freed in ever new patterns.
@Suite struct RunTests {
  /// What a trial came to.
  struct Outcome {
    var granted = 0
    /// Requests for which a place exists and no run was found, until the arena had more tags.
    var wantingTags = 0
    /// Requests for which a place exists and no run was found although the arena had tags.
    var missed = 0
  }

  /// A run is found exactly if a look at all records finds one, with the usual tags: one for 16 frames.
  @Test(arguments: UInt64(0)..<20, [256, 2048] as [UInt32])
  func aRunFailsOnlyWhereNoneExists(seed: UInt64, frames: UInt32) throws {
    let outcome = try play(seed: seed, frames, tags: nil)
    #expect(outcome.missed == 0 && outcome.wantingTags == 0, "\(outcome)")
    #expect(outcome.granted > 0)
  }

  /// With far fewer tags some requests fail although a place exists, for that alone: with more tags the very same request
  /// is granted.
  @Test func withFewTagsOnlyTagsRunOut() throws {
    var wantingTags = 0
    for seed in UInt64(0)..<20 {
      let outcome = try play(seed: seed, 256, tags: 8)
      #expect(outcome.missed == 0)
      wantingTags += outcome.wantingTags
    }
    #expect(wantingTags > 0, "the case that this test is about did not come up")
  }

  private func play(seed: UInt64, _ count: UInt32, tags: Int?) throws -> Outcome {
    var random = SeededGenerator(seed: seed)
    var configuration = Fixture.Configuration()
    configuration.memoryFrames = count
    configuration.frameTags = tags
    let frames = Fixture.immortal(configuration).frames
    let (one, other) = (FrameAllocatorTests.one, FrameAllocatorTests.other)
    var outcome = Outcome()
    var held: [FrameNumber] = []
    while let frame = try? frames.allocate(owner: one) { held.append(frame) }
    held.shuffle(using: &random)
    for _ in 0..<Int.random(in: 20...Int(count) / 2, using: &random) {
      try frames.free(held.removeLast(), owner: one)
    }
    for _ in 0..<30 {
      let request = request(&random, count)
      let exists = (request.first.rawValue..<count).contains { isFree(frames, request, $0, count) }
      var run = try? frames.allocateRun(request, owner: other)
      if run == nil, exists {
        frames.arena.addStorage(UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16))
        run = try? frames.allocateRun(request, owner: other)
        if run == nil { outcome.missed += 1 } else { outcome.wantingTags += 1 }
      }
      #expect(run == nil || exists)
      try frames.checkInvariants()
      guard let run else { continue }
      outcome.granted += 1
      #expect(run.first >= request.first && run.last <= request.last && run.count == request.count)
      if run.count > 1 {
        let part = FrameRange(run.first, through: FrameNumber(run.last.rawValue - 1))
        #expect(throws: FrameError.notARun(part)) { try frames.freeRun(part, owner: other) }
      }
      if Bool.random(using: &random) { try frames.freeRun(run, owner: other) }
    }
    for frame in held { try frames.free(frame, owner: one) }
    try frames.checkInvariants()
    return outcome
  }

  private func request(_ random: inout SeededGenerator, _ count: UInt32) -> RunRequest {
    var request = RunRequest(count: UInt32.random(in: 1...12, using: &random))
    request.alignment = 1 << UInt32.random(in: 0...3, using: &random)
    if Bool.random(using: &random) { request.nocross = 16 }
    request.first = FrameNumber(UInt32.random(in: 0..<64, using: &random))
    request.last = FrameNumber(UInt32.random(in: count / 2..<count + count / 2, using: &random))
    return request
  }

  /// Whether `request` could be placed at `first`, by the records alone.
  private func isFree(
    _ frames: Fixture.Frames, _ request: RunRequest, _ first: UInt32, _ count: UInt32
  ) -> Bool {
    let last = first + request.count - 1
    return first % request.alignment == 0 && last <= request.last.rawValue && last < count
      && (request.nocross == 0 || first / 16 == last / 16)
      && (first...last).allSatisfy { frames.record(of: FrameNumber($0)).state == .free }
  }
}
