/// What a test run said about itself in KTAP (docs.kernel.org/dev-tools/ktap.html, version 1).
///
/// A report holds exactly what was read. Whether it is complete is asked with ``problems``: a plan that is
/// missing, short or exceeded is a failure of the run, also when every single result says `ok`.
public struct Report: Equatable, Sendable {
  /// The number of results that `1..N` promised; nil when no plan was read.
  public var plan: Int?
  /// The results in the order in which they came.
  public var results: [Result] = []
  /// Diagnostic lines (without `# `) that belong to no result.
  public var diagnostics: [String] = []
  /// What is wrong with the report itself, deeper ones included by ``problems``.
  public var faults: [Fault] = []

  public init(plan: Int? = nil) { self.plan = plan }

  /// One numbered line, with what was said about it.
  public struct Result: Equatable, Sendable {
    public var number: Int
    public var name: String
    public var status: Status
    /// Lines (without `# `) that came before the result, as KTAP has it.
    public var diagnostics: [String] = []
    /// The nested report of a suite; nil for a single test.
    public var subtests: Report?

    public init(
      number: Int, name: String, status: Status, diagnostics: [String] = [], subtests: Report? = nil
    ) {
      self.number = number
      self.name = name
      self.status = status
      self.diagnostics = diagnostics
      self.subtests = subtests
    }
  }

  /// How one test ended.
  public enum Status: Equatable, Sendable {
    case passed
    case failed
    /// Not run, for the reason given (`# SKIP reason`).
    case skipped(String)
  }

  /// What is wrong with a report as such.
  public enum Fault: Equatable, Sendable, CustomStringConvertible {
    /// No `KTAP version 1` line: the kernel never began its tests.
    case noVersion
    /// No `1..N` line.
    case noPlan
    /// Fewer results than planned: the run ended early.
    case short(planned: Int, seen: Int)
    /// More results than planned.
    case excess(planned: Int, seen: Int)
    /// A result out of its turn.
    case outOfOrder(expected: Int, seen: Int)
    /// A second plan.
    case secondPlan(Int)
    /// A nested report without the result line that closes it.
    case unclosed
    /// `Bail out!` and its reason.
    case bailOut(String)
    /// A suite that says `ok` although one of its tests failed.
    case falseSuccess(String)
    /// A version other than 1.
    case unknownVersion(String)

    public var description: String {
      switch self {
      case .noVersion: "no test report: the line `KTAP version 1` never came"
      case .noPlan: "the plan (1..N) is missing"
      case .short(let planned, let seen): "the run ended early: \(seen) of \(planned) planned results"
      case .excess(let planned, let seen): "\(seen) results where \(planned) were planned"
      case .outOfOrder(let expected, let seen): "result \(seen) came where \(expected) was due"
      case .secondPlan(let plan): "a second plan, 1..\(plan)"
      case .unclosed: "a suite began and its result never came"
      case .bailOut(let reason): "the run gave up: \(reason)"
      case .falseSuccess(let name): "suite `\(name)` says ok although one of its tests failed"
      case .unknownVersion(let version): "KTAP version \(version) is not known here"
      }
    }
  }
}
