import Traces

/// The figures of one bench program.
public struct HostBench: Sendable {
  public var program: HostProgram
  /// What the names of the figures begin with: `arena`, `c.arena`.
  public var prefix: String
  public var effort: Effort

  /// The whole traces, or as much as every test run can afford.
  public enum Effort: Sendable {
    case whole, short

    var steps: Int { self == .whole ? 200_000 : 20_000 }
    var pairs: Int { self == .whole ? 100_000 : 2000 }
    /// In the states made to be bad: each step is about 30 calls, and each call is a dump of callgrind's.
    var stepsInBadStates: Int { self == .whole ? 64 : 12 }
    var populations: [(String, Int)] {
      let all = [("1e3", 1000), ("1e4", 10_000), ("1e5", 100_000), ("1e6", 1_000_000)]
      return self == .whole ? all : Array(all.prefix(2))
    }
  }

  public init(_ program: HostProgram, prefix: String, effort: Effort) {
    self.program = program
    self.prefix = prefix
    self.effort = effort
  }

  /// All of them, in the order of the table. `progress` is told what is next.
  public func run(progress: (String) -> Void) throws -> [Reading] {
    var all: [Reading] = []
    func add(_ name: String, _ unit: String, _ measure: () throws -> Double) rethrows {
      progress("\(prefix).\(name)")
      all.append(Reading("\(prefix).\(name)", unit, try measure()))
    }
    func mean(_ name: String, _ trace: Trace, _ population: Int = 0, steps: Int) throws {
      try add(name, "instructions") { try program.mean(trace, population: population, steps: steps) }
    }
    func worst(_ name: String, _ trace: Trace) throws {
      try add(name, "instructions") {
        try program.worst(trace, population: 0, steps: effort.steps).values.max() ?? .nan
      }
    }
    try mean("T1.op", .churn, steps: effort.steps)
    try worst("T1.max", .churn)
    try mean("T2.op", .constrainedChurn, steps: effort.steps)
    try worst("T2.max", .constrainedChurn)
    for (name, population) in effort.populations {
      try mean("T3.\(name)", .population, population, steps: effort.steps)
    }
    if effort == .whole {
      try add("T3.1e6.ns", "nanoseconds") {
        try program.time(.population, population: 1_000_000, steps: effort.steps)
      }
    }
    try mean("T4.pair", .pair, steps: effort.pairs)
    try mean("T4q.pair", .cachedPair, steps: effort.pairs)
    try mean("T5.op", .bestFitChurn, steps: effort.steps)
    try mean("T6.call", .failing, 10_000, steps: 1)
    try mean("T7.pair", .exactPair, steps: effort.pairs)
    try add("bytesPerSegment", "bytes") {
      try program.bytesPerSegment(segments: 100_000)
    }
    progress("\(prefix).worst")
    return all + (try worstStates())
  }

  /// The worst call of each kind in the states of `TraceRunner.runWorstStates`.
  private func worstStates() throws -> [Reading] {
    let worst = try program.worst(.worstStates, population: 10_000, steps: effort.stepsInBadStates)
    return TraceCall.allCases.compactMap { call in
      worst["\(call)"].map { Reading("\(prefix).worst.\(call)", "instructions", $0) }
    }
  }
}
