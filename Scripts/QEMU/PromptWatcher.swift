/// Tells from the kernel's output when its monitor waits for a line: the prompt stands at the start of a line and
/// nothing follows it.
///
/// After a line was sent the old prompt is still the last thing that was read; the echo ends in a line end, and
/// only a prompt after that counts.
public struct PromptWatcher: Sendable {
  /// What the monitor prints when it waits.
  public static let prompt = "tessera> "

  private var line: [UInt8] = []
  private var sawLineEnd = true
  private var isInSequence = false
  private let prompt: [UInt8]

  public init(prompt: String = PromptWatcher.prompt) { self.prompt = Array(prompt.utf8) }

  /// Takes the next bytes of output.
  public mutating func read(_ bytes: [UInt8]) {
    for byte in bytes {
      // A kernel that was told of a terminal writes escape sequences, ESC [ ... letter; none of them is text.
      if isInSequence {
        isInSequence = !(0x41...0x5A ~= byte || 0x61...0x7A ~= byte)
        continue
      }
      switch byte {
      case 0x1B: isInSequence = true
      case 0x0A:
        line.removeAll(keepingCapacity: true)
        sawLineEnd = true
      case 0x0D: break
      default: line.append(byte)
      }
    }
  }

  /// Whether the monitor waits for a line.
  public var isWaiting: Bool { sawLineEnd && line == prompt }

  /// To be called when a line is sent.
  public mutating func sent() { sawLineEnd = false }
}

/// The lines that a script gives the monitor: cut out of a stream of bytes, one handed out at a time, then `quit`.
public struct CommandFeed: Sendable {
  private var pending: [UInt8] = []
  private var lines: [[UInt8]] = []
  private var nextLine = 0
  private var hasEnded = false
  private var hasQuit = false

  /// The longest line that is passed on. The monitor's own limit is lower and has its own message; this one keeps
  /// the echo of a line within what a pipe holds.
  public static let longestLine = 4096

  public init() {}

  /// Takes the next bytes of the script.
  public mutating func read(_ bytes: [UInt8]) {
    for byte in bytes {
      if byte == 0x0A {
        lines.append(Array(pending.prefix(Self.longestLine)))
        pending = []
      } else if byte != 0x0D {
        pending.append(byte)
      }
    }
  }

  /// The script has ended; a last line without line end still counts.
  public mutating func end() {
    if !pending.isEmpty { read([0x0A]) }
    hasEnded = true
  }

  /// The next line for a monitor that waits, without its line end: the script's, then one `quit`, then nothing.
  /// Nil also where the script may still bring one.
  public mutating func next() -> [UInt8]? {
    if nextLine < lines.count {
      nextLine += 1
      return lines[nextLine - 1]
    }
    guard hasEnded, !hasQuit else { return nil }
    hasQuit = true
    return Array("quit".utf8)
  }

  /// Whether more may come, so that standard input is worth reading.
  public var isOpen: Bool { !hasEnded }
}
