import QEMU
import TestReports
import Testing

@testable import tessera

/// What becomes of a boot's log and status.
@Suite struct ScenarioTests {
  private func judge(
    _ expectation: Scenario.Expectation, _ log: String, _ ending: Ending
  ) -> Verdict {
    let scenario = Scenario(name: "a", machine: Machine(), words: "", expects: expectation)
    return scenario.judge(Session.Outcome(ending: ending, log: Array(log.utf8), seconds: 1))
  }

  static let good = "KTAP version 1\r\n1..2\r\nok 1 a\r\nok 2 b # SKIP no disk\r\n"
  static let bad = "KTAP version 1\r\n1..1\r\nnot ok 1 a\r\n"
  static let short = "KTAP version 1\r\n1..2\r\nok 1 a\r\npanic: trap\r\n"

  @Test(arguments: [
    (good, Ending.success, Tally(passed: 1, skipped: 1)),
    // A clean report does not excuse another end.
    (good, .panic, Tally(passed: 1, failed: 1, skipped: 1)),
    (good, .hung, Tally(passed: 1, failed: 1, skipped: 1)),
    (good, .closed, Tally(passed: 1, failed: 1, skipped: 1)),
    (bad, .testsFailed, Tally(failed: 1)),
    (bad, .success, Tally(failed: 1)),
    (short, .panic, Tally(passed: 1, failed: 1)),
    ("", .success, Tally(failed: 1)),
    ("KTAP version 1\n1..0\n", .success, Tally(failed: 1)),
  ])
  func reports(log: String, ending: Ending, tally: Tally) {
    #expect(judge(.report, log, ending).tally == tally)
  }

  @Test func suitesThatRanAndThatDidNot() {
    let verdict = judge(.report, Self.good, .success)
    #expect(verdict.suites == ["a"])
    #expect(verdict.skips == ["b": "no disk"])
  }

  @Test func panicMustBeTheRightOne() {
    let expected = Scenario.Expectation.panic(["panic: page fault", "null"])
    #expect(judge(expected, "panic: page fault\ncause: null", .panic).tally == Tally(passed: 1))
    #expect(judge(expected, "panic: page fault\ncause: null", .success).tally == Tally(failed: 1))
    #expect(judge(expected, "panic: double fault\ncause: null", .panic).tally == Tally(failed: 1))
    #expect(judge(expected, "null\npanic: page fault", .panic).tally == Tally(failed: 1))
  }

  @Test func outputNeedsSuccess() {
    #expect(judge(.output(["kva"]), "kva 0xe0000000", .success).tally == Tally(passed: 1))
    #expect(judge(.output(["kva"]), "kva 0xe0000000", .hung).tally == Tally(failed: 1))
  }

  @Test func everyScenarioHasANameOfItsOwn() {
    let all =
      Scenario.selfTests + Scenario.debugBuild + Scenario.commandLines + Scenario.conversations
      + Scenario.monitor + Scenario.fatal
    #expect(Set(all.map(\.name)).count == all.count)
  }

  @Test func theSelfTestsCoverWhatIsPromised() {
    let machines = Scenario.selfTests.map(\.machine)
    #expect(Set(machines.map(\.board)) == ["pc", "q35", "isapc"])
    #expect(Set(machines.map(\.processor)) == ["486", "pentium", "pentium3", "qemu32", "max"])
    #expect(Set(machines.map(\.memory)).isSuperset(of: ["8M", "3583M"]))
    #expect(!Scenario.selfTests.filter(\.fromDisc).isEmpty)
  }

  @Test func suitesInAList() {
    #expect(TestBench.suites(in: "Tessera\r\nsuite: arena\r\nsuite: paging long\r\n") == ["arena", "paging"])
  }

  @Test func wordsReachGRUBAsTheyAre() {
    #expect(
      Disc.configuration(words: "run=\"a; b\" test").hasPrefix(
        "multiboot /boot/kernel.elf run=\"a; b\" test\n"))
  }
}
