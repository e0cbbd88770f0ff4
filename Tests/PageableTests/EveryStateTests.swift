import Pageable
import Testing
import VMem

/// Every state that three pages on two slots and two resident frames can reach in a few steps.
@Suite struct EveryStateTests {
  enum Step: Hashable {
    case touch(Int, isWrite: Bool)
    case evict(UInt32)
    case submit
    case complete(Int, fails: Int?)
    case free(Int)
    case allocate(Int)
  }

  /// A history, replayed from the start: the state of a world cannot be copied.
  private final class Run {
    let world = World(frames: 96, residents: 2, slotCount: 3, processors: 1)
    var ranges: [Int: AddressRange<UInt32>] = [:]
    var complaint: String?

    init(_ steps: [Step]) {
      perform(.allocate(0))
      perform(.allocate(1))
      world.fixture.mmu.watched = [0xE0000, 0xE0001, 0xE0002]
      for step in steps { perform(step) }
      // The steps before the last were proven when they were the last.
      if complaint == nil { complaint = world.violation() }
    }

    private func page(_ index: Int) -> UInt32 { 0xE0000 + UInt32(index) }

    var possible: [Step] {
      var steps: [Step] = [.evict(1), .evict(2), .submit]
      for index in 0..<3 where ranges[index / 2] != nil {
        steps += [.touch(index, isWrite: false), .touch(index, isWrite: true)]
      }
      for index in 0..<2 { steps.append(ranges[index] == nil ? .allocate(index) : .free(index)) }
      for index in world.pending.indices {
        steps.append(.complete(index, fails: nil))
        for bad in 0..<world.pending[index].transfer.count { steps.append(.complete(index, fails: bad)) }
      }
      return steps
    }

    func perform(_ step: Step) {
      switch step {
      case .touch(let index, let isWrite):
        let touch = world.touch(page(index), isWrite: isWrite)
        switch touch {
        case .done, .waits, .failed(.unreadable): break
        default: complaint = "\(touch)"
        }
      case .evict(let count): _ = world.memory.evict(upTo: count, isForced: true)
      case .submit: world.submit()
      case .complete(let index, let bad):
        world.complete(index, bad.map { .failed(index: $0) } ?? .done, mixing: 2)
      case .free(let index):
        do { try world.free(ranges.removeValue(forKey: index)!) } catch { complaint = "\(error)" }
      case .allocate(let index):
        // Two pages at fixed addresses, then one.
        let first = page(2 * index) << 12
        var request = Request(
          exactly: AddressRange<UInt32>(first: first, last: first + (index == 0 ? 0x1FFF : 0xFFF)))
        request.owner = World.owner
        guard let range = try? world.memory.allocate(request) else { return }
        ranges[index] = range
        for page in range.first >> 12...range.last >> 12 { world.contents[page] = 0 }
      }
    }

    /// What tells one state from another.
    var key: String {
      var key = ""
      for index in 0..<3 {
        let state = world.memory.pageState(at: page(index) << 12).map { "\($0.rawValue)" } ?? "-"
        let entry = world.fixture.map.entry(of: .init(page(index)))
        key += "\(state)\(entry == nil ? "a" : entry!.isDirty ? "d" : "p")"
        key += "\(world.contents[page(index)] == 0 ? "z" : "w") "
      }
      let counts = world.memory.statistics
      key +=
        "\(counts.promised) \(counts.pinned) \(counts.freeSlots) \(counts.retiredSlots) \(counts.resident) "
      for pending in world.pending { key += "\(pending.transfer.isWrite)\(pending.transfer.count)" }
      return key
    }
  }

  @Test func allOfThemKeepTheInvariants() {
    var seen: Set<String> = []
    var frontier: [[Step]] = [[]]
    var states = 0
    for depth in 0..<6 {
      var next: [[Step]] = []
      for history in frontier {
        for step in Run(history).possible {
          let run = Run(history + [step])
          if let complaint = run.complaint {
            Issue.record("\(history + [step]): \(complaint)")
            return
          }
          if seen.insert(run.key).inserted { next.append(history + [step]) }
        }
      }
      states += next.count
      frontier = next
      // The search must not thin out for want of steps.
      #expect(!frontier.isEmpty, "depth \(depth)")
    }
    #expect(states > 500)
  }
}
