import ArgumentParser
import Support

/// The picture that the kernel drew into the frame buffer, as a PNG written by QEMU.
struct ScreenshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "screenshot", abstract: "Boot, let the kernel draw its arenas, and keep the picture as PNG.")

  @OptionGroup var options: MachineOptions

  @Option(help: "The PNG to write.")
  var output = ".build/screenshot.png"

  @Option(name: .customLong("command"), help: "A monitor command; may be given again. The last ones draw.")
  var commands = ScreenDump.scene

  func validate() throws { try options.requireKernel() }

  func run() throws {
    try ScreenDump.take(
      options.machine, kernel: options.kernel, commands: commands, format: "png", to: output)
    Terminal.line("Wrote \(output)")
  }
}
