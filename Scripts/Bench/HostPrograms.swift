import Foundation

/// The bench programs of a folder, each with the prefix of its figures.
public struct HostPrograms: Sendable {
  public var folder: String

  public init(folder: String) { self.folder = folder }

  /// Everything: the engine called from Swift, the same through the C library, kmem, extent, the size of the text.
  public func measure(progress: (String) -> Void) throws -> [Reading] {
    var all = try measureEngine(.whole, progress: progress)
    if FileManager.default.fileExists(atPath: "\(folder)/c-arena") {
      all += try HostBench(program("c-arena"), prefix: "c.arena", effort: .whole).run(progress: progress)
    }
    all += try measureMemory(.whole, progress: progress)
    let extent = "\(folder)/c-extent"
    if FileManager.default.fileExists(atPath: extent) {
      all += try ExtentBench(path: extent).measure(.whole, progress: progress)
    }
    return all + (try EngineText(path: "\(folder)/engine-text").measure())
  }

  /// The engine called from Swift.
  public func measureEngine(_ effort: HostBench.Effort, progress: (String) -> Void) throws -> [Reading] {
    try HostBench(program("arena"), prefix: "arena", effort: effort).run(progress: progress)
  }

  /// kmem and pool caches.
  public func measureMemory(_ effort: HostBench.Effort, progress: (String) -> Void) throws -> [Reading] {
    try MemoryBench(path: "\(folder)/memory", nullPath: "\(folder)/memory-null")
      .measure(effort, progress: progress)
  }

  /// The worst call of each kind in the states made to be bad, with a tenth of the segments and with all.
  ///
  /// Best fit is not among them: what it costs there is O(gaps of the class), as the documentation of `VMem` says.
  public func growth() throws -> [(call: String, few: Double, many: Double)] {
    let arena = program("arena")
    let few = try arena.worst(.worstStates, population: 1000, steps: 4)
    let many = try arena.worst(.worstStates, population: 10_000, steps: 4)
    return few.filter { $0.key != "best" }.sorted { $0.key < $1.key }.map {
      ($0.key, $0.value, many[$0.key] ?? .nan)
    }
  }

  private func program(_ name: String) -> HostProgram {
    HostProgram(path: "\(folder)/\(name)", nullPath: "\(folder)/null")
  }

  /// What the harness says of a subject whose cost is known, beside what it must say.
  public func calibration() throws -> [(name: String, value: Double, expected: Double)] {
    let known = program("calibration")
    let calls = try known.worst(.churn, population: 0, steps: 1000)
    return [
      (
        "an allocation of 100 instructions and a free of 50",
        try known.mean(.pair, population: 0, steps: 1000), 150
      ),
      ("a single allocation of 100", calls["instant"] ?? .nan, 100),
      ("a single free of 50", calls["free"] ?? .nan, 50),
      (
        "a free of 50 and an exact allocation of 0", try known.mean(.exactPair, population: 0, steps: 1000),
        50
      ),
    ]
  }
}
