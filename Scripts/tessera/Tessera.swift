import ArgumentParser
import Primitives

/// The tool behind the Makefile: boots the kernel, speaks with it, judges what it says.
@main
struct Tessera: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Boots, tests, measures and debugs the Tessera kernel. `make help` has the usual ways in.",
    version: Version.current.description,
    subcommands: [
      RunCommand.self, TestCommand.self, CheckImageCommand.self, SymbolizeCommand.self, BenchCommand.self,
      BenchCompareCommand.self,
      ScreenshotCommand.self, RenderCommand.self, DebugCommand.self, DiscCommand.self, SwapImageCommand.self,
    ])
}
