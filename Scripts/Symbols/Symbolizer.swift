import Foundation
import Support

/// Finds the functions and lines of addresses in an image, with the toolchain's own `llvm-symbolizer` and
/// `swift-demangle`.
public struct Symbolizer: Sendable {
  private let image: String

  public init(image: String) { self.image = image }

  /// A log with names and lines behind the addresses of its backtraces; unchanged where it has none.
  public func annotated(_ log: String) throws -> String {
    let lines = log.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let lookups = Set(BacktraceLine.all(in: lines).values.map(\.lookup))
    guard !lookups.isEmpty else { return log }
    return annotate(log: log, frames: try frames(at: lookups.sorted()))
  }

  /// The functions at each address, innermost first.
  public func frames(at addresses: [UInt32]) throws -> [UInt32: [Frame]] {
    let words = addresses.map { "0x" + String($0, radix: 16) }
    let command = Command(
      "llvm-symbolizer",
      ["--obj=\(image)", "--output-style=JSON", "--no-demangle", "--relativenames"] + words)
    let captured = try Child.capture(command, limit: 60)
    var frames = try Self.frames(json: captured.output)
    let names = try demangled(frames.values.flatMap { $0.map(\.function) })
    for address in frames.keys {
      frames[address] = frames[address]?.map {
        Frame(function: names[$0.function] ?? $0.function, file: $0.file, line: $0.line)
      }
    }
    return frames
  }

  /// Reads what `llvm-symbolizer --output-style=JSON` prints; names are as they stand in the image.
  static func frames(json: [UInt8]) throws -> [UInt32: [Frame]] {
    var frames: [UInt32: [Frame]] = [:]
    for entry in try JSONDecoder().decode([Answer].self, from: Data(json)) {
      guard let address = UInt32(entry.address.dropFirst(2), radix: 16) else { continue }
      frames[address] = (entry.symbols ?? []).filter { !$0.function.isEmpty }.map {
        Frame(function: $0.function, file: $0.file.trimmingPrefix("./").description, line: $0.line)
      }
    }
    return frames
  }

  private func demangled(_ names: [String]) throws -> [String: String] {
    let swift = Set(names.filter { $0.hasPrefix("$") }).sorted()
    guard !swift.isEmpty else { return [:] }
    let input = Array((swift.joined(separator: "\n") + "\n").utf8)
    let captured = try Child.capture(Command("swift-demangle", ["--simplified"]), limit: 60, input: input)
    let readable = captured.text.split(separator: "\n").map(String.init)
    guard readable.count == swift.count else { return [:] }
    return Dictionary(uniqueKeysWithValues: zip(swift, readable))
  }
}

/// One answer of llvm-symbolizer.
private struct Answer: Decodable {
  var address: String
  var symbols: [Symbol]?

  struct Symbol: Decodable {
    var function: String
    var file: String
    var line: Int

    enum CodingKeys: String, CodingKey {
      case function = "FunctionName"
      case file = "FileName"
      case line = "Line"
    }
  }

  enum CodingKeys: String, CodingKey {
    case address = "Address"
    case symbols = "Symbol"
  }
}
