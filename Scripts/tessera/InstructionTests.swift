import Bench
import Foundation
import TestReports

/// The stated worst cases of the engine, counted on the host: a short run of the benchmark.
///
/// The limits are in `Scripts/bench-figures.json`, and the documentation states the same. That the harness itself
/// counts right is tested first, on a subject whose cost is known.
struct InstructionTests {
  var programs = ".build/bench"
  var figures = "Scripts/bench-figures.json"

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
    let readings = try programs.measure(.short, progress: progress)
    for test in InstructionTest.all(readings, try Figure.read(figures)) { judge(test.holds, test.remark) }
    return verdict
  }
}
