import TestReports
import Testing

@Suite struct RunProgressTests {
  @Test func resultsAgainstThePlan() {
    var progress = RunProgress()
    #expect(progress.text == "")
    // In pieces, as a pipe gives them.
    #expect(progress.read(Array("KTAP version 1\n1..3\nok 1 fir".utf8)) == ["KTAP version 1", "1..3"])
    #expect(progress.text == "0 of 3")
    #expect(progress.read(Array("st of all\n# a remark\nnot ok 2 second\n".utf8)).count == 3)
    #expect(progress.text == "2 of 3, 1 failed" && progress.latest == "second")
    #expect(progress.read(Array("ok 3 last (1.2 s)".utf8)).isEmpty)
    #expect(progress.end() == ["ok 3 last (1.2 s)"])
    #expect(progress.text == "3 of 3, 1 failed" && progress.end().isEmpty)
  }

  @Test func thePulseOfAFuzzerIsNoLineOfALog() {
    var progress = RunProgress()
    let lines = progress.read(
      Array(
        """
        INFO: Seed: 1
        #2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb
        #65536\tpulse  cov: 350 ft: 1201 corp: 210/18Kb exec/s: 21845 rss: 60Mb
        #70000\tDONE   cov: 350 ft: 1201 corp: 210/18Kb lim: 1024 exec/s: 21000 rss: 60Mb
        stat::number_of_executed_units: 70000

        """.utf8))
    #expect(lines == ["INFO: Seed: 1", "stat::number_of_executed_units: 70000"])
    #expect(progress.text == "70000 inputs")
  }

  @Test func remarksAreNoResults() {
    var progress = RunProgress()
    _ = progress.read(Array("ok then\nnot ok\n# ok 1 x\nokay 1 x\n\n".utf8))
    #expect(progress.done == 0 && progress.failed == 0)
  }
}
