import ArgumentParser
import Foundation
import Primitives
import Support

/// The tool behind the Makefile: boots the kernel, speaks with it, judges what it says.
struct Tessera: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Boots, tests, measures and debugs the Tessera kernel. `make help` has the usual ways in.",
    version: Version.current.description,
    subcommands: [
      RunCommand.self, TestCommand.self, CheckImageCommand.self, SymbolizeCommand.self, BenchCommand.self,
      BenchCompareCommand.self,
      ScreenshotCommand.self, RenderCommand.self, FollowCommand.self, DebugCommand.self, DiscCommand.self,
      SwapImageCommand.self, FirstPageCommand.self,
    ])
}

@main
enum Main {
  static func main() async {
    do {
      var command = try Tessera.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let advice = Advice.on(error) else { Tessera.exit(withError: error) }
      Terminal.complain("tessera: \(advice)")
      Foundation.exit(1)
    }
  }
}
