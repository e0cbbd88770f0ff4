import Support
import TestReports

/// Tests of the host that are programs of their own, because they need optimised code or a sanitizer. They were
/// built before, by the Makefile, and say how it went in KTAP.
struct ProgramTests {
  let name: String
  let path: String
  /// Seconds.
  let limit: Int

  static let all = [
    ProgramTests(name: "every state of small arenas", path: ".build/verify/release/exhaustive", limit: 1800),
    ProgramTests(name: "threads in one arena", path: ".build/threads/release/threads", limit: 600),
  ]

  func run(progress: (String) -> Void) throws -> Verdict {
    var soFar = RunProgress()
    let captured = try Child.capture(Command(path, []), limit: limit) { bytes in
      _ = soFar.read(bytes)
      progress("\(soFar.text): \(soFar.latest)")
    }
    let log = try Logs.write(path.split(separator: "/").last! + ".log", captured.output)
    let report = Report.parse(captured.text)
    var verdict = Verdict(tally: report.tally)
    verdict.remarks += report.problems.map { "\($0)" }
    for failure in report.failures {
      verdict.remarks += [failure.path.joined(separator: "/")] + failure.diagnostics.prefix(5)
    }
    // A sanitizer's findings show in the status only.
    if captured.status != 0, verdict.tally.failed == 0 {
      verdict.tally.failed = 1
      verdict.remarks.append("\(path) ended with status \(captured.status)")
    }
    if verdict.tally.failed > 0 { verdict.remarks.append("log: \(log)") }
    return verdict
  }
}
