import Dispatch
import Exhaustion
import Foundation
import Oracle
import Synchronization

/// Examines every reachable state of small arenas, on all processors, then plays long random histories in larger
/// ones, and says so in KTAP.
///
/// `exhaustive [quanta]`: 10 unless it says otherwise. One test a setting; progress goes to standard error. For
/// optimised builds with `-cross-module-optimization`, where a call takes a fifth of a microsecond; it takes fifty
/// times as long where the engine's generic code is not specialised.
@main
enum Exhaustive {
  static func main() {
    let quanta = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10
    let settings = Setting.all(cells: quanta)
    print("KTAP version 1")
    print("1..\(settings.count + RandomHistory.all.count + 1)")
    var failed = 0
    for (index, setting) in settings.enumerated() {
      let began = ContinuousClock.now
      let report = examine(setting)
      let seconds = (ContinuousClock.now - began).components.seconds
      let verdict = report.findings.isEmpty ? "ok" : "not ok"
      print("# \(report.states) states, \(report.calls) calls, \(seconds) s")
      for finding in report.findings.prefix(20) { print("# \(finding)") }
      print("\(verdict) \(index + 1) every call from every state: \(setting.name)")
      // Whoever follows sees each result when it comes, also through a pipe.
      fflush(nil)
      if !report.findings.isEmpty { failed += 1 }
    }
    let faults = RandomHistory.playAll()
    for (index, history) in RandomHistory.all.enumerated() {
      if let fault = faults[index] { print("# seed \(history.seed): \(fault)") }
      print("\(faults[index] == nil ? "ok" : "not ok") \(settings.count + index + 1) random: \(history.name)")
      if faults[index] != nil { failed += 1 }
    }
    if !exploreChains(number: settings.count + faults.count + 1) { failed += 1 }
    exit(failed == 0 ? 0 : 1)
  }

  /// Every sequence of seven moves of caches, imports and tag refills together. Whether all went well.
  private static func exploreChains(number: Int) -> Bool {
    let depth = 7
    let results = Mutex<[ChainExplorer.Move: (moves: Int, problems: [String])]>([:])
    let firsts = ChainExplorer.Move.allCases
    DispatchQueue.concurrentPerform(iterations: firsts.count) { index in
      guard let explorer = try? ChainExplorer(depth: depth) else { fatalError("no world to explore") }
      explorer.explore(startingWith: [firsts[index]])
      let result = (explorer.moves, explorer.problems)
      results.withLock { $0[firsts[index]] = result }
    }
    let all = results.withLock { Array($0.values) }
    print("# \(all.reduce(0) { $0 + $1.moves }) moves")
    let problems = all.flatMap(\.problems)
    for problem in problems.prefix(20) { print("# \(problem)") }
    print(
      "\(problems.isEmpty ? "ok" : "not ok") \(number) caches, imports and refills: all sequences to depth \(depth)"
    )
    return problems.isEmpty
  }

  /// Shares the states out in small lots, so that the workers end together.
  private static func examine(_ setting: Setting) -> Report {
    let states = Examiner.states(of: setting)
    let next = Atomic<Int>(0)
    let total = Mutex(Report())
    let lot = 64
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
      guard let examiner = try? Examiner(setting) else { fatalError("no arena for \(setting.name)") }
      while true {
        let begin = next.add(lot, ordering: .relaxed).oldValue
        guard begin < states.count else { break }
        for number in begin..<min(begin + lot, states.count) {
          do {
            try examiner.examine(states[number], number: number)
          } catch {
            fatalError("\(setting.name), state \(number): \(error)")
          }
        }
        if begin / lot % 16 == 0 {
          FileHandle.standardError.write(Data("# \(setting.name): \(begin) of \(states.count) states\n".utf8))
        }
      }
      total.withLock { $0.add(examiner.report) }
    }
    return total.withLock { $0 }
  }
}
