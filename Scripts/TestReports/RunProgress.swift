/// How far a long run is, from what it says: KTAP results against the plan, or the pulse of libFuzzer.
public struct RunProgress: Sendable {
  /// Results so far, and how many are planned; nil until the plan is known.
  public private(set) var done = 0
  public private(set) var planned: Int?
  public private(set) var failed = 0
  /// The name of the latest result.
  public private(set) var latest = ""
  /// Inputs that a fuzzer has run.
  public private(set) var inputs: Int?

  private var rest: [UInt8] = []

  public init() {}

  /// Takes the next bytes of output.
  ///
  /// - Returns: The whole lines among them that belong in a log: all but the fuzzer's pulse.
  public mutating func read(_ bytes: [UInt8]) -> [String] {
    rest += bytes
    var lines: [String] = []
    while let end = rest.firstIndex(of: 0x0A) {
      let line = String(decoding: rest[..<end], as: UTF8.self)
      rest.removeSubrange(...end)
      if take(line) { lines.append(line) }
    }
    return lines
  }

  /// What stands behind the last line end.
  public mutating func end() -> [String] { rest.isEmpty ? [] : read([0x0A]) }

  /// `3 of 17, 1 failed`, `210,000 inputs`, or nothing where nothing is known.
  public var text: String {
    if let inputs { return "\(inputs) inputs" }
    guard done > 0 || planned != nil else { return "" }
    return "\(done)\(planned.map { " of \($0)" } ?? "")" + (failed > 0 ? ", \(failed) failed" : "")
  }

  private mutating func take(_ line: String) -> Bool {
    let words = line.split(maxSplits: 3) { $0 == " " || $0 == "\t" }
    guard let first = words.first else { return true }
    if first.hasPrefix("1.."), let count = Int(first.dropFirst(3)), planned == nil {
      planned = count
    } else if first == "ok", words.count > 1, Int(words[1]) != nil {
      note(words.dropFirst(2))
    } else if first == "not", words.count > 2, words[1] == "ok", Int(words[2]) != nil {
      failed += 1
      note(words.dropFirst(3))
    } else if first.hasPrefix("#"), let count = Int(first.dropFirst()), line.contains(" exec/s: ") {
      // #65536  pulse  cov: 350 ft: 1201 corp: 210/18Kb exec/s: 21845 rss: 60Mb
      inputs = count
      return false
    }
    return true
  }

  private mutating func note(_ name: ArraySlice<Substring>) {
    done += 1
    latest = name.joined(separator: " ")
  }
}
