import Traces

/// A bench program: the traces linked with something that allocates, at 32 bits.
public struct HostProgram: Sendable {
  public var path: String
  /// The same traces on a subject that answers at once. What they cost is subtracted.
  public var nullPath: String

  public init(path: String, nullPath: String) {
    self.path = path
    self.nullPath = nullPath
  }

  /// Seconds that one run may take.
  static let limit = 900

  struct Refused: Error, CustomStringConvertible {
    var trace: Trace
    var count: Double
    var description: String { "trace \(trace): \(Int(count)) requests refused that the peers grant" }
  }

  /// Instructions an operation: everything that the trace executes, less what it executes on the null subject.
  func mean(_ trace: Trace, population: Int, steps: Int) throws -> Double {
    let run = try Callgrind.run([path] + words(trace, population, steps), limit: Self.limit)
    let null = try Callgrind.run([nullPath] + words(trace, population, steps), limit: Self.limit)
    if trace != .failing, run.refusals > 0 { throw Refused(trace: trace, count: run.refusals) }
    return run.mean(less: null)
  }

  /// The most instructions that one call took, by the kind of call. The brackets around a call cost the same
  /// each time; the null subject's call of the same kind has nothing else.
  func worst(_ trace: Trace, population: Int, steps: Int) throws -> [String: Double] {
    let run = try Callgrind.run([path] + words(trace, population, steps) + ["each"], limit: Self.limit)
    let null = try Callgrind.run([nullPath] + words(trace, population, steps) + ["each"], limit: Self.limit)
    var worst: [String: Double] = [:]
    for (call, costs) in run.calls where !call.isEmpty {
      worst[call] = costs.worst - (null.calls[call]?.worst ?? 0)
    }
    return worst
  }

  /// Nanoseconds an operation, the trace's own included, the best of five runs: the others met interference.
  func time(_ trace: Trace, population: Int, steps: Int) throws -> Double {
    var best = Double.infinity
    for _ in 0..<5 {
      let run = try Callgrind.runBare([path] + words(trace, population, steps), limit: Self.limit)
      best = min(best, run.nanoseconds / run.operations)
    }
    return best
  }

  /// Bytes of bookkeeping handed in for each segment that fitted.
  func bytesPerSegment(segments: Int) throws -> Double {
    let run = try Callgrind.runBare([path] + words(.capacity, segments, 0), limit: Self.limit)
    return run.bytes / run.operations
  }

  private func words(_ trace: Trace, _ population: Int, _ steps: Int) -> [String] {
    ["\(trace.rawValue)", "\(population)", "\(steps)"]
  }
}

extension Callgrind {
  /// Instructions an operation beyond those of a run on a subject that answers at once, with as many operations.
  func mean(less null: Callgrind) -> Double { Self.mean(total, less: null.total, over: operations) }

  /// Counts are subtracted and then divided, so that what is a whole number comes out as one.
  static func mean(_ total: Double, less null: Double, over operations: Double) -> Double {
    (total - null) / operations
  }

  private var total: Double { calls.values.reduce(0) { $0 + $1.sum } }
}
