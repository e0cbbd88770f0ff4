import Frames
import Primitives
import SimulatedMMU
import Testing

@Suite struct FrameAllocatorTests {
  static let one = Owner(rawValue: 11)
  static let other = Owner(rawValue: 12)

  @Test func everyFrameOnceAndAllBack() throws {
    let frames = Fixture.immortal().frames
    let before = frames.statistics
    var seen = Set<FrameNumber>()
    for _ in 0..<before.free { seen.insert(try frames.allocate(owner: Self.one)) }
    #expect(seen.count == Int(before.free))
    #expect(throws: FrameError.exhausted(.anywhere)) { _ = try frames.allocate(owner: Self.one) }
    try frames.checkInvariants()
    for frame in seen.shuffled() { try frames.free(frame, owner: Self.one) }
    try frames.checkInvariants()
    #expect(frames.statistics.free == before.free)
    // Nothing stays behind in pieces: all that was one run is one again.
    let run = try frames.allocateRun(RunRequest(count: 4096 - 32), owner: Self.one)
    #expect(run.count == 4096 - 32)
  }

  @Test func wrongFreesAreErrorsAndChangeNothing() throws {
    let frames = Fixture.immortal().frames
    let frame = try frames.allocate(owner: Self.one)
    let run = try frames.allocateRun(RunRequest(count: 4), owner: Self.one)
    let before = frames.statistics
    #expect(throws: FrameError.notOwner(frame, owner: Self.one)) { try frames.free(frame, owner: Self.other) }
    #expect(throws: FrameError.foreign(FrameNumber(0x1000))) {
      try frames.free(FrameNumber(0x1000), owner: Self.one)
    }
    #expect(throws: FrameError.foreign(FrameNumber(0xF_FFFF))) {
      try frames.free(FrameNumber(0xF_FFFF), owner: Self.one)
    }
    #expect(throws: FrameError.reserved(FrameNumber(0), owner: Fixture.boot)) {
      try frames.free(FrameNumber(0), owner: Self.one)
    }
    #expect(throws: FrameError.partOfRun(run.first, owner: Self.one)) {
      try frames.free(run.first, owner: Self.one)
    }
    let part = FrameRange(run.first, through: FrameNumber(run.last.rawValue - 1))
    #expect(throws: FrameError.notARun(part)) { try frames.freeRun(part, owner: Self.one) }
    #expect(throws: FrameError.notOwner(run.first, owner: Self.one)) {
      try frames.freeRun(run, owner: Self.other)
    }
    #expect(frames.statistics == before)
    try frames.free(frame, owner: Self.one)
    #expect(throws: FrameError.doubleFree(frame)) { try frames.free(frame, owner: Self.one) }
    try frames.freeRun(run, owner: Self.one)
    #expect(throws: FrameError.doubleFree(run.first)) { try frames.freeRun(run, owner: Self.one) }
    try frames.checkInvariants()
  }

  @Test func zonesAreKeptForThoseWhoNeedThem() throws {
    var configuration = Fixture.Configuration()
    configuration.memoryFrames = 0x3000
    configuration.directLimit = 0x2000
    let frames = Fixture.immortal(configuration).frames
    #expect(try frames.allocate(owner: Self.one).rawValue >= 0x2000)
    #expect((0x1000..<0x2000).contains(try frames.allocate(in: .direct, owner: Self.one).rawValue))
    #expect(try frames.allocate(in: .isa, owner: Self.one).rawValue < 0x1000)
    for _ in 0..<0xFFD { _ = try frames.allocate(in: .isa, owner: Self.one) }
    #expect(throws: FrameError.exhausted(.isa)) { _ = try frames.allocate(in: .isa, owner: Self.one) }
    try frames.checkInvariants()
  }

  @Test(arguments: [1, 2, 15, 16] as [UInt32])
  func runsForISADMA(count: UInt32) throws {
    let frames = Fixture.immortal().frames
    for _ in 0..<100 {
      let run = try frames.allocateRun(.isaDMA(count: count), owner: Self.one)
      #expect(run.first.rawValue / 16 == run.last.rawValue / 16)
      #expect(run.last.rawValue < 0x1000)
    }
    try frames.checkInvariants()
  }

  @Test func runsTakeBackFreeChunks() throws {
    let frames = Fixture.immortal().frames
    var all: [FrameNumber] = []
    while let frame = try? frames.allocate(owner: Self.one) { all.append(frame) }
    for frame in all { try frames.free(frame, owner: Self.one, isZero: true) }
    #expect(try frames.allocateRun(RunRequest(count: 4094), owner: Self.one).count == 4094)
  }

  @Test(arguments: 1...5) func theNthAllocationFails(n: Int) throws {
    let frames = Fixture.immortal().frames
    let before = frames.statistics
    frames.fault = FaultPoint(failing: UInt32(n))
    for _ in 1..<n { _ = try frames.allocate(owner: Self.one) }
    #expect(throws: FrameError.exhausted(.direct)) { _ = try frames.allocateForTable(owner: Self.one) }
    #expect(frames.statistics.single == before.single + UInt32(n - 1))
    _ = try frames.allocate(owner: Self.one)
    try frames.checkInvariants()
  }

  /// Bookkeeping is at most 16 bytes a frame, tags included, from 4 MiB to 3.5 GiB.
  @Test(arguments: [1024, 4096, 0x2_0000, 0xE_0000] as [UInt32])
  func sixteenBytesAFrame(limit: UInt32) {
    let tags = Int(limit / 16) + 40
    let arena = 64 + 32 * tags + 512
    #expect(Fixture.Frames.storageSize(frameLimit: limit) + arena <= 16 * Int(limit))
  }

  /// Frames-I1, Frames-I2, Frames-I3, Frames-I4 and Frames-I5, every 500 calls and at the end.
  @Test func randomCallsKeepTheInvariants() throws {
    let frames = Fixture.immortal().frames
    var singles: [FrameNumber] = []
    var runs: [FrameRange] = []
    for step in 0..<20_000 {
      switch UInt32.random(in: 0..<6) {
      case 0, 1:
        let zone = FrameZone.allCases.randomElement()!
        if let frame = try? frames.allocate(in: zone, owner: Self.one) { singles.append(frame) }
      case 2, 3:
        guard !singles.isEmpty else { continue }
        let frame = singles.remove(at: Int.random(in: 0..<singles.count))
        try frames.free(frame, owner: Self.one, isZero: Bool.random())
      case 4:
        var request = RunRequest(count: UInt32.random(in: 1...64))
        request.alignment = 1 << UInt32.random(in: 0...6)
        if let run = try? frames.allocateRun(request, owner: Self.other) {
          #expect(run.first.rawValue % request.alignment == 0)
          runs.append(run)
        }
      default:
        guard !runs.isEmpty else { continue }
        try frames.freeRun(runs.remove(at: Int.random(in: 0..<runs.count)), owner: Self.other)
      }
      if step % 500 == 0 { try frames.checkInvariants() }
    }
    try frames.checkInvariants()
  }
}
