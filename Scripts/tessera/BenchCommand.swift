import ArgumentParser
import Bench
import Foundation
import QEMU
import Support

/// Every figure: the engine on the host under callgrind, and the kernel's own benchmark on a clock that counts
/// instructions; then the table.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Count the instructions of everything that has a figure; write them as JSON.")

  enum Part: String, CaseIterable, ExpressibleByArgument { case host, kernel }

  @Option(help: "The kernel image.")
  var kernel = ".build/kernel.elf"

  @Option(help: "The folder of the host's bench programs; `make bench-programs` builds them.")
  var programs = ".build/bench"

  @Option(help: "The JSON file to write: an array of objects with name, unit and value.")
  var output = ".build/bench.json"

  @Option(help: "The figures of the peers, and what to reach.")
  var figures = "Scripts/bench-figures.json"

  @Option(help: "Measure this part only, host or kernel, and keep the other's figures from the last run.")
  var only: [Part] = []

  @Option(help: "Write the table into this Markdown file too.")
  var markdown: String?

  func run() throws {
    let figures = try Figure.read(self.figures)
    var readings: [Reading] = []
    // About as many as the table has rows: those that it does not know yet, and ratios, are few.
    var number = 0
    let step = { (part: String, what: String) in
      number += 1
      Self.step("\(part), \(number) of about \(figures.count)", what)
    }
    for part in only.isEmpty ? Part.allCases : only {
      switch part {
      case .host:
        readings += try HostPrograms(folder: programs).measure { step("host", $0) }
      case .kernel: readings += try kernelFigures(step)
      }
    }
    readings += Reading.ratios(readings)
    if !only.isEmpty { readings += try earlierReadings(without: readings) }
    try Reading.write(readings, to: output)
    let measured = Set(readings.map(\.name))
    let table = Table(readings, only.isEmpty ? figures : figures.filter { measured.contains($0.name) })
    Terminal.finish(table.text)
    Terminal.line("\nConditions\n" + BenchReport.conditions)
    if let markdown { try BenchReport(table).write(to: markdown) }
    Terminal.line("Wrote \(output)" + (markdown.map { " and \($0)" } ?? ""))
  }

  /// What the last run measured of the parts that this one leaves out.
  private func earlierReadings(without readings: [Reading]) throws -> [Reading] {
    guard FileManager.default.fileExists(atPath: output) else { return [] }
    let measured = Set(readings.map(\.name))
    return try Reading.read(output).filter { !measured.contains($0.name) }
  }

  private func kernelFigures(_ step: (String, String) -> Void) throws -> [Reading] {
    Self.step("kernel", "booting")
    var heard = LineReader()
    var machine = Self.machine
    let disks = try [SwapDisk.Interface.secondIDE, .virtio].map { interface in
      TestDisk(path: try Logs.path("bench-\(interface).disk"), on: interface)
    }
    for disk in disks {
      try disk.write()
      machine.extra += disk.arguments
    }
    defer { for disk in disks { try? disk.remove() } }
    let outcome = try Session.run(
      machine, .kernel(path: kernel, words: "bench"), limit: 1200
    ) { bytes in
      for line in heard.lines(bytes) where line.hasPrefix("bench: ") {
        step("kernel", String(line.dropFirst(7)))
      }
    }
    let log = try Logs.write("bench.log", outcome.log)
    let readings = Reading.all(inLog: outcome.text)
    guard outcome.ending == .success, !readings.isEmpty else {
      Terminal.finish("No figures from the kernel: the boot ended with \(outcome.ending); its log is \(log)")
      throw ExitCode(1)
    }
    return try readings + swapFigures()
  }

  /// What the demonstration of pageable memory takes of the disk. The suite says it; it is run as a test elsewhere.
  private func swapFigures() throws -> [Reading] {
    Self.step("kernel", "200,000 files on a swap disk")
    let disk = SwapDisk(path: try Logs.path("bench.swap"), .signed(mebibytes: 128))
    try disk.write()
    defer { try? disk.remove() }
    var machine = Machine(memory: "16M")
    machine.extra += disk.arguments
    let outcome = try Session.run(
      machine, .kernel(path: kernel, words: "test=tmpfs"), limit: 1200)
    let log = try Logs.write("bench-swap.log", outcome.log)
    let readings = Reading.all(inLog: outcome.text)
    guard outcome.ending == .success, !readings.isEmpty else {
      Terminal.finish("No figures of the swap disk: the boot ended with \(outcome.ending); its log is \(log)")
      throw ExitCode(1)
    }
    return readings
  }

  /// A processor with a time-stamp counter, and memory for a million segments and the trace's slots.
  static let machine = Machine(
    "pc", processor: "pentium3", memory: "512M", extra: Machine.countsInstructions)

  /// A line that is replaced on a terminal, and a quiet line in a log.
  static func step(_ part: String, _ what: String) {
    let text = "bench, \(part): \(what)"
    if Terminal.outputIsTerminal { Terminal.progress(text) } else { Terminal.line(text) }
  }
}

/// Whole lines out of output that comes in pieces.
private struct LineReader {
  private var rest: [UInt8] = []

  mutating func lines(_ bytes: [UInt8]) -> [String] {
    rest += bytes
    var lines: [String] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    return lines
  }
}
