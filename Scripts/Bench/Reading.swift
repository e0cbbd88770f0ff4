import Foundation

/// One measured number. `.build/bench.json` is an array of these.
public struct Reading: Codable, Equatable, Sendable {
  public var name: String
  public var unit: String
  public var value: Double

  public init(_ name: String, _ unit: String, _ value: Double) {
    self.name = name
    self.unit = unit
    self.value = value
  }

  /// The lines `bench: <name> <unit> <value>` of the kernel's log.
  public static func all(inLog log: String) -> [Reading] {
    log.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 4, words[0] == "bench:", let value = Double(words[3]) else { return nil }
      return Reading(String(words[1]), String(words[2]), value)
    }
  }

  public static func read(_ path: String) throws -> [Reading] {
    try JSONDecoder().decode([Reading].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  public static func write(_ readings: [Reading], to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(readings)
    data.append(UInt8(ascii: "\n"))
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  /// What T3 costs at a million segments over what it costs at a thousand, wherever both were measured.
  public static func ratios(_ readings: [Reading]) -> [Reading] {
    let byName = Dictionary(readings.map { ($0.name, $0.value) }) { first, _ in first }
    return readings.compactMap { few in
      guard few.name.hasSuffix(".T3.1e3"), few.value != 0 else { return nil }
      let prefix = few.name.dropLast(3)
      return byName[prefix + "1e6"].map { many in
        Reading(prefix + "ratio", "times", (many / few.value * 1000).rounded() / 1000)
      }
    }
  }

  /// At most one digit after the point, and none where there is nothing to say.
  public static func text(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(format: "%.1f", value)
  }
}
