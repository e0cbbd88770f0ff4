import ArgumentParser
import ELF
import Foundation
import Support

/// What can be shown about the image without booting it.
struct CheckImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-elf", abstract: "Check the claims about the kernel image that need no boot.")

  @Option(help: "The kernel image.")
  var kernel = ".build/kernel.elf"

  @Option(help: "How it was built: debug or release.")
  var configuration = ELFImage.Configuration.release

  func run() throws {
    let checks = try ImageChecks(kernel: kernel, configuration: configuration).all()
    for check in checks {
      Terminal.line("\(check.holds ? "ok" : "not ok"): \(check.name)")
      for finding in check.findings.prefix(20) { Terminal.line("  \(finding)") }
    }
    if !checks.allSatisfy(\.holds) { throw ExitCode(1) }
  }
}

extension ELFImage.Configuration: ExpressibleByArgument {}

/// The checks of one image and of what was built with it.
struct ImageChecks {
  var kernel: String
  var configuration: ELFImage.Configuration

  func all() throws -> [Check] {
    let image = try ELFImage([UInt8](Data(contentsOf: URL(fileURLWithPath: kernel))))
    let disassembly = try Child.capture(
      Command("llvm-objdump", ["--disassemble", "--no-show-raw-insn", kernel]), limit: 120)
    let ofCode = [
      instructionCheck(disassembly: disassembly.text),
      frameCheck(disassembly: disassembly.text, guardSize: image.stackGuardSize),
    ]
    return image.checks(configuration) + ofCode + [try pathCheck()]
  }

  /// The folder of the checkout must not show in what is handed on.
  private func pathCheck() throws -> Check {
    let folder = Array((FileManager.default.currentDirectoryPath + "/").utf8)
    let artefacts = [kernel] + [".build/tessera.iso"].filter(FileManager.default.fileExists)
    var findings: [String] = []
    for artefact in artefacts {
      let data = try Data(contentsOf: URL(fileURLWithPath: artefact))
      if let range = data.range(of: Data(folder)) {
        findings.append("\(artefact) holds the build folder's path at offset \(range.lowerBound)")
      }
    }
    return Check("no path of the build folder in any artefact", findings: findings)
  }
}
