import ArgumentParser
import Foundation
import QEMU
import Support

/// The kernel's own benchmark, on a clock that counts instructions.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Count the instructions of the kernel's operations; write them as JSON.")

  @OptionGroup var options: MachineOptions

  @Option(help: "The JSON file to write: an array of objects with name, unit and value.")
  var output = ".build/bench.json"

  @Option(help: "A JSON file of the same form to merge in (host measurements); may be given again.")
  var merge: [String] = []

  func run() throws {
    var machine = options.machine
    machine.extra += Machine.countsInstructions
    Terminal.progress("counting instructions in QEMU")
    let outcome = try Session.run(machine, .kernel(path: options.kernel, words: "bench"), limit: 600)
    let log = try Logs.write("bench.log", outcome.log)
    var measurements = Measurement.all(in: outcome.text)
    guard outcome.ending == .success, !measurements.isEmpty else {
      Terminal.finish("No measurements: the boot ended with \(outcome.ending); its log is \(log)")
      throw ExitCode(1)
    }
    for path in merge {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      measurements += try JSONDecoder().decode([Measurement].self, from: data)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(measurements).write(to: URL(fileURLWithPath: output))
    Terminal.finish(Measurement.table(measurements))
    Terminal.line("Wrote \(output)")
  }
}

/// One measured number.
struct Measurement: Codable, Equatable {
  var name: String
  var unit: String
  var value: Double

  /// `bench: <name> <value> <unit>`, a line each; the name may have blanks.
  static func all(in log: String) -> [Measurement] {
    log.split(whereSeparator: \.isNewline).compactMap { line in
      guard line.hasPrefix("bench: ") else { return nil }
      let words = line.dropFirst(7).split(separator: " ")
      guard words.count >= 3, let value = Double(words[words.count - 2]) else { return nil }
      return Measurement(
        name: words.dropLast(2).joined(separator: " "), unit: String(words[words.count - 1]), value: value)
    }
  }

  static func table(_ measurements: [Measurement]) -> String {
    let width = measurements.map(\.name.count).max() ?? 0
    let values = measurements.map { number in
      number.value == number.value.rounded() ? String(Int(number.value)) : String(number.value)
    }
    let valueWidth = values.map(\.count).max() ?? 0
    return zip(measurements, values).map { measurement, value in
      let name = measurement.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let padding = String(repeating: " ", count: valueWidth - value.count)
      return "\(name)  \(padding)\(value) \(measurement.unit)"
    }.joined(separator: "\n")
  }
}
