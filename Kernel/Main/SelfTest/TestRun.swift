#if os(none)
import Machine
import Text

/// A run of the self-tests: what a suite talks to.
///
/// A suite is a function that is called twice: first every ``test(_:_:)`` only counts, for KTAP wants the plan before
/// the results; then they run. So a suite does nothing outside of its tests but look whether it can run here.
struct TestRun: ~Copyable {
  private enum Pass {
    case counting
    case running
  }

  let kernel: Kernel
  private var ktap = KTAPWriter(ConsoleSink())
  private var pass = Pass.counting
  private var count: UInt32 = 0
  private var skipReason: StaticString?
  private var failures: UInt32 = 0

  init(_ kernel: Kernel) {
    self.kernel = kernel
  }

  /// Whether any test failed so far.
  var hasFailed: Bool { ktap.failed > 0 }

  /// Opens a run of `suites` suites.
  mutating func begin(suites: UInt32) { ktap.begin(suites: suites) }

  /// Runs a suite, or says why it cannot run here.
  mutating func run(_ name: StaticString, _ suite: (inout TestRun) -> Void) {
    pass = .counting
    count = 0
    skipReason = nil
    suite(&self)
    if let skipReason { return ktap.skipSuite(name, reason: skipReason) }
    ktap.beginSuite(name, tests: count)
    pass = .running
    suite(&self)
    ktap.endSuite(name)
  }

  /// Says that the whole suite cannot run on this machine. To be called before the first test.
  mutating func skipSuite(_ reason: StaticString) { skipReason = reason }

  /// One test: it passes if none of its expectations fails.
  mutating func test(_ name: StaticString, _ body: (inout TestRun) -> Void) {
    guard pass == .running else {
      count += 1
      return
    }
    failures = 0
    skipReason = nil
    body(&self)
    if let reason = skipReason {
      ktap.test(name, .skipped, reason: reason)
    } else {
      ktap.test(name, failures == 0 ? .passed : .failed)
    }
    LiveShow.update()
  }

  /// Says that this test cannot run here; its expectations so far do not count.
  mutating func skip(_ reason: StaticString) { skipReason = reason }

  /// Fails the test unless the condition holds; `what` says what was expected.
  mutating func expect(_ condition: Bool, _ what: StaticString, line: UInt32 = #line) {
    guard !condition else { return }
    fail(line) { $0.write(what) }
  }

  /// Fails the test unless both are equal, and prints both.
  mutating func expect(_ actual: UInt32, is expected: UInt32, _ what: StaticString, line: UInt32 = #line) {
    guard actual != expected else { return }
    fail(line) {
      $0.write(what)
      $0.write(": expected ")
      $0.write(address: expected)
      $0.write(", got ")
      $0.write(address: actual)
    }
  }

  /// Fails the test with a word on what failed.
  mutating func fail(_ what: StaticString, line: UInt32 = #line) {
    fail(line) { $0.write(what) }
  }

  /// Says something beside the result, whatever that is.
  mutating func remark(_ describe: (inout ConsoleSink) -> Void) { ktap.diagnostic(describe) }

  /// Fails the test with what `describe` writes.
  mutating func fail(_ line: UInt32 = #line, _ describe: (inout ConsoleSink) -> Void) {
    failures += 1
    ktap.diagnostic {
      $0.write("line ")
      $0.write(decimal: line)
      $0.write(": ")
      describe(&$0)
    }
  }
}
#endif
