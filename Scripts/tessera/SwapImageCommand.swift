import ArgumentParser
import Foundation
import QEMU
import Support

/// A disk image that the kernel may swap on.
struct SwapImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swap-image", abstract: "Write a disk image that carries the kernel's swap signature.")

  @Option(help: "Its size in MiB, at most 4096.")
  var size = 128

  @Option(help: "The image to write; one that is there is replaced.")
  var output = ".build/swap.img"

  func validate() throws {
    guard (1...4096).contains(size) else { throw ValidationError("A size is 1 to 4096 MiB.") }
  }

  func run() throws {
    try SwapDisk(path: output, .signed(mebibytes: size)).write()
    Terminal.line("Wrote \(output), \(size) MiB")
  }
}
