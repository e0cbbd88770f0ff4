import Support

/// One boot, listened to until it ends.
public struct Session {
  /// What was heard, and how it ended.
  public struct Outcome: Sendable {
    public var ending: Ending
    public var log: [UInt8]
    public var seconds: Double
    public var text: String { String(decoding: log, as: UTF8.self) }

    public init(ending: Ending, log: [UInt8], seconds: Double) {
      self.ending = ending
      self.log = log
      self.seconds = seconds
    }
  }

  /// Boots a machine that leaves by itself.
  ///
  /// - Parameters:
  ///   - limit: Seconds after which it counts as hung.
  ///   - heard: Sees the output as it comes.
  public static func run(
    _ machine: Machine, _ boot: Boot, limit: Int, heard: ([UInt8]) -> Void = { _ in }
  ) throws(Child.StartError) -> Outcome {
    let watch = Stopwatch()
    let command = machine.command(booting: boot, serial: .pipe)
    let captured = try Child.capture(command, limit: limit, heard: heard)
    return Outcome(
      ending: Ending(status: captured.status), log: captured.output, seconds: watch.seconds)
  }

  /// Boots a machine and takes its power away.
  ///
  /// - Parameters:
  ///   - limit: Seconds after which it is taken away in any case.
  ///   - isTime: Asked every few milliseconds while it runs. At the first yes it is killed, with no chance to finish anything.
  /// - Returns: Whether it was time before it ended by itself or the limit came, and what it said.
  public static func cut(
    _ machine: Machine, _ boot: Boot, limit: Int, when isTime: () -> Bool
  ) throws(Child.StartError) -> (wasTime: Bool, log: [UInt8]) {
    let watch = Stopwatch()
    let child = try Child(machine.command(booting: boot, serial: .pipe))
    var log: [UInt8] = []
    while watch.seconds < Double(limit) {
      if isTime() {
        child.cutOff()
        _ = child.wait()
        return (true, log)
      }
      switch child.next(milliseconds: 2) {
      case .output(let bytes): log += bytes
      case .outputEnded: return (false, log)
      default: break
      }
    }
    child.cutOff()
    return (false, log)
  }

  /// Boots a machine into its monitor and gives it lines, each when the monitor waits for one.
  ///
  /// - Parameters:
  ///   - script: Lines that are known beforehand; nil reads them from standard input, as they come.
  ///   - patience: Seconds that one command may take without a word.
  public static func converse(
    _ machine: Machine, _ boot: Boot, script: [String]?, patience: Int, window: Bool = false,
    heard: ([UInt8]) -> Void
  ) throws(Child.StartError) -> Outcome {
    let watch = Stopwatch()
    let command = machine.command(booting: boot, serial: .pipe, window: window)
    let child = try Child(command.supervised(limit: Self.longestConversation), input: .pipe)
    var conversation = Conversation(script: script, patience: patience)
    while conversation.step(child, heard: heard) {}
    let status = child.wait()
    let ending = conversation.gaveUp ? Ending.hung : Ending(status: status)
    return Outcome(ending: ending, log: conversation.log, seconds: watch.seconds)
  }
}

extension Session {
  /// Seconds in a day: a conversation lasts as long as its script, and each command has a limit of its own.
  private static let longestConversation = 24 * 3600

  /// Boots a machine into its monitor and goes through a dialogue with it: each step waits for a text to come
  /// after the previous step's bytes were sent, and then sends its own.
  ///
  /// - Returns: The log so far and how it ended; ``Ending/hung`` where a text did not come in time.
  public static func dialogue(
    _ machine: Machine, _ boot: Boot, steps: [(awaits: String, sends: [UInt8])], limit: Int
  ) throws(Child.StartError) -> Outcome {
    let watch = Stopwatch()
    let child = try Child(
      machine.command(booting: boot, serial: .pipe).supervised(limit: limit), input: .pipe)
    var log: [UInt8] = []
    var unread: [UInt8] = []
    var step = 0
    listening: while true {
      switch child.next(milliseconds: 1000) {
      case .output(let bytes):
        log += bytes
        unread += bytes
        if step < steps.count, unread.containsRun(Array(steps[step].awaits.utf8)) {
          unread = []
          child.send(steps[step].sends)
          step += 1
        }
      case .outputEnded: break listening
      default: break
      }
    }
    return Outcome(ending: Ending(status: child.wait()), log: log, seconds: watch.seconds)
  }
}

extension [UInt8] {
  fileprivate func containsRun(_ run: [UInt8]) -> Bool {
    guard count >= run.count else { return false }
    return (0...(count - run.count)).contains { self[$0..<($0 + run.count)].elementsEqual(run) }
  }
}

/// The state of ``Session/converse(_:_:script:patience:heard:)``.
private struct Conversation {
  var log: [UInt8] = []
  var gaveUp = false
  private var feed = CommandFeed()
  private var watcher = PromptWatcher()
  private let patience: Int
  private var silence = Stopwatch()

  init(script: [String]?, patience: Int) {
    self.patience = patience
    if let script {
      for line in script { feed.read(Array((line + "\n").utf8)) }
      feed.end()
    }
  }

  /// Waits for one event and acts on it; false when the machine has ended.
  mutating func step(_ child: Child, heard: ([UInt8]) -> Void) -> Bool {
    switch child.next(alsoStandardInput: feed.isOpen, milliseconds: 250) {
    case .output(let bytes):
      log += bytes
      heard(bytes)
      watcher.read(bytes)
      silence = Stopwatch()
    case .outputEnded: return false
    case .standardInput(let bytes): feed.read(bytes)
    case .standardInputEnded: feed.end()
    case .nothing: break
    }
    if watcher.isWaiting {
      if let line = feed.next() {
        watcher.sent()
        silence = Stopwatch()
        child.send(line + [0x0D])
      } else if feed.isOpen {
        // Nobody is late: the machine waits for us.
        silence = Stopwatch()
      }
    }
    if silence.seconds > Double(patience), !gaveUp {
      gaveUp = true
      child.terminate()
    }
    return true
  }
}
