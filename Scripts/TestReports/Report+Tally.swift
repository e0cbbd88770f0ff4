/// Counts of tests. Addition adds.
public struct Tally: Equatable, Sendable {
  public var passed: Int
  public var failed: Int
  public var skipped: Int

  public init(passed: Int = 0, failed: Int = 0, skipped: Int = 0) {
    self.passed = passed
    self.failed = failed
    self.skipped = skipped
  }

  public static func + (left: Tally, right: Tally) -> Tally {
    Tally(
      passed: left.passed + right.passed, failed: left.failed + right.failed,
      skipped: left.skipped + right.skipped)
  }

  public static func += (left: inout Tally, right: Tally) { left = left + right }
}

/// A fault together with the suites that it lies in, outermost first.
public struct Problem: Equatable, Sendable, CustomStringConvertible {
  public var path: [String]
  public var fault: Report.Fault

  public var description: String {
    path.isEmpty ? "\(fault)" : "\(path.joined(separator: "/")): \(fault)"
  }
}

/// A failed test with where it is and what it said.
public struct Failure: Equatable, Sendable {
  public var path: [String]
  public var diagnostics: [String]
}

extension Report {
  /// Every fault of this report and of the reports nested in it.
  public var problems: [Problem] {
    faults.map { Problem(path: [], fault: $0) }
      + results.flatMap { result in
        (result.subtests?.problems ?? []).map {
          Problem(path: [result.name] + $0.path, fault: $0.fault)
        }
      }
  }

  /// Single tests, counted once each; a suite counts by its tests. Each fault of the report is a failure, and so
  /// is a suite that failed although each of its tests passed.
  public var tally: Tally {
    var sum = Tally(failed: faults.count)
    for result in results { sum += result.tally }
    return sum
  }

  /// The single tests that failed, and suites that failed without one of their tests failing.
  public var failures: [Failure] {
    results.flatMap { result -> [Failure] in
      let below = (result.subtests?.failures ?? []).map {
        Failure(path: [result.name] + $0.path, diagnostics: $0.diagnostics)
      }
      guard result.status == .failed, below.isEmpty, result.subtests?.problems.isEmpty ?? true else {
        return below
      }
      return [Failure(path: [result.name], diagnostics: result.diagnostics)]
    }
  }
}

extension Report.Result {
  /// See ``Report/tally``.
  public var tally: Tally {
    switch status {
    case .skipped where (subtests?.results ?? []).isEmpty: return Tally(skipped: 1)
    case .passed where subtests == nil: return Tally(passed: 1)
    case .failed where subtests == nil: return Tally(failed: 1)
    default:
      let below = subtests?.tally ?? Tally()
      return status == .failed && below.failed == 0 ? below + Tally(failed: 1) : below
    }
  }
}
