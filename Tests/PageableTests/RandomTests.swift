import Oracle
import Pageable
import Testing
import VMem

/// Long random histories against the model: every read compares, and every step proves Pageable-I1, Pageable-I2,
/// Pageable-I3, Pageable-I4, Pageable-I5 and Pageable-I6.
@Suite struct RandomTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    var residents: UInt32
    var slots: UInt32?
    var frames: UInt32
    /// Chances in a hundred that a transfer fails.
    var failures: Int
    /// Whether eviction is forced.
    var isForced = false
    var testDescription: String {
      "residents \(residents), slots \(slots ?? 0), failures \(failures)%\(isForced ? ", forced" : "")"
    }
  }

  static let settings = [
    Setting(residents: 1, slots: 64, frames: 160, failures: 0),
    Setting(residents: 3, slots: 40, frames: 160, failures: 0),
    Setting(residents: 8, slots: 64, frames: 160, failures: 0),
    Setting(residents: 8, slots: 200, frames: 160, failures: 20),
    Setting(residents: 20, slots: 64, frames: 96, failures: 3),
    Setting(residents: 8, slots: nil, frames: 120, failures: 0),
    Setting(residents: 8, slots: 64, frames: 160, failures: 10, isForced: true),
    Setting(residents: 8, slots: nil, frames: 120, failures: 0, isForced: true),
  ]

  @Test(arguments: settings, [UInt64(1), 2, 3]) func everyPageHoldsWhatWasWritten(
    setting: Setting, seed: UInt64
  ) throws {
    var dice = Dice(seed: seed)
    let world = World(
      frames: setting.frames, residents: setting.residents, slotCount: setting.slots,
      isForced: setting.isForced)
    var player = Player(world: world, failures: setting.failures)
    for step in 0..<3_000 {
      player.step(&dice)
      if let complaint = player.complaint {
        Issue.record("step \(step): \(complaint)")
        return
      }
      if step % 16 == 0, let violation = world.violation(everything: step % 256 == 0) {
        Issue.record("step \(step): \(violation)")
        return
      }
    }
    player.finish()
    #expect(player.complaint == nil)
    #expect(world.violation() == nil)
    #expect(player.touched > 200)
  }
}

private struct Player {
  let world: World
  let failures: Int
  private(set) var complaint: String?
  private(set) var touched = 0
  private var ranges: [AddressRange<UInt32>] = []
  private var watched: [UInt32] = []
  private let freeFrames: UInt32

  init(world: World, failures: Int) {
    self.world = world
    self.failures = failures
    freeFrames = world.fixture.freeFrames
  }

  mutating func step(_ dice: inout Dice) {
    // Whenever a lock is taken: most of the time.
    if dice.percent(70) { world.memory.hide() }
    switch dice.roll(0...99) {
    case 0..<4: allocate(&dice)
    case 4..<7: free(&dice)
    case 7..<60: touch(&dice)
    case 60..<70: _ = world.memory.evict(upTo: UInt32(dice.roll(1...8)), isForced: dice.percent(30))
    case 70..<82: world.submit()
    default: complete(&dice)
    }
  }

  private mutating func allocate(_ dice: inout Dice) {
    let pages = UInt32(dice.percent(10) ? dice.roll(10...1100) : dice.roll(2...9))
    let before = world.memory.statistics
    do {
      ranges.append(try world.allocate(pages: pages, hasGuard: dice.percent(30)))
      watch()
    } catch {
      let after = world.memory.statistics
      if after.promised != before.promised || after.pinned != before.pinned {
        complaint = "a refused allocation left something: \(error)"
      }
    }
  }

  private mutating func free(_ dice: inout Dice) {
    guard !ranges.isEmpty else { return }
    let range = ranges.remove(at: dice.roll(0...(ranges.count - 1)))
    do {
      try world.free(range)
      watch()
    } catch { complaint = "free failed: \(error)" }
  }

  /// Some of the pages are followed through the caches of both processors.
  private func watch() {
    world.fixture.mmu.watched = ranges.prefix(2).flatMap { range in (0..<3).map { range.first >> 12 + $0 } }
  }

  private mutating func touch(_ dice: inout Dice) {
    guard let range = dice.pick(ranges) else { return }
    let page = range.first >> 12 + UInt32(dice.roll(0...Int(min(range.countMinusOne >> 12, 11))))
    let touch = world.touch(page, isWrite: dice.percent(50), on: dice.roll(0...1))
    switch touch {
    case .done: touched += 1
    case .waits(let reason): if reason == .frames { _ = world.memory.evict(upTo: 2) }
    case .failed(.guardPage):
      if world.contents[page] != nil { complaint = "a page is taken for a guard page" }
    case .failed(.unreadable): if failures == 0 { complaint = "a page was lost" }
    case .wrong, .stale, .failed: complaint = "\(touch) at page \(page)"
    }
  }

  private mutating func complete(_ dice: inout Dice) {
    guard !world.pending.isEmpty else { return }
    // In any order.
    let index = dice.roll(0...(world.pending.count - 1))
    let count = world.pending[index].transfer.count
    let fails = dice.percent(failures)
    world.complete(
      index, fails ? .failed(index: dice.roll(0...(count - 1))) : .done, mixing: dice.roll(0...2))
  }

  /// Frees everything: the books are as at the start, but for slots that went bad.
  mutating func finish() {
    world.settle()
    for range in ranges { try? world.free(range) }
    world.settle()
    let counts = world.memory.statistics
    let isEmpty =
      counts.promised == 0 && counts.pinned == 0 && counts.directories == 0 && counts.resident == 0
      && counts.freeSlots == counts.slots - counts.retiredSlots
    if !isEmpty { complaint = "left over: \(counts)" }
    if world.fixture.freeFrames != freeFrames { complaint = "frames were lost" }
    if world.kva.statistics.inUse != 0 { complaint = "addresses were not given back" }
  }
}
