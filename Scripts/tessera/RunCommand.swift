import ArgumentParser
import Foundation
import QEMU
import Support
import Symbols

/// Boots into the monitor: with a person at the terminal, or with a script on standard input.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Boot in QEMU with the serial line on this terminal, or fed from a pipe.")

  @OptionGroup var options: MachineOptions

  @Option(help: "Boot this CD image instead of the kernel.")
  var iso: String?

  @Option(help: "Words for the kernel command line.")
  var append = ""

  @Option(help: "A disk image to swap on, made if it is missing.")
  var swap: String?

  @Flag(help: "Open QEMU's window; needs a display.")
  var window = false

  @Option(help: "Seconds that a command from a pipe may take without a word.")
  var patience = 120

  func validate() throws { try options.requireKernel() }

  func run() throws {
    if window && !hasDisplay {
      throw ValidationError("A window needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set.")
    }
    if let swap { try SwapDisk(path: swap, .signed(mebibytes: 128)).writeIfMissing() }
    let terminal = MonitorTerminal.word(
      isTerminal: Terminal.inputIsTerminal && Terminal.outputIsTerminal,
      environment: ProcessInfo.processInfo.environment)
    let words = [append, terminal].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    let boot = iso.map { Boot.disc(path: $0) } ?? .kernel(path: options.kernel, words: words)
    let ending = Terminal.inputIsTerminal ? try runAtTerminal(boot) : try runFromPipe(boot)
    switch ending {
    case .success: break
    // Ctrl-A X. A reset looks the same to us, so it is said in any case.
    case .closed where Terminal.inputIsTerminal: Terminal.complain("tessera: \(ending)")
    default:
      Terminal.complain("tessera: \(ending)")
      // QEMU has said that it gets no lock; not what to do.
      if case .other = ending, let swap {
        Terminal.complain(
          "If another machine uses \(swap): end that one, or name another image (make run SWAP=other.img), or none"
            + " (make run SWAP=).")
      }
      throw ExitCode(1)
    }
  }

  /// The machine, with the swap disk if one was asked for.
  private var machine: Machine {
    var machine = options.machine
    if let swap { machine.extra += SwapDisk(path: swap, .signed(mebibytes: 128)).arguments }
    return machine
  }

  private var hasDisplay: Bool {
    let environment = ProcessInfo.processInfo.environment
    return environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil
  }

  private func runAtTerminal(_ boot: Boot) throws -> Ending {
    Terminal.complain("Booting; Ctrl-A X leaves QEMU, `quit` leaves the monitor, `help` lists its commands.")
    let log = try Logs.path("run.log")
    let command = machine.command(booting: boot, serial: .terminal(log: log), window: window)
    let child = try Child(command.supervised(limit: nil), input: .inherited, output: .inherited)
    let ending = Ending(status: child.wait())
    if ending == .panic { explain(try String(contentsOfFile: log, encoding: .utf8)) }
    return ending
  }

  private func runFromPipe(_ boot: Boot) throws -> Ending {
    let outcome = try Session.converse(
      machine, boot, script: nil, patience: patience, window: window, heard: Terminal.write)
    try Logs.write("run.log", outcome.log)
    if outcome.ending == .panic { explain(outcome.text) }
    return outcome.ending
  }

  /// Says the backtrace again, with names.
  private func explain(_ log: String) {
    guard let annotated = try? Symbolizer(image: options.kernel).annotated(log) else { return }
    for line in annotated.split(whereSeparator: \.isNewline).drop(while: { !$0.hasPrefix("backtrace:") }) {
      Terminal.complain(String(line))
    }
  }
}
