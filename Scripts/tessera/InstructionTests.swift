import Bench
import Foundation
import TestReports

/// The stated worst cases of the engine and the costs of kmem, counted on the host: a short run of the benchmark.
///
/// The limits are in `Scripts/bench-figures.json`, and the documentation states the same. That the harness itself
/// counts right is tested first, on a subject whose cost is known.
struct InstructionTests {
  var programs = ".build/bench"
  var figures = "Scripts/bench-figures.json"

  /// What ten times the segments may cost. The height of a balanced tree over n groups is at most 1.44 log2 n
  /// (1,000 segments are some 300 groups, 10,000 some 3,000): 12 levels become 17.
  static let tenfold = 17.0 / 12.0

  func run(progress: (String) -> Void) throws -> Verdict {
    let programs = HostPrograms(folder: programs)
    var verdict = Verdict()
    func judge(_ holds: Bool, _ remark: @autoclosure () -> String) {
      if holds {
        verdict.tally.passed += 1
      } else {
        verdict.tally.failed += 1
        verdict.remarks.append(remark())
      }
    }
    for known in try programs.calibration() {
      // The trace's own loop may differ by an instruction or two in the whole run, not more.
      judge(
        abs(known.value - known.expected) < 0.1,
        "the harness counts \(known.value) for \(known.name), which is \(known.expected)")
    }
    let readings =
      try programs.measureEngine(.short, progress: progress)
      + programs.measureMemory(.short, progress: progress)
    for test in InstructionTest.all(readings, try Figure.read(figures)) { judge(test.holds, test.remark) }
    progress("growth")
    for (call, few, many) in try programs.growth() {
      judge(
        many <= few * Self.tenfold,
        "the worst \(call) takes \(Int(many)) instructions with ten times the segments of one that takes \(Int(few))"
      )
    }
    return verdict
  }
}
