import QEMU
import TestReports

/// What one boot, or one other step of the run, came to.
struct Verdict: Sendable {
  var tally = Tally()
  /// What to tell about failures, a line each.
  var remarks: [String] = []
  /// Suites that ran at least one test.
  var suites: Set<String> = []
  /// Suites that said SKIP, with the reason.
  var skips: [String: String] = [:]

  static func passed() -> Verdict { Verdict(tally: Tally(passed: 1)) }
  static func failed(_ remarks: [String]) -> Verdict { Verdict(tally: Tally(failed: 1), remarks: remarks) }
}

extension Scenario {
  /// Compares what came, addresses already named, with what was expected.
  func judge(_ outcome: Session.Outcome) -> Verdict {
    switch expects {
    case .report: return judgeReport(outcome)
    case .panic(let texts): return judge(outcome, ending: .panic, texts: texts)
    case .output(let texts), .conversation(_, let texts), .dialogue(_, let texts):
      return judge(outcome, ending: .success, texts: texts)
    case .halt(let texts): return judge(outcome, ending: .hung, texts: texts)
    case .failedTests(let texts): return judge(outcome, ending: .testsFailed, texts: texts)
    }
  }

  private func judge(_ outcome: Session.Outcome, ending: Ending, texts: [String]) -> Verdict {
    var remarks: [String] = []
    if outcome.ending != ending { remarks.append("ended with \(outcome.ending) instead of \(ending)") }
    var rest = outcome.text[...]
    for text in texts {
      guard let range = rest.firstRange(of: text) else {
        remarks.append(
          "did not say `\(text)`\(rest.startIndex == outcome.text.startIndex ? "" : " in its turn")")
        break
      }
      rest = rest[range.upperBound...]
    }
    return remarks.isEmpty ? .passed() : .failed(remarks)
  }

  private func judgeReport(_ outcome: Session.Outcome) -> Verdict {
    let report = Report.parse(outcome.text)
    var verdict = Verdict(tally: report.tally)
    verdict.remarks += report.problems.map(\.description)
    for failure in report.failures {
      verdict.remarks.append(failure.path.joined(separator: "/"))
      verdict.remarks += failure.diagnostics.suffix(12).map { "  " + $0 }
    }
    for suite in report.results {
      if case .skipped(let reason) = suite.status {
        verdict.skips[suite.name] = reason
      } else if suite.tally.passed + suite.tally.failed > 0 {
        verdict.suites.insert(suite.name)
      }
    }
    let due = verdict.tally.failed > 0 ? Ending.testsFailed : .success
    if outcome.ending != due {
      verdict.remarks.append("ended with \(outcome.ending)")
      // A report that is complete and clean, and yet the machine ended otherwise.
      if verdict.tally.failed == 0 { verdict.tally.failed += 1 }
    } else if verdict.tally.passed == 0 && verdict.tally.failed == 0 {
      verdict.remarks.append("not a single test ran")
      verdict.tally.failed += 1
    }
    return verdict
  }
}
