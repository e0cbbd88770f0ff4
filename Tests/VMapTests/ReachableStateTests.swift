import SimulatedMMU
import Testing

/// Every state that is reachable in eight steps over a window with its quarantine and the addresses that it keeps, on two
/// processors that cache whatever they may (VMap-I6); and every seeded fault must be found by the same search.
@Suite struct ReachableStateTests {
  @Test func noStateInEightStepsBreaksARule() {
    var search = StateSearch(depth: 8) { WindowRun(.none, .none) }
    let found = search.search()
    #expect(found == nil, "\(String(describing: found))")
    #expect(search.states > 1000, "\(search.states) states, \(search.transitions) transitions")
  }

  @Test(arguments: SimulatedMMU.Fault.allCases.filter { $0 != .none })
  func everySeededFaultOfAFlushIsFound(fault: SimulatedMMU.Fault) {
    var search = StateSearch(depth: 8) { WindowRun(fault, .none) }
    let found = search.search()
    #expect(found != nil, "\(search.states) states and nothing wrong in them")
  }

  @Test(arguments: WindowMistake.allCases.filter { $0 != .none })
  func everySeededMistakeOfOrderIsFound(mistake: WindowMistake) {
    var search = StateSearch(depth: 8) { WindowRun(.none, mistake) }
    let found = search.search()
    #expect(found != nil, "\(search.states) states and nothing wrong in them")
  }
}
