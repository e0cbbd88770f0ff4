import ArgumentParser
import Foundation
import QEMU
import Support

/// The CD image that GRUB boots.
struct DiscCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "iso", abstract: "Write a CD image that boots the kernel through GRUB.")

  @Option(help: "The kernel image.")
  var kernel = ".build/kernel.elf"

  @Option(help: "Words for the kernel command line, written into GRUB's configuration as they are.")
  var append = ""

  @Option(help: "The CD image to write.")
  var output = ".build/tessera.iso"

  func run() throws {
    try Disc.write(kernel: kernel, words: append, to: output)
    Terminal.line("Wrote \(output)")
  }
}

enum Disc {
  /// Why no CD image came out.
  struct Failure: Error, CustomStringConvertible {
    var log: String
    var description: String { "grub-mkrescue failed: \(log)" }
  }

  /// GRUB's configuration: boot at once, without a menu.
  static func configuration(words: String) -> String {
    """
    multiboot /boot/kernel.elf \(words)
    boot

    """
  }

  static func write(kernel: String, words: String, to output: String) throws {
    let files = FileManager.default
    let folder = NSTemporaryDirectory() + "/tessera-disc-\(UUID().uuidString)"
    defer { try? files.removeItem(atPath: folder) }
    try files.createDirectory(atPath: "\(folder)/boot/grub", withIntermediateDirectories: true)
    try files.copyItem(atPath: kernel, toPath: "\(folder)/boot/kernel.elf")
    try configuration(words: words).write(
      toFile: "\(folder)/boot/grub/grub.cfg", atomically: true, encoding: .utf8)
    // A BIOS image only: without the EFI parts it needs fewer packages and less time.
    let command = Command(
      "grub-mkrescue", ["--output=\(output)", "--directory=/usr/lib/grub/i386-pc", folder])
    let captured = try Child.capture(command, limit: 120)
    guard captured.status == 0 else { throw Failure(log: captured.text) }
  }
}
