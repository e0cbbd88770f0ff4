import ArgumentParser
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

  func run() throws {
    try ScreenDump.take(
      options.machine, kernel: options.kernel, command: command, format: "png", to: output)
    Terminal.line("Wrote \(output)")
  }
}
