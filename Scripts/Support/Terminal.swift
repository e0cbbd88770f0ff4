import Foundation

/// What a tool tells a person: one line a step on standard output, rewritten in place where that is a terminal.
public struct Terminal: Sendable {
  public static var inputIsTerminal: Bool { isatty(0) == 1 }
  public static var outputIsTerminal: Bool { isatty(1) == 1 }

  /// Writes to standard output at once.
  public static func write(_ bytes: [UInt8]) {
    // A reader that left early (`| head`) wants no more of it: the work ends here, quietly.
    if !Child.writeAll(bytes, to: 1) { exit(141) }
  }

  public static func line(_ text: String) { write(Array((text + "\n").utf8)) }

  /// A line on standard error: what went wrong and what to do.
  public static func complain(_ text: String) { _ = Child.writeAll(Array((text + "\n").utf8), to: 2) }

  /// Shows an unfinished line; only on a terminal, where the next one replaces it.
  public static func progress(_ text: String) {
    // Cut to the line: a longer one would not be replaced by the next.
    if outputIsTerminal { write(Array("\r\u{1b}[K\(text.prefix(width - 1))".utf8)) }
  }

  /// Characters in a line of the terminal.
  private static var width: Int {
    var size = winsize()
    return unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
  }

  /// Replaces the unfinished line by a finished one.
  public static func finish(_ text: String) { line(outputIsTerminal ? "\r\u{1b}[K\(text)" : text) }
}

/// Seconds since it was made, by a clock that nobody sets.
public struct Stopwatch: Sendable {
  private let start = ContinuousClock.now

  public init() {}

  public var seconds: Double {
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
  }
}
