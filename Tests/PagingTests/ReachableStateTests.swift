import SimulatedMMU
import Testing

/// Every state that is reachable in eight steps over three pages and two processors, on an MMU that caches whatever it
/// may; and every seeded fault must be found by the same search.
@Suite struct ReachableStateTests {
  @Test func noStateInEightStepsBreaksARule() {
    var explorer = Explorer(depth: 8)
    let found = explorer.search()
    #expect(found == nil, "\(String(describing: found))")
    // The search went somewhere: more states than steps alone would give.
    #expect(explorer.states > 1000, "\(explorer.states) states, \(explorer.transitions) transitions")
  }

  @Test(arguments: SimulatedMMU.Fault.allCases.filter { $0 != .none })
  func everySeededFaultOfAFlushIsFound(fault: SimulatedMMU.Fault) {
    var explorer = Explorer(depth: 8, fault: fault)
    let found = explorer.search()
    #expect(found != nil, "\(explorer.states) states and nothing wrong in them")
  }

  @Test(arguments: [Mistake.frameFreedFirst, .tableFreedFirst, .tableKeptFirst])
  func everySeededMistakeOfOrderIsFound(mistake: Mistake) {
    var explorer = Explorer(depth: 8, mistake: mistake)
    let found = explorer.search()
    #expect(found != nil, "\(explorer.states) states and nothing wrong in them")
  }
}
