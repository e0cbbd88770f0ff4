/// What `swift test` printed, read as it comes. The closing line of swift-testing counts; without it the run
/// crashed or never began, and that is a failure.
public struct SwiftTestingLog: Sendable {
  /// Tests that began and did not end: where a crash lies.
  public private(set) var running: Set<String> = []
  public private(set) var passed = 0
  public private(set) var skipped = 0
  /// Names of the tests that failed.
  public private(set) var failed: [String] = []
  /// Lines that say what failed, with the comments under them.
  public private(set) var issues: [String] = []
  /// The number of tests in the closing line, skipped ones included.
  public private(set) var total: Int?
  /// Whether the closing line says that all passed.
  public private(set) var closedWell = false

  /// Bytes of a line that is still to end: a pipe cuts between any two, also within a character.
  private var partial: [UInt8] = []
  private var isInIssue = false

  public init() {}

  public mutating func read(_ bytes: [UInt8]) {
    for byte in bytes {
      if byte == 0x0A {
        read(line: String(decoding: partial, as: UTF8.self)[...])
        partial.removeAll(keepingCapacity: true)
      } else {
        partial.append(byte)
      }
    }
  }

  /// Tests counted once each, also those with several arguments.
  ///
  /// The closing line decides: what a test prints can spoil the line that says how another one ended. A missing
  /// closing line is a failure; so are tests that a failed run counts and that were not seen to pass.
  public var tally: Tally {
    guard let total else { return Tally(passed: passed, failed: failed.count + 1, skipped: skipped) }
    if closedWell && failed.isEmpty { return Tally(passed: total - skipped, skipped: skipped) }
    return Tally(passed: passed, failed: max(1, total - passed - skipped), skipped: skipped)
  }

  private mutating func read(line: Substring) {
    // The symbols differ between terminals and fonts; the words do not.
    let words = line.drop { !$0.isLetter && $0 != "↳" }
    if words.hasPrefix("↳") {
      if isInIssue { issues.append("  " + words) }
      return
    }
    isInIssue = false
    guard let rest = words.removing(prefix: "Test "), !rest.hasPrefix("case passing ") else { return }
    if rest.hasPrefix("run with ") {
      total = rest.split(separator: " ").lazy.compactMap { Int($0) }.first
      closedWell = rest.contains(" passed after ")
    } else if let ended = try? /(.*) (passed|failed) after [0-9].*\./.wholeMatch(in: rest) {
      end(String(ended.1).withoutCases, passed: ended.2 == "passed")
    } else if let name = rest.name(before: " started."), name != "run" {
      running.insert(name)
    } else if let skip = try? /(.*) skipped(\.|: .*)/.wholeMatch(in: rest) {
      running.remove(String(skip.1))
      skipped += 1
    } else if rest.contains(" recorded an issue") {
      issues.append(String(rest))
      isInIssue = true
    }
  }

  private mutating func end(_ name: String, passed hasPassed: Bool) {
    running.remove(name)
    if hasPassed { passed += 1 } else { failed.append(name) }
  }
}

extension StringProtocol {
  fileprivate func removing(prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }

  /// What stands before the last occurrence of the words.
  fileprivate func name(before words: String) -> String? {
    var end: Index?
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(words) { end = start }
      start = index(after: start)
    }
    return end.map { String(self[..<$0]) }
  }
}

extension String {
  /// `f(x:)` of `f(x:) with 3 test cases`.
  fileprivate var withoutCases: String {
    guard hasSuffix(" test cases") || hasSuffix(" test case") else { return self }
    guard let name = name(before: " with ") else { return self }
    return name
  }
}
