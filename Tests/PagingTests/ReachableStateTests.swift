import SimulatedMMU
import Testing

/// Every state that is reachable in eight steps over three pages and two processors, on an MMU that caches whatever it
/// may; and every seeded fault must be found by the same search.
@Suite struct ReachableStateTests {
  @Test func noStateInEightStepsBreaksARule() {
    var search = StateSearch(depth: 8) { Run(.none, .none) }
    let found = search.search()
    #expect(found == nil, "\(String(describing: found))")
    // The search went somewhere: more states than steps alone would give.
    #expect(search.states > 1000, "\(search.states) states, \(search.transitions) transitions")
  }

  @Test(arguments: SimulatedMMU.Fault.allCases.filter { $0 != .none })
  func everySeededFaultOfAFlushIsFound(fault: SimulatedMMU.Fault) {
    var search = StateSearch(depth: 8) { Run(fault, .none) }
    let found = search.search()
    #expect(found != nil, "\(search.states) states and nothing wrong in them")
  }

  @Test(arguments: [Mistake.frameFreedFirst, .tableFreedFirst, .tableKeptFirst])
  func everySeededMistakeOfOrderIsFound(mistake: Mistake) {
    var search = StateSearch(depth: 8) { Run(.none, mistake) }
    let found = search.search()
    #expect(found != nil, "\(search.states) states and nothing wrong in them")
  }
}
