extension Report {
  /// Reads the report in a serial log. Lines that are not KTAP (what the kernel said before its tests, or between
  /// them) are passed over: KTAP allows them, and a panic among them shows as a short report.
  ///
  /// Suites nest by indentation, two blanks a level. Lines may end in LF or CR LF.
  public static func parse(_ log: String) -> Report {
    var parser = Parser()
    for line in log.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      parser.read(line)
    }
    return parser.finish()
  }
}

/// The line-by-line reader: a stack of open reports, the innermost last.
private struct Parser {
  fileprivate struct Level {
    var indentation: Int
    var report = Report()
    /// Diagnostics since the last result: they belong to the next one.
    var pending: [String] = []
    /// The nested report that waits for the result line of its suite.
    var closedSubtests: Report?
  }

  private var levels: [Level] = []
  private var finished: Report?

  mutating func read(_ line: Substring) {
    let indentation = line.prefix { $0 == " " }.count
    let text = line.dropFirst(indentation)
    if let version = text.removing(prefix: "KTAP version ") {
      open(indentation: indentation, version: version)
      return
    }
    guard !levels.isEmpty, let entry = Entry(text) else { return }
    closeLevels(deeperThan: indentation)
    guard !levels.isEmpty, levels[levels.count - 1].indentation == indentation else { return }
    record(entry)
  }

  mutating func finish() -> Report {
    closeLevels(deeperThan: -1)
    guard var report = finished else {
      var empty = Report()
      empty.faults = [.noVersion]
      return empty
    }
    report.checkSuites()
    return report
  }

  private mutating func open(indentation: Int, version: Substring) {
    // A second version line at the outermost level would be a second run in one log; the first one counts.
    if finished != nil { return }
    if let innermost = levels.last, indentation <= innermost.indentation {
      closeLevels(deeperThan: indentation - 1)
      if finished != nil { return }
    }
    var level = Level(indentation: indentation)
    if version != "1" { level.report.faults.append(.unknownVersion(String(version))) }
    levels.append(level)
  }

  private mutating func record(_ entry: Entry) {
    let top = levels.count - 1
    switch entry {
    case .plan(let plan):
      if levels[top].report.plan == nil {
        levels[top].report.plan = plan
      } else {
        levels[top].report.faults.append(.secondPlan(plan))
      }
    case .diagnostic(let text):
      levels[top].pending.append(text)
    case .bailOut(let reason):
      levels[top].report.faults.append(.bailOut(reason))
    case .result(let number, let name, let status):
      let due = (levels[top].report.results.last?.number ?? 0) + 1
      if number != due { levels[top].report.faults.append(.outOfOrder(expected: due, seen: number)) }
      levels[top].report.results.append(
        Report.Result(
          number: number, name: name, status: status, diagnostics: levels[top].pending,
          subtests: levels[top].closedSubtests))
      levels[top].pending = []
      levels[top].closedSubtests = nil
    }
  }

  /// Closes every level that is indented more than `indentation` and hands its report to the one around it.
  private mutating func closeLevels(deeperThan indentation: Int) {
    while let level = levels.last, level.indentation > indentation {
      levels.removeLast()
      let report = level.closed()
      if levels.isEmpty {
        finished = report
      } else {
        levels[levels.count - 1].adopt(report)
      }
    }
  }
}

extension Parser.Level {
  /// Takes the report of a suite whose result line is still to come.
  fileprivate mutating func adopt(_ nested: Report) {
    flushUnclosed()
    closedSubtests = nested
  }

  /// A suite without a result line: its tests count, and that it is unclosed counts as a failure.
  private mutating func flushUnclosed() {
    guard var nested = closedSubtests else { return }
    closedSubtests = nil
    nested.faults.append(.unclosed)
    report.results.append(
      Report.Result(
        number: (report.results.last?.number ?? 0) + 1, name: nested.title ?? "(no name)", status: .failed,
        subtests: nested))
  }

  /// The finished report, with the faults that only its end shows.
  fileprivate func closed() -> Report {
    var level = self
    level.flushUnclosed()
    level.report.diagnostics += level.pending
    let seen = level.report.results.count
    switch level.report.plan {
    case nil: level.report.faults.append(.noPlan)
    case .some(let planned) where seen < planned:
      level.report.faults.append(.short(planned: planned, seen: seen))
    case .some(let planned) where seen > planned:
      level.report.faults.append(.excess(planned: planned, seen: seen))
    default: break
    }
    return level.report
  }
}

extension Report {
  /// The name in `# Subtest: name`, where the report has one.
  fileprivate var title: String? {
    let first = results.first?.diagnostics.first ?? diagnostics.first
    return first?.removing(prefix: "Subtest: ").map { String($0) }
  }

  /// Notes suites that claim success over a failed test.
  fileprivate mutating func checkSuites() {
    for index in results.indices {
      results[index].subtests?.checkSuites()
      if let subtests = results[index].subtests, results[index].status == .passed,
        subtests.results.contains(where: { $0.status == .failed })
      {
        faults.append(.falseSuccess(results[index].name))
      }
    }
  }
}

/// One KTAP line other than a version line.
private enum Entry {
  case plan(Int)
  case result(number: Int, name: String, status: Report.Status)
  case diagnostic(String)
  case bailOut(String)

  /// Nil for a line that is not KTAP.
  init?(_ text: Substring) {
    if let reason = text.removing(prefix: "Bail out!") {
      self = .bailOut(reason.trimmed)
    } else if let plan = text.removing(prefix: "1..") {
      guard let count = Int(plan.prefix { $0.isNumber }) else { return nil }
      self = .plan(count)
    } else if text.hasPrefix("#") {
      self = .diagnostic(text.dropFirst().trimmed)
    } else if let rest = text.removing(prefix: "not ok ") {
      self.init(result: rest, ok: false)
    } else if let rest = text.removing(prefix: "ok ") {
      self.init(result: rest, ok: true)
    } else {
      return nil
    }
  }

  /// `<number> [- ]<name>[ # SKIP reason]`
  private init?(result text: Substring, ok: Bool) {
    let digits = text.prefix { $0.isNumber }
    guard let number = Int(digits) else { return nil }
    var name = text.dropFirst(digits.count).trimmed
    if let afterDash = name.removing(prefix: "- ") { name = afterDash.trimmed }
    var status = ok ? Report.Status.passed : .failed
    if let hash = name.firstIndex(of: "#") {
      let directive = name[name.index(after: hash)...].trimmed
      if directive.uppercased().hasPrefix("SKIP") {
        if ok { status = .skipped(directive.dropFirst(4).trimmed) }
        name = name[..<hash].trimmed
      }
    }
    self = .result(number: number, name: name, status: status)
  }
}

extension StringProtocol {
  fileprivate func removing(prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }

  fileprivate var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}
