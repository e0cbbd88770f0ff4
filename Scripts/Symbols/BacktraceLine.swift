/// One `backtrace: 0xc0101234` line of a kernel report.
public struct BacktraceLine: Equatable, Sendable {
  /// The address as printed.
  public var address: UInt32
  /// The address of an instruction of the call: of a return address the byte before it.
  public var lookup: UInt32

  static let prefix = "backtrace: "

  /// The lines of a log that are backtrace lines, by line number. The first of a run is the place itself, the
  /// following ones are return addresses (Kernel/Machine/ExceptionReport.swift).
  public static func all(in lines: [Substring]) -> [Int: BacktraceLine] {
    var found: [Int: BacktraceLine] = [:]
    for (number, line) in lines.enumerated() {
      guard let address = address(in: line) else { continue }
      let isFirst = found[number - 1] == nil
      found[number] = BacktraceLine(address: address, lookup: isFirst ? address : address &- 1)
    }
    return found
  }

  private static func address(in line: Substring) -> UInt32? {
    guard line.hasPrefix(prefix + "0x") else { return nil }
    return UInt32(line.dropFirst(prefix.count + 2).prefix(while: \.isHexDigit), radix: 16)
  }
}

/// One function at an address; of inlined ones there are several, innermost first.
public struct Frame: Equatable, Sendable, CustomStringConvertible {
  /// Demangled where it was a Swift name.
  public var function: String
  public var file: String
  public var line: Int

  public init(function: String, file: String, line: Int) {
    self.function = function
    self.file = file
    self.line = line
  }

  public var description: String { file.isEmpty ? function : "\(function) at \(file):\(line)" }
}

/// The log with the frames written behind each backtrace line; an inlined function gets a line of its own.
public func annotate(log: String, frames: [UInt32: [Frame]]) -> String {
  let lines = log.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  let found = BacktraceLine.all(in: lines)
  return lines.enumerated().map { number, line in
    guard let entry = found[number], let chain = frames[entry.lookup], let first = chain.first else {
      return String(line)
    }
    let rest = chain.dropFirst().map { "\n" + String(repeating: " ", count: line.count) + "  in \($0)" }
    return "\(line)  \(first)" + rest.joined()
  }.joined(separator: "\n")
}
