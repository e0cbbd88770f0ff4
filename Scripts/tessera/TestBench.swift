import Foundation
import QEMU
import Support
import Symbols

/// Boots scenarios, several at a time, and judges each.
struct TestBench: Sendable {
  var kernel: String
  /// The image built without optimisation; its scenarios fail where there is none.
  var debugKernel: String
  /// The image with a heap under Swift's runtime; likewise.
  var heapKernel = ".build/kernel-heap.elf"
  var jobs: Int

  /// Why the kernel's list of suites could not be had.
  struct NoList: Error, CustomStringConvertible {
    var ending: Ending
    var description: String { "`test=list` named no suite; the boot ended with \(ending)" }
  }

  /// The suites that the kernel names.
  func suites() throws -> [String] {
    let outcome = try Session.run(
      Machine(memory: "64M"), .kernel(path: kernel, words: "test=list"), limit: 60)
    try Logs.write("test-list.log", outcome.log)
    let names = Self.suites(in: outcome.text)
    guard outcome.ending == .success, !names.isEmpty else { throw NoList(ending: outcome.ending) }
    return names
  }

  /// `suite: name`, a line each.
  static func suites(in log: String) -> [String] {
    log.split(whereSeparator: \.isNewline).compactMap { line in
      line.hasPrefix("suite: ") ? line.dropFirst(7).split(separator: " ").first.map(String.init) : nil
    }
  }

  /// Runs them all; `finished` sees each as it ends. The verdicts are in the order of the scenarios.
  func run(
    _ scenarios: [Scenario], finished: (String, Verdict, Double) -> Void
  ) async -> [Verdict] {
    await withTaskGroup(of: (Int, Verdict, Double).self) { group in
      var verdicts = [Verdict?](repeating: nil, count: scenarios.count)
      var next = 0
      var running: Set<Int> = []
      while next < scenarios.count || !running.isEmpty {
        while next < scenarios.count, running.count < jobs {
          let (index, scenario) = (next, scenarios[next])
          running.insert(index)
          group.addTask { await run(scenario, index) }
          next += 1
        }
        let names = running.sorted().map { scenarios[$0].name }.joined(separator: " | ")
        Terminal.progress("\(next - running.count) of \(scenarios.count) boots; now \(names)")
        guard let (index, verdict, seconds) = await group.next() else { break }
        running.remove(index)
        verdicts[index] = verdict
        finished(scenarios[index].name, verdict, seconds)
      }
      return verdicts.compactMap { $0 }
    }
  }

  private func run(_ scenario: Scenario, _ index: Int) async -> (Int, Verdict, Double) {
    let watch = Stopwatch()
    // Waiting for a process blocks: that belongs on a thread of its own and not on one of the few that run tasks.
    let verdict = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: boot(scenario))
      }
    }
    return (index, verdict, watch.seconds)
  }

  private func boot(_ scenario: Scenario) -> Verdict {
    let image = scenario.hasHeap ? heapKernel : scenario.isDebugBuild ? debugKernel : kernel
    do {
      var boot = Boot.kernel(path: image, words: scenario.words)
      if scenario.fromDisc {
        // Kept beside the log, so that the boot can be repeated by hand.
        let path = try Logs.path("\(scenario.name).iso")
        try Disc.write(kernel: image, words: scenario.words, to: path)
        boot = .disc(path: path)
      }
      var scenario = scenario
      var disk: TestDisk?
      if let interface = scenario.machine.testDisk {
        let made = TestDisk(path: try Logs.path("\(scenario.name).disk"), on: interface)
        try made.write()
        scenario.machine.extra += made.arguments
        disk = made
      }
      var swap: SwapDisk?
      if let kind = scenario.machine.swapDisk {
        let made = SwapDisk(
          path: try Logs.path("\(scenario.name).swap"), kind, on: scenario.machine.swapInterface)
        try made.write()
        scenario.machine.extra += made.arguments
        swap = made
      }
      var outcome = try listen(to: scenario, boot)
      outcome.log = Array(try Symbolizer(image: image).annotated(outcome.text).utf8)
      let path = try Logs.write("\(scenario.name).log", outcome.log)
      var verdict = scenario.judge(outcome)
      let findings = try (disk?.findings() ?? []) + (swap?.findings() ?? [])
      if !findings.isEmpty {
        verdict.tally.failed += 1
        verdict.remarks += findings
      }
      if verdict.tally.failed == 0 {
        try disk?.remove()
        try swap?.remove()
      }
      guard verdict.tally.failed > 0 else { return verdict }
      verdict.remarks += Self.excerpt(of: outcome.text).map { "| " + $0 }
      verdict.remarks.append("log: \(path)")
      verdict.remarks.append("again: \(scenario.machine.command(booting: boot, serial: .pipe).line)")
      return verdict
    } catch {
      return .failed(["\(error)"])
    }
  }

  private func listen(to scenario: Scenario, _ boot: Boot) throws -> Session.Outcome {
    if case .conversation(let script, _) = scenario.expects {
      return try Session.converse(
        scenario.machine, boot, script: script, patience: scenario.limit, heard: { _ in })
    }
    if case .dialogue(let steps, _) = scenario.expects {
      return try Session.dialogue(
        scenario.machine, boot, steps: steps.map { (awaits: $0.awaits, sends: Array($0.sends.utf8)) },
        limit: scenario.limit)
    }
    return try Session.run(scenario.machine, boot, limit: scenario.limit)
  }

  /// The panic with its backtrace where there is one, and else the last lines.
  private static func excerpt(of log: String) -> [String] {
    let lines = log.split(whereSeparator: \.isNewline).map(String.init)
    if let panic = lines.firstIndex(where: { $0.hasPrefix("panic: ") }) {
      return Array(lines[panic...].prefix(24))
    }
    return lines.suffix(6)
  }
}
