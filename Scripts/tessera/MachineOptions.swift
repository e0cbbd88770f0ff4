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

  /// Refuses to go on where the image is not built; for the validation of commands that boot it.
  func requireKernel() throws {
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
    return "\(folder)/\(shortened(String(plain)))"
  }

  /// A file's name has 255 bytes at most; a long one ends in a number that tells it from others.
  static func shortened(_ name: String) -> String {
    guard name.utf8.count > 200 else { return name }
    let number = name.utf8.reduce(5381 as UInt32) { $0 &* 33 ^ UInt32($1) }
    return "\(name.prefix(180))-\(number).log"
  }

  @discardableResult
  static func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = try path(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}
