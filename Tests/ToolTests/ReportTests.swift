import Testing

@testable import TestReports

/// The KTAP reader. Formats and their meaning: docs.kernel.org/dev-tools/ktap.html.
@Suite struct ReportTests {
  static let complete = """
    Tessera
    KTAP version 1
    1..3
      KTAP version 1
      # Subtest: vmem
      1..2
      ok 1 whole space
      # expected 0x00001000
      # got 0x00002000
      not ok 2 alignment
    not ok 1 vmem
      KTAP version 1
      # Subtest: paging
      1..1
      ok 1 walk
    ok 2 paging
    ok 3 disk # SKIP no disk
    """

  @Test func completeReportIsReadWhole() {
    let report = Report.parse(Self.complete)
    #expect(report.plan == 3)
    #expect(report.results.map(\.name) == ["vmem", "paging", "disk"])
    #expect(report.results[2].status == .skipped("no disk"))
    #expect(report.problems.isEmpty)
    #expect(report.tally == Tally(passed: 2, failed: 1, skipped: 1))
  }

  @Test func failureCarriesPathAndDiagnostics() {
    let failures = Report.parse(Self.complete).failures
    #expect(
      failures == [
        Failure(path: ["vmem", "alignment"], diagnostics: ["expected 0x00001000", "got 0x00002000"])
      ])
  }

  @Test func carriageReturnsChangeNothing() {
    let withReturns = Self.complete.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\r\n")
    #expect(Report.parse(withReturns) == Report.parse(Self.complete))
  }

  @Test func linesOfTheKernelAreNoKTAP() {
    let report = Report.parse("KTAP version 1\n1..1\nmapped 3 pages\nok then\nok 1 a\n")
    #expect(report.results.map(\.name) == ["a"])
    #expect(report.problems.isEmpty)
  }

  @Test(arguments: [
    ("", Report.Fault.noVersion),
    ("1..1\nok 1 a", .noVersion),
    ("KTAP version 1\nok 1 a", .noPlan),
    ("KTAP version 1", .noPlan),
    ("KTAP version 1\n1..2\nok 1 a", .short(planned: 2, seen: 1)),
    ("KTAP version 1\n1..1\npanic: page fault", .short(planned: 1, seen: 0)),
    ("KTAP version 1\n1..1\nok 1 a\nok 2 b", .excess(planned: 1, seen: 2)),
    ("KTAP version 1\n1..2\nok 1 a\nok 1 b", .outOfOrder(expected: 2, seen: 1)),
    ("KTAP version 1\n1..1\n1..2\nok 1 a", .secondPlan(2)),
    ("KTAP version 1\n1..1\nok 1 a\nBail out! no memory", .bailOut("no memory")),
    ("KTAP version 2\n1..1\nok 1 a", .unknownVersion("2")),
    ("KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n  not ok 1 b\nok 1 a", .falseSuccess("a")),
  ])
  func malformedReportFails(log: String, fault: Report.Fault) {
    let report = Report.parse(log)
    #expect(report.problems.map(\.fault) == [fault])
    #expect(report.tally.failed >= 1)
  }

  @Test func suiteWithoutResultFailsAndItsTestsCount() {
    let report = Report.parse(
      "KTAP version 1\n1..2\n  KTAP version 1\n  # Subtest: first\n  1..1\n  ok 1 a\nok 1 first\n"
        + "  KTAP version 1\n  # Subtest: second\n  1..2\n  ok 1 b\n")
    #expect(report.results.map(\.name) == ["first", "second"])
    // Two tests passed; the second suite is short and has no result.
    #expect(report.tally == Tally(passed: 2, failed: 2))
  }

  @Test func threeLevels() {
    let report = Report.parse(
      """
      KTAP version 1
      1..1
        KTAP version 1
        1..2
          KTAP version 1
          1..1
          ok 1 deep
        ok 1 inner
        not ok 2 flat
      not ok 1 outer
      """)
    #expect(report.problems.isEmpty)
    #expect(report.failures.map(\.path) == [["outer", "flat"]])
    #expect(report.tally == Tally(passed: 1, failed: 1))
  }

  @Test func suiteThatFailsByItselfIsAFailure() {
    let report = Report.parse("KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n  ok 1 a\nnot ok 1 leaks\n")
    #expect(report.tally == Tally(passed: 1, failed: 1))
    #expect(report.failures.map(\.path) == [["leaks"]])
  }

  @Test func skippedFailureIsAFailure() {
    #expect(Report.parse("KTAP version 1\n1..1\nnot ok 1 a # SKIP no disk").tally == Tally(failed: 1))
  }

  @Test func everyCutOfAReportIsAFailure() {
    // However early the serial line falls silent, the run must not look like a success.
    let lines = Self.complete.split(separator: "\n")
    for count in 0..<(lines.count - 1) {
      let report = Report.parse(lines.prefix(count).joined(separator: "\n"))
      #expect(!report.problems.isEmpty, "cut after line \(count)")
      #expect(report.tally.failed > 0, "cut after line \(count)")
    }
  }
}
