import ArgumentParser
import Foundation
import QEMU
import Support

/// The picture that the kernel drew into the frame buffer, as a PNG written by QEMU.
struct ScreenshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screenshot", abstract: "Boot, let the kernel draw its arenas, and keep the picture as PNG.")

  @OptionGroup var options: MachineOptions

  @Option(help: "The PNG to write.")
  var output = ".build/screenshot.png"

  @Option(help: "The monitor command that draws.")
  var command = "show"

  /// Why nothing was written.
  struct NoPicture: Error, CustomStringConvertible {
    var reason: String
    var description: String { "no picture: \(reason); the log is .build/logs/screenshot.log" }
  }

  func run() throws {
    let files = FileManager.default
    try? files.removeItem(atPath: output)
    // Ctrl-A C switches the serial line between the kernel and QEMU's own monitor.
    let toggle: [UInt8] = [0x01, 0x63]
    let prompt = PromptWatcher.prompt
    let outcome = try Session.dialogue(
      options.machine, .kernel(path: options.kernel, words: ""),
      steps: [
        (awaits: prompt, sends: Array("\(command)\r".utf8)),
        (awaits: "\n\(prompt)", sends: toggle),
        (awaits: "(qemu) ", sends: Array("screendump \(output) -f png\n".utf8)),
        (awaits: "(qemu) ", sends: toggle + Array("quit\r".utf8)),
      ], limit: 120)
    try Logs.write("screenshot.log", outcome.log)
    let picture = (try? Data(contentsOf: URL(fileURLWithPath: output))) ?? Data()
    guard outcome.ending == .success, picture.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
      throw NoPicture(reason: "the boot ended with \(outcome.ending)")
    }
    // The monitor says so when it could not draw; the dump then shows what was there before.
    if let complaint = outcome.text.split(whereSeparator: \.isNewline).first(where: {
      $0.hasPrefix("error: ")
    }) {
      try? files.removeItem(atPath: output)
      throw NoPicture(reason: String(complaint))
    }
    Terminal.line("Wrote \(output) (\(picture.count) bytes)")
  }
}
