import ArgumentParser
import Foundation
import Support
import Timeline

/// A picture of an operation log that came over the serial line.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Draw the operation log of an arena as SVG: addresses over time, and the fragmentation.",
    discussion: """
      In the monitor: `log kva on`, what is to be seen, `log kva dump`. The lines may be part of a longer text, such as \
      .build/logs/run.log.
      """)

  @Argument(help: "The text with the log; - is standard input.")
  var log: String

  @Option(help: "The SVG to write.")
  var output = ".build/timeline.svg"

  @Option(help: "The arena, where the text has the logs of several.")
  var arena: String?

  @Option(help: "The lowest address to show.")
  var first: String?

  @Option(help: "The highest address to show.")
  var last: String?

  func run() throws {
    let text: String
    do {
      let data =
        try log == "-"
        ? FileHandle.standardInput.readToEnd() ?? Data() : Data(contentsOf: URL(fileURLWithPath: log))
      text = String(decoding: data, as: UTF8.self)
    } catch { throw ValidationError("\(log) cannot be read: \(error.localizedDescription)") }
    do {
      let history = try ArenaHistory(OperationLines(text, arena: arena))
      let drawing = TimelinePicture(history, window: try window(of: history))
      try Data(drawing.svg.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch let failure as OperationLines.Failure {
      throw ValidationError("\(log): \(failure)")
    } catch let failure as ArenaHistory.Failure {
      throw ValidationError("\(log): \(failure)")
    }
    Terminal.line("Wrote \(output)")
  }

  private func window(of history: ArenaHistory) throws -> OperationLines.Range? {
    guard first != nil || last != nil else { return nil }
    let usual = TimelinePicture(history).window
    let low = try first.map(address) ?? usual.first
    let high = try last.map(address) ?? usual.last
    guard low <= high else { throw ValidationError("--last is below --first") }
    return OperationLines.Range(low, high)
  }

  private func address(_ text: String) throws -> UInt64 {
    let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    guard let value, value <= UInt64(UInt32.max) else { throw ValidationError("\(text) is no address") }
    return value
  }
}
