import Exhaustion
import Testing

/// The program `exhaustive` goes to depth 7.
struct ChainTests {
  @Test func everySequenceToDepthFour() throws {
    let explorer = try ChainExplorer(depth: 4)
    explorer.explore()
    #expect(explorer.problems.isEmpty, "\(explorer.problems.first!)")
    #expect(explorer.moves > 2000)
    #expect(explorer.imports > 0 && explorer.cacheHits > 0 && explorer.refills > 0)
  }
}
