/// Runs one trace on one subject: state as before the first trace, then warm-up, then what counts.
public struct TraceRunner<Subject: TraceSubject, Meter: TraceMeter> {
  var subject: Subject
  var meter: Meter
  let slots: SlotTable
  var random = XorShift32()

  /// Requests that were refused since the part that counts began.
  public internal(set) var refusals: UInt32 = 0
  /// Operations in the part that counts.
  public internal(set) var operations: UInt32 = 0

  public init(_ subject: Subject, meter: Meter, slots: SlotTable) {
    self.subject = subject
    self.meter = meter
    self.slots = slots
  }

  /// False if the trace could not be set up: no memory for the bookkeeping, or a refusal while the state that
  /// the trace starts from was built.
  public mutating func run(_ trace: Trace, population: UInt32, steps: UInt32) -> Bool {
    switch trace {
    case .churn: runChurn(.plain, steps: steps)
    case .constrainedChurn: runChurn(.constrained, steps: steps)
    case .bestFitChurn: runChurn(.bestFit, steps: steps)
    case .population: runPopulation(population, steps: steps)
    case .pair: runPairs(cached: false, steps: steps)
    case .cachedPair: runPairs(cached: true, steps: steps)
    case .failing: runFailing(population)
    case .exactPair: runExactPairs(steps: steps)
    case .capacity: runCapacity(population)
    case .worstStates: runWorstStates(population, steps: steps)
    }
  }

  /// Begins the part that counts.
  mutating func start() {
    refusals = 0
    operations = 0
    meter.start()
  }

  /// Ends it.
  mutating func stop(after operations: UInt32) {
    meter.stop()
    self.operations = operations
  }
}
