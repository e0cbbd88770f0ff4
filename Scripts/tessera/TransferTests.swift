import Foundation
import QEMU
import TestReports

/// A small run on swap, booted once for each of its transfers, which then fails: whichever it is, the run goes on, and who touches
/// a page that is lost is told.
///
/// The first boot, in which nothing fails, counts them. One more boot for each direction fails a transfer behind the last one: that
/// nothing happens then shows that the numbers reach all of them.
struct TransferTests {
  var bench: TestBench
  var interface: SwapDisk.Interface

  /// What the kernel's suite `transfers` counts.
  struct Count: Equatable {
    var reads: Int
    var writes: Int
    var failed: Int

    /// From `transfers: 18 reads, 18 writes, 0 failed`; nil where no line has it.
    init?(in log: String) {
      guard let line = log.split(whereSeparator: \.isNewline).first(where: { $0.contains("transfers: ") })
      else {
        return nil
      }
      let numbers = line.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
      guard numbers.count == 3 else { return nil }
      (reads, writes, failed) = (numbers[0], numbers[1], numbers[2])
    }
  }

  func run(progress: @Sendable (String) -> Void) async throws -> Verdict {
    progress("counting")
    let outcome = try countingRun()
    guard let count = Count(in: outcome.text), count.reads > 0, count.writes > 0, count.failed == 0,
      outcome.ending == .success
    else {
      return .failed(["the run without a failure ended with \(outcome.ending), and no count of its transfers"]
      )
    }
    let scenarios = scenarios(count)
    var verdict = Verdict(tally: .init(passed: 1))
    var ended = 0
    for one in await bench.run(
      scenarios,
      finished: { _, _, _ in
        ended += 1
        progress("\(ended) of \(scenarios.count)")
      })
    {
      verdict.tally += one.tally
      verdict.remarks += one.remarks
    }
    return verdict
  }

  private func countingRun() throws -> Session.Outcome {
    var scenario = boot("none", .signed(mebibytes: 8), expects: [])
    let disk = SwapDisk(path: try Logs.path("\(scenario.name).swap"), .signed(mebibytes: 8), on: interface)
    try disk.write()
    scenario.machine.extra += disk.arguments
    let outcome = try Session.run(
      scenario.machine, .kernel(path: bench.kernel, words: scenario.words), limit: scenario.limit)
    try Logs.write("\(scenario.name).log", outcome.log)
    try disk.remove()
    return outcome
  }

  /// A boot for each transfer, and one behind the last of each direction.
  func scenarios(_ count: Count) -> [Scenario] {
    [(SwapDisk.Kind.Transfer.read, count.reads), (.write, count.writes)].flatMap { transfer, last in
      (1...last + 1).map { number in
        boot(
          "\(transfer.rawValue) \(number)", .failingOnce(mebibytes: 8, transfer, number: number),
          expects: number > last
            ? [" 0 failed", "ok 1 transfers"]
            : [
              "swap: \(transfer == .read ? "reading" : "writing") slot ", " failed: ", " 1 failed",
              "ok 1 transfers",
            ])
      }
    }
  }

  /// The disk is named, so that its first sector is not read.
  private func boot(_ what: String, _ kind: SwapDisk.Kind, expects texts: [String]) -> Scenario {
    Scenario(
      name: "transfers on \(interface), \(what) fails",
      machine: Machine(memory: "16M").with(kind, on: interface),
      words: "swap=\(interface == .virtio ? 4 : 0) test=transfers", expects: .output(texts))
  }
}
