import ArgumentParser
import Foundation
import QEMU

/// Which image, on which machine: shared by the commands that boot.
struct MachineOptions: ParsableArguments {
  @Option(help: "The kernel image, also the source of names and lines.")
  var kernel = ".build/kernel.elf"

  @Option(help: "QEMU's machine: pc, q35 or isapc.")
  var board = "pc"

  @Option(help: "QEMU's processor model.")
  var cpu = "qemu32"

  @Option(help: "Memory, as QEMU has it: 8M, 3583M.")
  var memory = "64M"

  var machine: Machine { Machine(board, processor: cpu, memory: memory) }

  func validate() throws {
    guard FileManager.default.fileExists(atPath: kernel) else {
      throw ValidationError("There is no \(kernel): `make kernel` builds it.")
    }
  }
}

/// Where logs are kept.
enum Logs {
  static let folder = ".build/logs"

  /// The path of a log, its folder made.
  static func path(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let plain = name.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "-" }
    return "\(folder)/\(String(plain))"
  }

  @discardableResult
  static func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = try path(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}
