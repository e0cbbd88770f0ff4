import Foundation

/// The bench programs of a folder, each with the prefix of its figures.
public struct HostPrograms: Sendable {
  public var folder: String

  public init(folder: String) { self.folder = folder }

  /// The engine called from Swift, and through the C library.
  private static let all = [("arena", "arena"), ("c-arena", "c.arena")]

  public func measure(
    _ effort: HostBench.Effort, progress: (String) -> Void
  ) throws -> [Reading] {
    var all: [Reading] = []
    for (name, prefix) in Self.all where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
      let program = HostProgram(path: "\(folder)/\(name)", nullPath: "\(folder)/null")
      all += try HostBench(program, prefix: prefix, effort: effort).run(progress: progress)
    }
    let extent = "\(folder)/c-extent"
    if FileManager.default.fileExists(atPath: extent) {
      all += try ExtentBench(path: extent).measure(effort, progress: progress)
    }
    if effort == .whole { all += try EngineText(path: "\(folder)/engine-text").measure() }
    return all
  }

  /// What the harness says of a subject whose cost is known, beside what it must say.
  public func calibration() throws -> [(name: String, value: Double, expected: Double)] {
    let known = HostProgram(path: "\(folder)/calibration", nullPath: "\(folder)/null")
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
