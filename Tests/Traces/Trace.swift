/// The traces whose figures exist for every peer, and the states that ours must stand as well.
///
/// Sizes are in quanta of 4,096 bytes unless said otherwise, all numbers come from one `XorShift32`.
public enum Trace: UInt32, Sendable {
  /// Steady churn: 20,000 slots of which about half are live, 1 to 16 quanta. A step picks a slot and frees what
  /// it holds, or fills it. 200,000 steps of warm-up do not count.
  case churn
  /// The same with an alignment of 1 to 16 quanta and, for half of the requests, bounds of 512 MiB.
  case constrainedChurn
  /// The churn's mix at `population` live segments of 1 to 4 quanta of 256 bytes.
  case population
  /// Allocate and free one quantum, again and again, with 1,000 live segments around.
  case pair
  /// The same through a quantum cache.
  case cachedPair
  /// The churn with best fit.
  case bestFitChurn
  /// One request that must fail: `population` free segments of 40 quanta, 60 asked for.
  case failing
  /// Free a live segment, then allocate exactly that address, in the churn's steady state.
  case exactPair
  /// Calls in states made to be bad; see `TraceRunner.runWorstStates`.
  case worstStates
  /// Fills the arena with single quanta until its bookkeeping, made for `population` segments, is used up. What
  /// fitted is the number of operations.
  case capacity

  /// Slots that the trace needs at this population.
  public func slots(population: UInt32) -> UInt32 {
    switch self {
    case .churn, .constrainedChurn, .bestFitChurn, .exactPair: 20_000
    case .population: 2 * population
    case .pair, .cachedPair, .capacity: 0
    case .failing, .worstStates: population
    }
  }
}
