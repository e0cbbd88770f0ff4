import TestReports
import Testing

@Suite struct SwiftTestingLogTests {
  private func log(_ text: String) -> SwiftTestingLog {
    var log = SwiftTestingLog()
    // In pieces, as a pipe brings it.
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 7) {
      log.read(Array(bytes[start..<min(start + 7, bytes.count)]))
    }
    return log
  }

  @Test func countsEachTestOnce() {
    let log = log(
      """
      ◇ Test run started.
      ◇ Suite A started.
      ◇ Test one() started.
      ◇ Test two(x:) started.
      ◇ Test case passing 1 argument x → 1 to two(x:) started.
      ✔ Test case passing 1 argument x → 1 to two(x:) passed after 0.001 seconds.
      ✔ Test one() passed after 0.001 seconds.
      ✔ Test two(x:) with 2 test cases passed after 0.001 seconds.
      ✔ Suite A passed after 0.001 seconds.
      ✔ Test run with 2 tests in 1 suite passed after 0.001 seconds.

      """)
    #expect(log.tally == Tally(passed: 2))
    #expect(log.running.isEmpty)
  }

  @Test func failureIsNamedWithItsIssue() {
    let log = log(
      """
      ◇ Test "adds, and says passed after lunch" started.
      ✘ Test "adds, and says passed after lunch" recorded an issue at A.swift:3:5: Expectation failed: 1 == 2
      ↳ the operands
      ✘ Test "adds, and says passed after lunch" failed after 0.001 seconds with 1 issue.
      ✘ Test run with 1 test in 0 suites failed after 0.001 seconds with 1 issue.

      """)
    #expect(log.failed == ["\"adds, and says passed after lunch\""])
    #expect(log.issues.count == 2)
    #expect(log.tally == Tally(failed: 1))
  }

  @Test func crashIsAFailureAndNamesTheTest() {
    let log = log(
      """
      ◇ Test one() started.
      ◇ Test two() started.
      ✔ Test one() passed after 0.001 seconds.
      error: Exited with unexpected signal code 4

      """)
    #expect(log.tally == Tally(passed: 1, failed: 1))
    #expect(log.running == ["two()"])
  }

  @Test func testsThatNeverEndedInAFailedRunAreFailures() {
    let log = log("✘ Test run with 3 tests in 1 suite failed after 1 seconds with 1 issue.\n")
    #expect(log.tally == Tally(failed: 3))
  }

  @Test func aSpoiltLineInAGoodRunIsNoFailure() {
    let log = log("✔ Te\nnoise\n✔ Test run with 3 tests in 1 suite passed after 1 minute 2 seconds.\n")
    #expect(log.tally == Tally(passed: 3))
  }

  @Test func skippedTestsAreInTheTotal() {
    let log = log(
      "➜ Test b() skipped: \"why not\"\n➜ Test c() skipped.\n"
        + "✔ Test run with 5 tests in 0 suites passed after 0.006 seconds with 1 known issue.\n")
    #expect(log.tally == Tally(passed: 3, skipped: 2))
  }
}
