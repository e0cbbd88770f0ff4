import Support
import TestReports

/// The Swift samples of the documentation, compiled against what the host's tests were compiled with, and run:
/// `Scripts/test-samples`. Those in C are part of the library's tests.
struct SampleTests {
  /// Seconds for all of them together.
  static let limit = 600

  func run() throws -> Verdict {
    let captured = try Child.capture(Command("Scripts/test-samples", ["swift"]), limit: Self.limit)
    let path = try Logs.write("samples.log", captured.output)
    var verdict = LibraryTests.verdict(of: captured.text)
    if captured.status != 0, verdict.tally.failed == 0 {
      verdict.tally.failed = 1
      verdict.remarks.append("it ended with status \(captured.status)")
    }
    if verdict.tally.failed > 0 { verdict.remarks.append("log: \(path)") }
    return verdict
  }
}
