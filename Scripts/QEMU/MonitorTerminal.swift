/// What the kernel is told about the terminal at the other end of its serial line: it cannot ask.
public enum MonitorTerminal {
  /// The word for the kernel command line, nil where the output is a log: `terminal=color`, or `terminal=plain` for a
  /// terminal without colours and for somebody who wants none (https://no-color.org).
  ///
  /// - Parameters:
  ///   - isTerminal: Whether standard output is one.
  ///   - environment: Of this process.
  public static func word(isTerminal: Bool, environment: [String: String]) -> String? {
    guard isTerminal, let kind = environment["TERM"], !kind.isEmpty, kind != "dumb" else { return nil }
    if let wish = environment["NO_COLOR"], !wish.isEmpty { return "terminal=plain" }
    return hasColours(kind) ? "terminal=color" : "terminal=plain"
  }

  /// The few in use that have none; terminfo calls monochrome variants `-m` and `-mono`.
  private static func hasColours(_ kind: String) -> Bool {
    !["vt52", "vt100", "vt102", "vt220", "vt320"].contains(kind) && !kind.hasSuffix("-m")
      && !kind.hasSuffix("-mono")
  }
}
