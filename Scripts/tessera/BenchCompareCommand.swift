import ArgumentParser
import Bench
import Foundation
import Support

/// Measures an earlier revision the way it measures itself, and shows what changed.
struct BenchCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-compare",
    abstract: "Show what changed since a revision, exact to the instruction; fail above 2%.")

  @Option(help: "The revision to compare with, as git names it.")
  var base: String

  @Option(help: "The figures of this checkout.")
  var figures = ".build/bench.json"

  @Option(help: "The earlier figures, from a file; the revision is then only a name.")
  var before: String?

  /// Seconds for building and measuring the earlier revision.
  static let limit = 3600

  func run() throws {
    let before = try before.map(Reading.read) ?? measureBase()
    let comparison = Comparison(before: before, after: try Reading.read(figures))
    Terminal.finish(comparison.text)
    guard comparison.failures.isEmpty else {
      let names = comparison.failures.map(\.name).joined(separator: ", ")
      Terminal.line("Worse than \(base) by more than \(Reading.text(Comparison.tolerance)) %: \(names)")
      throw ExitCode(1)
    }
  }

  private func measureBase() throws -> [Reading] {
    let ask = Command("git", ["rev-parse", "--verify", "--quiet", "\(base)^{commit}"])
    let found = try Child.capture(ask, limit: 60)
    guard found.status == 0 else { throw ValidationError("git knows no revision \(base)") }
    let revision = found.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let kept = ".build/bench-\(revision).json"
    if FileManager.default.fileExists(atPath: kept) { return try Reading.read(kept) }

    let folder = NSTemporaryDirectory() + "/tessera-bench-\(UUID().uuidString)"
    try checked(Command("git", ["worktree", "add", "--detach", folder, revision]), "base-checkout.log")
    defer { _ = try? Child.capture(Command("git", ["worktree", "remove", "--force", folder]), limit: 60) }
    BenchCommand.step(base, "building and measuring (its own log is .build/logs/base-bench.log)")
    // Nothing of this run of make goes along.
    let clean = ["-u", "MAKEFLAGS", "-u", "MAKELEVEL", "-u", "MFLAGS"]
    try checked(Command("env", clean + ["make", "-C", folder, "bench"]), "base-bench.log")
    try FileManager.default.copyItem(atPath: "\(folder)/.build/bench.json", toPath: kept)
    return try Reading.read(kept)
  }

  private func checked(_ command: Command, _ log: String) throws {
    let done = try Child.capture(command, limit: Self.limit)
    let path = try Logs.write(log, done.output)
    guard done.status == 0 else {
      Terminal.finish("`\(command.line)` ended with status \(done.status); its output is in \(path)")
      throw ExitCode(1)
    }
  }
}
