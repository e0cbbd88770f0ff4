import Support
import TestReports

/// The tests of the library for C: `Scripts/test-library`, which prints a line of counts for each of its parts.
struct LibraryTests {
  /// Seconds for all of them together.
  static let limit = 900

  func run(progress: (String) -> Void) throws -> Verdict {
    var heard: [UInt8] = []
    let captured = try Child.capture(Command("Scripts/test-library", []), limit: Self.limit) { bytes in
      heard += bytes
      let soFar = Self.verdict(of: String(decoding: heard, as: UTF8.self)).tally
      progress("\(soFar.passed) passed")
    }
    let path = try Logs.write("library-tests.log", captured.output)
    var verdict = Self.verdict(of: captured.text)
    if captured.status == Command.limitStatus {
      verdict.tally.failed += 1
      verdict.remarks.append("the run did not end within \(Self.limit) s")
    }
    if verdict.tally.failed > 0 || verdict.tally.passed == 0 { verdict.remarks.append("log: \(path)") }
    return verdict
  }

  /// Adds up lines like `what: 3 passed, 1 failed`; a run without any has failed. Parts that failed are quoted.
  static func verdict(of text: String) -> Verdict {
    var verdict = Verdict()
    var details: [String] = []
    for line in text.split(whereSeparator: \.isNewline).map(String.init) {
      guard let counts = counts(in: line) else {
        details.append(line)
        continue
      }
      verdict.tally.passed += counts.passed
      verdict.tally.failed += counts.failed
      if counts.failed > 0 { verdict.remarks += details.suffix(8) + [line] }
      details = []
    }
    if verdict.tally.passed + verdict.tally.failed == 0 {
      verdict.tally.failed = 1
      verdict.remarks = ["the run said nothing that counts"] + details.suffix(8)
    }
    return verdict
  }

  private static func counts(in line: String) -> (passed: Int, failed: Int)? {
    let words = line.split(separator: " ")
    guard words.count >= 4, words[words.count - 1] == "failed", words[words.count - 3] == "passed,",
      let passed = Int(words[words.count - 4]), let failed = Int(words[words.count - 2])
    else { return nil }
    return (passed, failed)
  }
}
