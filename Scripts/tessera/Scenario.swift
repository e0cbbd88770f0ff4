import QEMU

/// One boot of the test run and what must come of it.
struct Scenario: Sendable {
  var name: String
  var machine: Machine
  /// Words of the kernel command line.
  var words: String
  /// Through GRUB from a CD image instead of `-kernel`.
  var fromDisc = false
  /// The image built without optimisation.
  var isDebugBuild = false
  /// The image with a heap under Swift's runtime.
  var hasHeap = false
  var expects: Expectation
  /// Seconds until it counts as hung. Generous: a machine that also does something else must not fail a test.
  var limit = 180

  enum Expectation: Sendable {
    /// A complete KTAP report without a failure, and the status that belongs to it.
    case report
    /// A panic or fatal report that has these texts, in this order, once names and lines stand in it.
    case panic([String])
    /// The kernel leaves with success after it said these texts, in this order.
    case output([String])
    /// The monitor, given these lines one by one, says the texts in this order and leaves with success. Without a
    /// `quit` among them the runner sends it.
    case conversation([String], says: [String])
    /// The kernel, told something whenever it said something, says the texts in this order and leaves with success. For keys
    /// at a moment when the monitor does not wait for a line.
    case dialogue([(awaits: String, sends: String)], says: [String])
    /// The kernel says these texts and halts: there is nobody to leave to. Ended by the runner, at the limit.
    case halt([String])
    /// The monitor's answer to a test that failed: the texts, and the status of failed tests.
    case failedTests([String])
  }
}
