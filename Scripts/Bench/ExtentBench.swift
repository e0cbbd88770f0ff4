/// What extent(9) of the C library costs, at few and at many regions: NetBSD's searched all of them.
struct ExtentBench {
  var path: String

  func measure(_ effort: HostBench.Effort, progress: (String) -> Void) throws -> [Reading] {
    var all: [Reading] = []
    for regions in effort == .whole ? [10, 10_000] : [10, 1000] {
      for call in ["alloc", "free"] {
        let name = "c.extent.\(call).\(regions)"
        progress(name)
        all.append(Reading(name, "instructions", try mean(call, regions, effort)))
      }
    }
    return all
  }

  /// Instructions a call, less the brackets around it.
  private func mean(_ call: String, _ regions: Int, _ effort: HostBench.Effort) throws -> Double {
    let run = try count(call, regions, effort)
    let brackets = try count("nothing", regions, effort)
    guard run.refusals == 0 else {
      throw Callgrind.Failed(description: "extent refused \(run.refusals) requests")
    }
    return run.perOperation - brackets.perOperation
  }

  private func count(_ call: String, _ regions: Int, _ effort: HostBench.Effort) throws -> Callgrind {
    try Callgrind.run([path, call, "\(regions)", "\(effort.steps)"], limit: HostProgram.limit)
  }
}

extension Callgrind {
  fileprivate var perOperation: Double { calls.values.reduce(0) { $0 + $1.sum } / operations }
}
