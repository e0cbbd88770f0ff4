import Support
import TestReports

/// The host's unit tests, through `swift test`. They were compiled before, by the Makefile.
struct HostTests {
  /// Seconds for all of them together.
  static let limit = 1800

  /// What the names of tests must match, as `swift test --filter` has it; nil for all tests.
  var pattern: String?

  func run(progress: (String) -> Void) throws -> Verdict {
    var log = SwiftTestingLog()
    let command = Command(
      "swift",
      ["test", "--build-system", "native", "--skip-build", "--disable-xctest"]
        + (pattern.map { ["--filter", $0] } ?? []))
    let captured = try Child.capture(command, limit: Self.limit) { bytes in
      log.read(bytes)
      progress("\(log.passed) passed" + (log.failed.isEmpty ? "" : ", \(log.failed.count) failed"))
    }
    let path = try Logs.write("host-tests.log", captured.output)
    var verdict = Verdict(tally: log.tally)
    if captured.status != 0 || verdict.tally.failed > 0 {
      verdict.remarks += log.issues.prefix(60)
      if log.total == nil {
        verdict.remarks.append(
          captured.status == Command.limitStatus
            ? "the run did not end within \(Self.limit) s" : "the run ended without its closing line")
        verdict.remarks += log.running.sorted().prefix(10).map { "still running: \($0)" }
        verdict.remarks += captured.text.split(whereSeparator: \.isNewline).suffix(8).map { "  " + $0 }
      }
      if verdict.tally.failed == 0 {
        verdict.remarks.append("`swift test` ended with status \(captured.status)")
        verdict.tally.failed += 1
      }
      verdict.remarks.append("log: \(path)")
    }
    return verdict
  }
}
