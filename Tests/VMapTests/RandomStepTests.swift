import Frames
import Paging
import SimulatedMMU
import Testing
import VMap

/// A window and what ought to be mapped in it, page by page, kept by the test itself.
struct ModelledWindow {
  struct Live {
    var address: UInt32
    var first: Int
    var pages: Int
    /// What the test frees after unmapping.
    var borrowed: [FrameNumber]
  }

  static let pages = 3072

  let fixture = Fixture.window(pages: UInt32(Self.pages))
  /// Frame by page of the window; nil where nothing is mapped.
  var expected: [UInt32?] = Array(repeating: nil, count: Self.pages)
  var live: [Live] = []
  var random: SeededGenerator
  var refusals = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// One random call; afterwards the real entries of the pages that it touched are what the model says.
  mutating func step() throws {
    if live.isEmpty || live.count < 40 && Int.random(in: 0..<5, using: &random) < 3 {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: try mapList()
      default: try mapDevice()
      }
    } else {
      try unmap(at: Int.random(in: live.indices, using: &random))
    }
  }

  /// Mostly a few pages, now and then megabytes.
  private mutating func randomCount() -> Int {
    Int.random(in: 0..<64, using: &random) == 0
      ? Int.random(in: 1...2500, using: &random) : 1 << Int.random(in: 0...5, using: &random)
  }

  private mutating func mapDevice() throws {
    let count = randomCount()
    let frame = UInt32.random(in: 0xF0000...0xF0FFF, using: &random)
    var options = MappingOptions(owner: driver)
    options.hasGuardPage = Int.random(in: 0..<4, using: &random) == 0
    options.mayUseLargePages = Bool.random(using: &random)
    let offset = UInt32.random(in: 0...0xFFF, using: &random)
    let size = UInt32(count) << 12 - offset
    let window = fixture.window
    let result = Result { try window.vmap(frame << 12 + offset, size: size, options) }
    try note(result, (0..<count).map { frame + UInt32($0) }, options, borrowed: [])
  }

  private mutating func mapList() throws {
    let isOwned = Bool.random(using: &random)
    let frames = try fixture.takeFrames(Int.random(in: 1...40, using: &random))
    let window = fixture.window
    let options = MappingOptions(owner: driver)
    let result = Result { try window.vmapPages(frames, options, isOwned: isOwned) }
    try note(result, frames.map(\.rawValue), options, borrowed: isOwned ? [] : frames)
    guard case .failure = result else { return }
    for frame in frames { try fixture.frames.free(frame, owner: driver) }
  }

  /// Enters a mapping into the model, or proves that it had to be refused.
  private mutating func note(
    _ result: Result<Mapping, any Error>, _ frames: [UInt32], _ options: MappingOptions,
    borrowed: [FrameNumber]
  ) throws {
    guard case .success(let mapping) = result else {
      refusals += 1
      #expect(longestFreeRun < frames.count + (options.hasGuardPage ? 1 : 0), "a false failure")
      return
    }
    let first = Int(mapping.address >> 12) - 0xE0000
    for (index, frame) in frames.enumerated() {
      if expected[first + index] != nil { Issue.record("page \(first + index) was handed out twice") }
      expected[first + index] = frame
    }
    live.append(Live(address: mapping.address, first: first, pages: frames.count, borrowed: borrowed))
    compare(first..<first + frames.count)
  }

  private mutating func unmap(at index: Int) throws {
    let mapping = live.remove(at: index)
    try fixture.window.vunmap(mapping.address, isDeferred: Bool.random(using: &random))
    for frame in mapping.borrowed { try fixture.frames.free(frame, owner: driver) }
    for page in mapping.first..<mapping.first + mapping.pages { expected[page] = nil }
    compare(mapping.first..<mapping.first + mapping.pages)
  }

  private var longestFreeRun: Int {
    var (longest, run) = (0, 0)
    for frame in expected {
      run = frame == nil ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  /// Reads entries back, without the code under test: directory and tables as the processor would.
  func compare(_ pages: Range<Int>) {
    for page in pages {
      let number = 0xE0000 + UInt32(page)
      let directoryEntry = fixture.mmu.load(fixture.mmu.directory, number >> 10)
      var found: UInt32?
      if directoryEntry & 0x81 == 0x81 {
        found = (directoryEntry >> 22) << 10 + number & 1023
      } else if directoryEntry & 1 == 1 {
        let entry = fixture.mmu.load(FrameNumber(directoryEntry >> 12), number & 1023)
        found = entry & 1 == 1 ? entry >> 12 : nil
      }
      if found != expected[page] {
        Issue.record(
          "page \(page) maps \(String(describing: found)), not \(String(describing: expected[page]))")
      }
    }
  }

  /// Unmaps all that lives.
  mutating func finish() throws {
    while !live.isEmpty { try unmap(at: live.count - 1) }
    try fixture.expectEmpty()
  }
}

@Suite struct RandomStepTests {
  /// A million steps in ten runs, each of another seed. After every step the entries that it touched are read back,
  /// every thousand steps all of them, every ten thousand the invariants are proven.
  /// They are VMap-I1, VMap-I2, VMap-I3 and VMap-I4 by the window's check, Paging-I1, Paging-I2, Paging-I3, Paging-I4,
  /// Paging-I6 and Paging-I7 by the page map's. VMap-I5 is the model's: it knows when a range is free.
  @Test(arguments: 0..<10) func aHundredThousandSteps(seed: UInt64) throws {
    var window = ModelledWindow(seed: seed)
    for step in 0..<100_000 {
      try window.step()
      if step % 1000 == 0 { window.compare(0..<ModelledWindow.pages) }
      if step % 10_000 == 0 {
        window.fixture.window.drain()
        try window.fixture.window.checkInvariants()
        try window.fixture.map.checkInvariants()
        try window.fixture.frames.checkInvariants()
      }
    }
    #expect(window.refusals > 0, "the window was never full")
    try window.finish()
  }
}
