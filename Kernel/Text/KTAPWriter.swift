/// Writes test results as KTAP, version 1, as they come: the host's runner reads the serial line.
///
/// The format is that of the Linux kernel's documentation, `dev-tools/ktap.rst`: a version line and a plan, then for
/// each suite the same again, indented by two blanks, and the suite's own result after it. A diagnostic stands
/// before the result that it explains.
///
/// Having a value of this type tells you that the results of the current level are numbered 1, 2, 3... without a gap.
public struct KTAPWriter<Sink: ByteSink & ~Copyable>: ~Copyable {
  /// What a test came to.
  public enum Outcome: Equatable {
    case passed
    case failed
    case skipped
  }

  /// Where it all goes; a test may print diagnostics through ``diagnostic(_:)`` only.
  public private(set) var sink: Sink

  /// Results of tests, those of suites not counted in.
  public private(set) var passed: UInt32 = 0
  public private(set) var failed: UInt32 = 0
  public private(set) var skipped: UInt32 = 0

  private var suiteNumber: UInt32 = 0
  private var testNumber: UInt32 = 0
  private var isInSuite = false
  private var suiteFailed: UInt32 = 0

  public init(_ sink: consuming Sink) {
    self.sink = sink
  }

  /// Opens the run: version line and plan.
  public mutating func begin(suites: UInt32) {
    open(plan: suites)
  }

  /// Opens a suite of `tests` tests.
  public mutating func beginSuite(_ name: StaticString, tests: UInt32) {
    isInSuite = true
    testNumber = 0
    suiteFailed = 0
    line { $0.write("KTAP version 1") }
    line {
      $0.write("# Subtest: ")
      $0.write(name)
    }
    line {
      $0.write("1..")
      $0.write(decimal: tests)
    }
  }

  /// Gives the result of the next test of the suite.
  public mutating func test(_ name: StaticString, _ outcome: Outcome, reason: StaticString = "") {
    testNumber += 1
    switch outcome {
    case .passed: passed += 1
    case .failed:
      failed += 1
      suiteFailed += 1
    case .skipped: skipped += 1
    }
    result(testNumber, name, outcome, reason: reason)
  }

  /// Closes the suite with its result: it failed if one of its tests did.
  public mutating func endSuite(_ name: StaticString) {
    isInSuite = false
    suiteNumber += 1
    result(suiteNumber, name, suiteFailed == 0 ? .passed : .failed, reason: "")
  }

  /// Gives a suite that cannot run here its result in one line.
  public mutating func skipSuite(_ name: StaticString, reason: StaticString) {
    suiteNumber += 1
    skipped += 1
    result(suiteNumber, name, .skipped, reason: reason)
  }

  /// Writes a diagnostic line at the current level: `# ` and what `body` writes.
  public mutating func diagnostic(_ body: (inout Sink) -> Void) {
    line {
      $0.write("# ")
      body(&$0)
    }
  }

  private mutating func open(plan: UInt32) {
    line { $0.write("KTAP version 1") }
    line {
      $0.write("1..")
      $0.write(decimal: plan)
    }
  }

  private mutating func result(
    _ number: UInt32, _ name: StaticString, _ outcome: Outcome, reason: StaticString
  ) {
    line {
      $0.write(outcome == .failed ? "not ok " : "ok ")
      $0.write(decimal: number)
      $0.write(" ")
      $0.write(name)
      if outcome == .skipped {
        $0.write(" # SKIP ")
        $0.write(reason)
      }
    }
  }

  private mutating func line(_ body: (inout Sink) -> Void) {
    if isInSuite { sink.write("  ") }
    body(&sink)
    sink.newline()
  }
}
