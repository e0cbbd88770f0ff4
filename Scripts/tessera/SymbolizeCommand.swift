import ArgumentParser
import Foundation
import Support
import Symbols

/// A filter: a log in, the same log with names out.
struct SymbolizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "symbolize",
    abstract: "Put names and lines behind the backtrace addresses of a kernel report (standard input).")

  @Option(help: "The image that printed the report.")
  var kernel = ".build/kernel.elf"

  func run() throws {
    let log = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    Terminal.write(Array(try Symbolizer(image: kernel).annotated(log).utf8))
  }
}
