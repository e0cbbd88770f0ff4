/// A program and its arguments, as words: no shell ever splits them.
public struct Command: Equatable, Sendable {
  public var program: String
  public var arguments: [String]

  public init(_ program: String, _ arguments: [String]) {
    self.program = program
    self.arguments = arguments
  }

  /// The command such that it ends when this process ends, however that ends, and after `limit` seconds at the
  /// latest; the limit takes the processes with it that the command started. A limit of nil leaves the command
  /// in the terminal's foreground, so that it may read from there.
  ///
  /// coreutils' `timeout` and util-linux' `setpriv` do both better than signal handlers here could: they work
  /// also when this process is killed.
  public func supervised(limit: Int?) -> Command {
    guard let limit else {
      return Command("setpriv", ["--pdeathsig", "TERM", "--", program] + arguments)
    }
    return Command(
      "setpriv",
      ["--pdeathsig", "TERM", "--", "timeout", "--kill-after=5", "\(limit)", program] + arguments)
  }

  /// The status with which `timeout` reports that the limit was reached.
  public static let limitStatus: Int32 = 124

  /// One line that a shell would read as this command.
  public var line: String {
    ([program] + arguments).map { word in
      let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_=./:,+@%".contains($0) }
      return plain && !word.isEmpty
        ? word
        : "'"
          + word.split(separator: "'", omittingEmptySubsequences: false)
          .joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
