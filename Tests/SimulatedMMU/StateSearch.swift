import Frames
import Paging

/// One run of real code on the simulated machine, as a search through its states needs it.
public protocol SearchedRun: AnyObject {
  associatedtype Step: Hashable, Sendable

  /// What may happen next.
  var possible: [Step] { get }

  func perform(_ step: Step)

  /// The rule that this state breaks; nil where it breaks none.
  var violation: String? { get }

  /// Two runs with equal keys have the same future.
  var key: [UInt32] { get }
}

/// All states that at most `depth` steps reach, each visited once.
public struct StateSearch<Run: SearchedRun> {
  /// A way to a state that breaks a rule, and the rule.
  public struct Finding {
    public let steps: [Run.Step]
    public let violation: String
  }

  private let depth: Int
  private let start: () -> Run
  public private(set) var states = 0
  public private(set) var transitions = 0

  /// - Parameter start: Makes a run in the first state, the same each time.
  public init(depth: Int, from start: @escaping () -> Run) {
    self.depth = depth
    self.start = start
  }

  /// A shortest way to a state that breaks a rule; nil where there is none.
  public mutating func search() -> Finding? {
    var visited: Set<[UInt32]> = []
    var frontier: [(path: [Run.Step], possible: [Run.Step])] = [([], start().possible)]
    for _ in 0..<depth {
      var next: [(path: [Run.Step], possible: [Run.Step])] = []
      for (path, possible) in frontier {
        for step in possible {
          transitions += 1
          let run = replay(path + [step])
          if let violation = run.violation { return Finding(steps: path + [step], violation: violation) }
          guard visited.insert(run.key).inserted else { continue }
          states += 1
          next.append((path + [step], run.possible))
        }
      }
      frontier = next
    }
    return nil
  }

  private func replay(_ path: [Run.Step]) -> Run {
    let run = start()
    for step in path { run.perform(step) }
    return run
  }
}

extension Fixture {
  /// The first rule that anything cached by a processor breaks, and where; nil where none does. Of a cached translation
  /// `judge` says which it breaks, of directory entries this.
  public func firstViolation(judge: (_ page: UInt32, SimulatedMMU.Cached) -> String?) -> String? {
    for (number, processor) in mmu.processors.enumerated() {
      for (page, cached) in processor.translations {
        for translation in cached {
          if let found = judge(page, translation) { return "\(found): page \(page), processor \(number)" }
        }
      }
      for (index, entries) in processor.directoryEntries {
        for entry in entries {
          if let found = violation(directoryIndex: index, cached: entry) {
            return "\(found): table \(index), processor \(number)"
          }
        }
      }
    }
    return nil
  }

  /// The rule that a processor breaks by having `entry` cached for directory index `index`; nil where it breaks none.
  private func violation(directoryIndex index: UInt32, cached entry: UInt32) -> String? {
    let record = frames.record(of: FrameNumber(containing: entry))
    if record.state != .single || record.owner != Self.tableOwner {
      return "a processor walks a frame that is no table"
    }
    let current = map.directoryEntry(at: index).rawValue
    if current & 1 == 1 && current & ~0x60 != entry & ~0x60 { return "a processor walks an old table" }
    return nil
  }
}
