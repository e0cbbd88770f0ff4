/// What kmem and pool caches cost, and what they lose, at 32 bits.
struct MemoryBench {
  var path: String
  /// The same program with functions that answer at once.
  var nullPath: String

  func measure(_ effort: HostBench.Effort, progress: (String) -> Void) throws -> [Reading] {
    var all: [Reading] = []
    func count(_ name: String, _ words: [String], _ steps: Int, aids: Int = 0) throws {
      progress(name)
      all.append(Reading(name, "instructions", try mean(words, steps, aids)))
    }
    let pairs = effort == .whole ? 100_000 : 2000
    try count("kmem.pair.64", ["pair", "64"], pairs)
    try count("kmem.page.pair", ["pair", "4096"], pairs)
    try count("pool.pair", ["pool", "200"], pairs)
    try count("kmem.cold", ["cold", "64"], 10)
    try count("pool.verify", ["live", "200"], pairs)
    for (name, bits) in Self.aids {
      try count("kmem.pair.64.\(name)", ["pair", "64"], pairs / 10, aids: bits)
    }
    for workload in ["small", "mixed", "grow"] {
      let name = "kmem.bytesLost.\(workload)"
      progress(name)
      let run = try Callgrind.runBare([path, "lost", workload, "0"], limit: HostProgram.limit)
      all.append(Reading(name, "bytes", run.bytes))
    }
    return all
  }

  /// The debugging aids and hardening measures, with their bits in `DebuggingAids`.
  private static let aids = [
    ("audit", 8), ("junk", 1), ("redzones", 2), ("quarantine", 4), ("all", 15), ("zero", 32),
  ]

  private func mean(_ words: [String], _ steps: Int, _ aids: Int) throws -> Double {
    func run(_ program: String) throws -> Callgrind {
      try Callgrind.run([program] + words + ["\(steps)", "\(aids)"], limit: HostProgram.limit)
    }
    return try run(path).mean(less: run(nullPath))
  }
}
