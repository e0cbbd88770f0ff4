import Exhaustion
import Oracle
import Testing

/// The program `exhaustive` does the same at 10 and 12 quanta; this is the part of it that is quick enough for
/// every `swift test`.
struct ExhaustiveTests {
  @Test(arguments: 0..<7) func everyCallFromEveryState(index: Int) throws {
    let setting = Setting.all(cells: 3)[index]
    let examiner = try Examiner(setting, share: 60)
    for (number, state) in Examiner.states(of: setting).enumerated() {
      try examiner.examine(state, number: number)
    }
    #expect(examiner.report.findings.isEmpty, "\(examiner.report.findings.first!)")
    #expect(examiner.report.calls > 1000)
  }

  /// The reachable states of n cells in one span are counted by the Fibonacci number F(2n + 1).
  @Test(arguments: zip([1, 2, 3, 4, 10], [2, 5, 13, 34, 10946]))
  func statesAreCounted(cells: Int, count: Int) {
    let states = MaskArena(spanLengths: [cells]).reachableStates
    #expect(states.count == count)
    #expect(Set(states).count == count)
  }
}
