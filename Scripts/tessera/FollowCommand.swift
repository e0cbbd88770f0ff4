import ArgumentParser
import Foundation
import Support
import TestReports

/// A long run, followed: on a terminal one line says what runs, how far it is and how long it has taken; in a log there are
/// the run's own lines.
struct FollowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow", abstract: "Run a long command and show how far it is.")

  @Option(help: "What runs, in a few words.")
  var name: String

  @Option(help: "Seconds that the run takes, where that is known beforehand.")
  var seconds: Int?

  @Argument(parsing: .postTerminator, help: "The command, behind --.")
  var command: [String]

  /// A day: these runs have limits of their own, or the person's patience.
  private static let limit = 24 * 3600

  func run() throws {
    guard let program = command.first else { throw ValidationError("no command was given") }
    let watch = Stopwatch()
    var progress = RunProgress()
    var log: [UInt8] = []
    let child = try Child(Command(program, Array(command.dropFirst())).supervised(limit: Self.limit))
    listening: while true {
      show(progress, watch)
      switch child.next(milliseconds: 1000) {
      case .output(let bytes):
        log += bytes
        pass(progress.read(bytes))
      case .outputEnded: break listening
      default: break
      }
    }
    pass(progress.end())
    let status = child.wait()
    let path = try Logs.write("\(name).log", log)
    finish(progress, watch, status, path)
    if status != 0 { throw ExitCode(status) }
  }

  /// Into a log goes everything; on a terminal only what failed, which the line below does not say.
  private func pass(_ lines: [String]) {
    for line in lines where !Terminal.outputIsTerminal || line.hasPrefix("not ok") { Terminal.finish(line) }
  }

  private func show(_ progress: RunProgress, _ watch: Stopwatch) {
    let time = "\(Int(watch.seconds))" + (seconds.map { " of \($0)" } ?? "") + " s"
    Terminal.progress("\(name): " + [progress.text, time].filter { !$0.isEmpty }.joined(separator: ", "))
  }

  private func finish(_ progress: RunProgress, _ watch: Stopwatch, _ status: Int32, _ path: String) {
    guard Terminal.outputIsTerminal || status != 0 else { return }
    let end = status == 0 ? "done" : "failed with status \(status)"
    Terminal.finish(
      "\(name): \([progress.text, end].filter { !$0.isEmpty }.joined(separator: ", ")), \(Int(watch.seconds)) s"
    )
    if status != 0 {
      let text = String(decoding: log(at: path), as: UTF8.self)
      for line in text.split(whereSeparator: \.isNewline).suffix(8) { Terminal.line("  \(line)") }
    }
    Terminal.line("The whole output is in \(path)")
  }

  private func log(at path: String) -> Data { (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data() }
}
