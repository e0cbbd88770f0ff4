import ArgumentParser
import Foundation
import QEMU
import Support

/// QEMU halted before its first instruction, gdb attached to it and stopped at `kmain`.
struct DebugCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug", abstract: "Boot halted and attach gdb, stopped at kmain with symbols.")

  @OptionGroup var options: MachineOptions

  @Option(help: "Words for the kernel command line.")
  var append = ""

  @Option(name: .customLong("ex"), help: "A gdb command to run once kmain is reached; may be given again.")
  var commands: [String] = []

  @Flag(help: "Leave gdb after those commands.")
  var batch = false

  func validate() throws { try options.requireKernel() }

  func run() throws {
    // A socket in a folder of our own: no port that could be in use, nobody else who could attach.
    let folder = NSTemporaryDirectory() + "/tessera-debug-\(getpid())"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let socket = "\(folder)/gdb"
    var machine = options.machine
    machine.extra += [
      "-S", "-chardev", "socket,path=\(socket),server=on,wait=off,id=gdb0", "-gdb", "chardev:gdb0",
    ]
    let boot = Boot.kernel(path: options.kernel, words: append)
    // Out of the terminal's foreground group (which `timeout` leaves), so that Ctrl-C stops the kernel through
    // gdb and does not end QEMU.
    let command = machine.command(booting: boot, serial: .outputOnly).supervised(limit: 24 * 3600)
    let qemu = try Child(command, output: .inherited)
    defer { qemu.terminate() }
    try waitFor(socket)
    let gdb = try Child(debugger(socket), input: .inherited, output: .inherited)
    let status = gdb.wait()
    if status != 0 { throw ExitCode(status) }
  }

  private func debugger(_ socket: String) -> Command {
    var arguments = ["-q", "-nx", "-ex", "set confirm off", "-ex", "set architecture i386"]
    if batch { arguments.append("-batch") }
    // A hardware breakpoint: before paging is on nothing could be written at kmain's address.
    arguments += ["-ex", "target remote \(socket)", "-ex", "hbreak kmain", "-ex", "continue"]
    for command in commands { arguments += ["-ex", command] }
    return Command("gdb", arguments + [options.kernel])
  }

  /// QEMU makes the socket within a moment, or has failed and said why.
  private func waitFor(_ socket: String) throws {
    for _ in 0..<100 {
      if FileManager.default.fileExists(atPath: socket) { return }
      usleep(50_000)
    }
    Terminal.complain("QEMU did not open its debugging socket within 5 s; what it said is above.")
    throw ExitCode(1)
  }
}
