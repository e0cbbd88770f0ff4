import BenchHooks
import Traces

@c(bench_run) public func benchRun(
  _ trace: UInt32, _ population: UInt32, _ steps: UInt32, _ eachCall: Bool,
  _ result: UnsafeMutablePointer<bench_result>
) -> Bool {
  guard let trace = Trace(rawValue: trace) else { return false }
  let count = trace.slots(population: population)
  guard let memory = unsafe bench_memory(Int(SlotTable.bytes(for: count))) else { return false }
  let slots = unsafe SlotTable(bytes: memory, count: count)
  if eachCall {
    let subject = MeteredSubject(LinkedSubject(), LinkedMeter())
    let runner = TraceRunner(subject, meter: LinkedMeter(), slots: slots)
    return unsafe run(runner, trace, population, steps, result)
  }
  let runner = TraceRunner(LinkedSubject(), meter: LinkedMeter(), slots: slots)
  return unsafe run(runner, trace, population, steps, result)
}

private func run<Subject: TraceSubject>(
  _ runner: TraceRunner<Subject, LinkedMeter>, _ trace: Trace, _ population: UInt32, _ steps: UInt32,
  _ result: UnsafeMutablePointer<bench_result>
) -> Bool {
  var runner = runner
  let isDone = runner.run(trace, population: population, steps: steps)
  unsafe result.pointee = bench_result(operations: runner.operations, refusals: runner.refusals)
  return isDone
}
