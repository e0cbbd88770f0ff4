#if os(none)
import Machine
import Traces

/// The traces T1 to T7 and the states made to be bad, inside the kernel: what `make bench` counts on the host with
/// callgrind, on the very image that boots.
struct ArenaBenchmarks: ~Copyable {
  private let report = BenchmarkReport()
  private let memory: BenchmarkMemory

  /// Enough for the arena of a million live segments and the trace's slots. With less the large populations are
  /// left out.
  private static let wanted: UInt32 = 320 << 20

  static func run(_ memory: KernelMemory) {
    guard let memory = BenchmarkMemory(memory.frames, upTo: wanted) else {
      return BenchmarkReport().skip("kernel.arena", because: "no memory")
    }
    let benchmarks = ArenaBenchmarks(memory: memory)
    benchmarks.means()
    benchmarks.worstCalls("kernel.arena.T1.max", .churn)
    benchmarks.worstCalls("kernel.arena.T2.max", .constrainedChurn)
    benchmarks.worstStates()
  }

  private init(memory: consuming BenchmarkMemory) { self.memory = memory }

  private func means() {
    mean("kernel.arena.T1.op", .churn)
    mean("kernel.arena.T2.op", .constrainedChurn)
    mean("kernel.arena.T3.1e3", .population, 1000)
    mean("kernel.arena.T3.1e4", .population, 10_000)
    mean("kernel.arena.T3.1e5", .population, 100_000)
    mean("kernel.arena.T3.1e6", .population, 1_000_000)
    mean("kernel.arena.T4.pair", .pair, steps: 100_000)
    mean("kernel.arena.T4q.pair", .cachedPair, steps: 100_000)
    mean("kernel.arena.T5.op", .bestFitChurn)
    mean("kernel.arena.T6.call", .failing, 10_000, steps: 1)
    mean("kernel.arena.T7.pair", .exactPair, steps: 100_000)
  }

  private func mean(_ name: StaticString, _ trace: Trace, _ population: UInt32 = 0, steps: UInt32 = 200_000) {
    guard let (slots, rest) = unsafe split(trace, population) else {
      return report.skip(name, because: "not enough memory in one piece")
    }
    let subject = unsafe ArenaSubject(storage: rest)
    guard let mine = total(subject, trace, slots, population, steps),
      let null = total(NullSubject(), trace, slots, population, steps)
    else { return report.skip(name, because: "the trace could not be set up") }
    report.mean(name, mine &- null, over: steps)
  }

  /// The worst of 200,000 calls.
  private func worstCalls(_ name: StaticString, _ trace: Trace) {
    guard let costs = callCosts(trace, population: 0, steps: 200_000) else {
      return report.skip(name, because: "not enough memory in one piece")
    }
    var worst: UInt32 = 0
    for call in costs.indices where costs[call] > worst { worst = costs[call] }
    report.figure(name, worst)
  }

  /// The worst call of each kind.
  private func worstStates() {
    guard let costs = callCosts(.worstStates, population: 10_000, steps: 64) else {
      return report.skip("kernel.arena.worst", because: "not enough memory in one piece")
    }
    for call in costs.indices {
      guard let call = TraceCall(rawValue: UInt32(call)) else { continue }
      report.figure(name(of: call), costs[Int(call.rawValue)])
    }
  }

  private func name(of call: TraceCall) -> StaticString {
    switch call {
    case .instant: "kernel.arena.worst.instant"
    case .best: "kernel.arena.worst.best"
    case .first: "kernel.arena.worst.first"
    case .next: "kernel.arena.worst.next"
    case .bounded: "kernel.arena.worst.bounded"
    case .exact: "kernel.arena.worst.exact"
    case .free: "kernel.arena.worst.free"
    }
  }
}

// MARK: - Running one trace

extension ArenaBenchmarks {
  /// Memory for the trace's slots, and the rest for the arena.
  private func split(
    _ trace: Trace, _ population: UInt32
  ) -> (slots: SlotTable, rest: UnsafeMutableRawBufferPointer)? {
    let count = trace.slots(population: population)
    guard let (front, rest) = unsafe memory.split(SlotTable.bytes(for: count) + 64),
      let bytes = front.baseAddress
    else { return nil }
    return unsafe (SlotTable(bytes: bytes, count: count), rest)
  }

  /// Instructions of the part that counts; nil if the trace could not be set up or something was refused that the
  /// peers grant.
  private func total<Subject: TraceSubject>(
    _ subject: Subject, _ trace: Trace, _ slots: SlotTable, _ population: UInt32, _ steps: UInt32
  ) -> UInt32? {
    CallCosts.reset()
    var runner = TraceRunner(subject, meter: KernelMeter(), slots: slots)
    guard runner.run(trace, population: population, steps: steps) else { return nil }
    return runner.refusals == 0 || trace == .failing ? CallCosts.total : nil
  }

  /// The worst call of each kind, less what the null subject's call of that kind costs.
  private func callCosts(
    _ trace: Trace, population: UInt32, steps: UInt32
  ) -> InlineArray<7, UInt32>? {
    guard let (slots, rest) = unsafe split(trace, population) else { return nil }
    let subject = unsafe MeteredSubject(ArenaSubject(storage: rest), KernelMeter())
    guard let mine = worst(subject, trace, slots, population, steps),
      let null = worst(MeteredSubject(NullSubject(), KernelMeter()), trace, slots, population, steps)
    else { return nil }
    return InlineArray { call in mine[call] < null[call] ? 0 : mine[call] - null[call] }
  }

  private func worst<Subject: TraceSubject>(
    _ subject: Subject, _ trace: Trace, _ slots: SlotTable, _ population: UInt32, _ steps: UInt32
  ) -> InlineArray<7, UInt32>? {
    CallCosts.reset()
    var runner = TraceRunner(subject, meter: KernelMeter(), slots: slots)
    guard runner.run(trace, population: population, steps: steps) else { return nil }
    return CallCosts.worst
  }
}
#endif
