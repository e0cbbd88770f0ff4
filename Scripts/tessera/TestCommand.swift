import ArgumentParser
import ELF
import Foundation
import QEMU
import Support
import Symbols
import TestReports

/// Runs every test and adds up. The last line is `N passed, N failed`.
struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run the host's tests, the checks of the image and the tests in QEMU.")

  enum Part: String, CaseIterable, ExpressibleByArgument {
    case host, programs, library, instructions, elf, qemu
  }

  @OptionGroup var options: MachineOptions

  @Option(help: "Run this part only: host, programs, library, instructions, elf or qemu; may be given again.")
  var only: [Part] = []

  @Option(
    help: "Run only boots whose name contains this text; with `--only host`, tests that match this pattern.")
  var filter: String?

  @Option(help: "Boots at the same time.")
  var jobs = max(1, ProcessInfo.processInfo.activeProcessorCount)

  @Option(help: "The image built without optimisation.")
  var debugKernel = ".build/kernel-debug.elf"

  @Option(help: "The image with a heap under Swift's runtime.")
  var heapKernel = ".build/kernel-heap.elf"

  private var parts: [Part] { only.isEmpty ? Part.allCases : only }

  /// The other parts need no image: in a fresh clone they run without one.
  func validate() throws {
    if parts.contains(.elf) || parts.contains(.qemu) { try options.requireKernel() }
  }

  func run() async throws {
    var total = Tally()
    for part in parts {
      switch part {
      case .host: total += hostTests()
      case .programs: total += programTests()
      case .library:
        total += report("library for C") {
          try LibraryTests().run { Terminal.progress("library for C: \($0)") }
        }
      case .instructions: total += instructionTests()
      case .elf: total += imageChecks()
      case .qemu: total += await machineTests()
      }
    }
    if total.skipped > 0 { Terminal.line("\(total.skipped) skipped, each with its reason in its log") }
    Terminal.line("\(total.passed) passed, \(total.failed) failed")
    if total.failed > 0 || total.passed == 0 { throw ExitCode(1) }
  }

  // MARK: The parts

  private func hostTests() -> Tally {
    let pattern = parts == [.host] ? filter : nil
    let tests = report("host tests") {
      try HostTests(pattern: pattern).run { Terminal.progress("host tests: \($0)") }
    }
    guard pattern == nil else { return tests }
    return tests + report("samples of the documentation, Swift") { try SampleTests().run() }
  }

  private func programTests() -> Tally {
    ProgramTests.all.map { program in
      report(program.name) { try program.run { Terminal.progress("\(program.name): \($0)") } }
    }.reduce(Tally(), +)
  }

  private func instructionTests() -> Tally {
    report("instructions of the worst cases") {
      try InstructionTests().run { Terminal.progress("instructions of the worst cases: \($0)") }
    }
  }

  private func imageChecks() -> Tally {
    var total = Tally()
    total += report("checks of the image") {
      verdict(of: try ImageChecks(kernel: options.kernel, configuration: .release).all())
    }
    total += report("checks of the debug image") {
      verdict(of: try ImageChecks(kernel: debugKernel, configuration: .debug).all())
    }
    total += report("built again elsewhere") {
      Terminal.progress("built again elsewhere: compiling")
      return verdict(of: [try ReproducibilityCheck(kernel: options.kernel).run()])
    }
    return total
  }

  private func verdict(of checks: [Check]) -> Verdict {
    var verdict = Verdict()
    for check in checks {
      if check.holds {
        verdict.tally.passed += 1
      } else {
        verdict.tally.failed += 1
        verdict.remarks.append("does not hold: \(check.name)")
        verdict.remarks += check.findings.prefix(20).map { "  " + $0 }
      }
    }
    return verdict
  }

  private func machineTests() async -> Tally {
    let bench = TestBench(
      kernel: options.kernel, debugKernel: debugKernel, heapKernel: heapKernel, jobs: jobs)
    var total = Tally()
    var suites: Set<String> = []
    let all =
      Scenario.selfTests + Scenario.debugBuild + Scenario.memoryWords + Scenario.windows
      + Scenario.commandLines
      + Scenario.conversations + Scenario.monitor
      + Scenario.fatal + Scenario.swapping
    for verdict in await bench.run(all.filter { isWanted($0.name) }, finished: show) {
      total += verdict.tally
      suites.formUnion(verdict.suites)
    }
    for interface in [SwapDisk.Interface.ide, .virtio] {
      total += await everyTransfer(bench, interface)
    }
    if isWanted("power cuts") {
      total += report("power cuts") {
        try PowerCutTests(kernel: options.kernel).run { Terminal.progress("power cuts: \($0)") }
      }
    }
    if filter == nil { total += await remainingSuites(bench, ran: suites) }
    if isWanted("runs fed from a pipe") {
      total += report("runs fed from a pipe") {
        try RunnerTests(kernel: options.kernel).run { Terminal.progress("runs fed from a pipe: \($0)") }
      }
    }
    if isWanted("picture of the arenas") {
      total += report("picture of the arenas") { try PictureTest(kernel: options.kernel).run() }
    }
    return total
  }

  private func isWanted(_ name: String) -> Bool {
    filter.map { name.localizedCaseInsensitiveContains($0) } ?? true
  }

  private func everyTransfer(_ bench: TestBench, _ interface: SwapDisk.Interface) async -> Tally {
    let name = "a failure at every transfer, \(interface)"
    guard isWanted(name) else { return Tally() }
    let watch = Stopwatch()
    Terminal.progress(name)
    var verdict: Verdict
    do {
      verdict = try await TransferTests(bench: bench, interface: interface).run {
        Terminal.progress("\(name): \($0)")
      }
    } catch { verdict = .failed(["\(error)"]) }
    show(name, verdict, seconds: watch.seconds)
    return verdict.tally
  }

  /// A suite that no machine of the table could run is booted alone; one that even then says SKIP is missing.
  private func remainingSuites(_ bench: TestBench, ran: Set<String>) async -> Tally {
    var total = Tally()
    let listed: [String]
    do {
      listed = try bench.suites()
    } catch {
      show("suites of the kernel", .failed(["\(error)"]), seconds: 0)
      return Tally(failed: 1)
    }
    let remaining = listed.filter { !ran.contains($0) }.map(Scenario.suite)
    for verdict in await bench.run(remaining, finished: show) {
      total += verdict.tally
      for (suite, reason) in verdict.skips {
        show("suite \(suite)", .failed(["ran on no machine: \(reason)"]), seconds: 0)
        total += Tally(failed: 1)
      }
    }
    return total
  }

  // MARK: What a person sees

  /// Runs a step and shows its line; an error is a failed test.
  private func report(_ name: String, _ step: () throws -> Verdict) -> Tally {
    let watch = Stopwatch()
    Terminal.progress(name)
    var verdict: Verdict
    do { verdict = try step() } catch { verdict = .failed(["\(error)"]) }
    if verdict.tally.passed + verdict.tally.failed == 0 { verdict = .failed(["not a single test ran"]) }
    show(name, verdict, seconds: watch.seconds)
    return verdict.tally
  }

  private func show(_ name: String, _ verdict: Verdict, seconds: Double) {
    let tally = verdict.tally
    var counts = "\(tally.passed) passed"
    if tally.failed > 0 { counts += ", \(tally.failed) failed" }
    if tally.skipped > 0 { counts += ", \(tally.skipped) skipped" }
    let column = name.padding(toLength: max(46, name.count), withPad: " ", startingAt: 0)
    let time = String(format: "%.1f s", seconds)
    Terminal.finish("\(tally.failed > 0 ? "FAIL" : "  ok") \(column) \(counts), \(time)")
    for remark in verdict.remarks { Terminal.line("       \(remark.prefix(300))") }
  }
}
