import QEMU
import Support
import Testing

@Suite struct CommandTests {
  private let kernel = Boot.kernel(path: "k.elf", words: "run=\"a; b\" test")

  @Test func kernelWordsAreOneArgument() {
    let command = Machine("pc", processor: "486", memory: "8M").command(booting: kernel, serial: .pipe)
    #expect(command.program == "qemu-system-i386")
    #expect(command.arguments.value(after: "-append") == "run=\"a; b\" test")
    #expect(command.arguments.value(after: "-kernel") == "k.elf")
    #expect(command.arguments.value(after: "-cpu") == "486")
    #expect(command.arguments.value(after: "-m") == "8M")
    #expect(command.arguments.value(after: "-device") == "isa-debug-exit,iobase=0xf4,iosize=0x04")
  }

  @Test func noWordsNoArgument() {
    let command = Machine().command(booting: .kernel(path: "k.elf", words: ""), serial: .pipe)
    #expect(!command.arguments.contains("-append"))
  }

  @Test func windowOnlyWhereAskedFor() {
    #expect(Machine().command(booting: kernel, serial: .pipe).arguments.value(after: "-display") == "none")
    #expect(!Machine().command(booting: kernel, serial: .pipe, window: true).arguments.contains("-display"))
  }

  @Test func commaInALogPathIsDoubled() {
    let command = Machine().command(booting: kernel, serial: .terminal(log: "a,b.log"))
    #expect(command.arguments.contains { $0.contains("logfile=a,,b.log") })
  }

  @Test func discBootsFromTheDrive() {
    let command = Machine("q35").command(booting: .disc(path: "t.iso"), serial: .pipe)
    #expect(command.arguments.value(after: "-cdrom") == "t.iso")
    #expect(!command.arguments.contains("-kernel"))
  }

  @Test func extraArgumentsComeLast() {
    let machine = Machine(extra: Machine.countsInstructions)
    #expect(
      machine.command(booting: kernel, serial: .pipe).arguments.suffix(2) == ["-icount", "shift=0,sleep=off"])
  }

  @Test func lineCanBePastedIntoAShell() {
    #expect(Command("a", ["b c", "d'e", "", "f=g"]).line == "a 'b c' 'd'\\''e' '' f=g")
  }
}

@Suite struct MonitorTerminalTests {
  @Test(
    arguments: [
      (["TERM": "xterm-256color"], "terminal=color"), (["TERM": "linux"], "terminal=color"),
      (["TERM": "xterm", "NO_COLOR": "1"], "terminal=plain"),
      (["TERM": "xterm", "NO_COLOR": ""], "terminal=color"),
      (["TERM": "vt100"], "terminal=plain"), (["TERM": "xterm-mono"], "terminal=plain"),
      (["TERM": "dumb"], nil), (["TERM": ""], nil), ([:], nil),
    ] as [([String: String], String?)])
  func words(environment: [String: String], word: String?) {
    #expect(MonitorTerminal.word(isTerminal: true, environment: environment) == word)
    #expect(MonitorTerminal.word(isTerminal: false, environment: environment) == nil)
  }
}

@Suite struct EndingTests {
  @Test(arguments: [
    (Int32(33), Ending.success), (65, .testsFailed), (97, .panic), (0, .closed), (124, .hung), (1, .other(1)),
  ])
  func statuses(status: Int32, ending: Ending) { #expect(Ending(status: status) == ending) }
}

@Suite struct PromptTests {
  @Test func promptAtTheStartOfALine() {
    var watcher = PromptWatcher(prompt: "> ")
    watcher.read(Array("booting\r\n".utf8))
    #expect(!watcher.isWaiting)
    watcher.read(Array(">".utf8))
    #expect(!watcher.isWaiting)
    watcher.read(Array(" ".utf8))
    #expect(watcher.isWaiting)
  }

  @Test func echoOfALineIsNotAPrompt() {
    var watcher = PromptWatcher(prompt: "> ")
    watcher.read(Array("> ".utf8))
    watcher.sent()
    #expect(!watcher.isWaiting)
    watcher.read(Array("arenas\r\n".utf8))
    #expect(!watcher.isWaiting)
    watcher.read(Array("kva\r\n> ".utf8))
    #expect(watcher.isWaiting)
  }

  @Test func coloursAreNoText() {
    var watcher = PromptWatcher(prompt: "> ")
    watcher.read(Array("\u{1B}[1m> \u{1B}[0m".utf8))
    #expect(watcher.isWaiting)
    watcher.sent()
    watcher.read(Array("arenas\r\n\u{1B}[H\u{1B}[J> ".utf8))
    #expect(watcher.isWaiting)
  }

  @Test func aPromptWrittenAnewIsNotAwaited() {
    var watcher = PromptWatcher(prompt: "> ")
    watcher.read(Array("> ".utf8))
    watcher.sent()
    // Tab: the names that fit, then the line anew, behind a blank and a backspace.
    watcher.read(Array("wa\r\nwalk  watch\r\n \u{08}> ".utf8))
    #expect(!watcher.isWaiting)
    watcher.read(Array("wa".utf8))
    #expect(!watcher.isWaiting)
  }

  @Test func promptInsideALineDoesNotCount() {
    var watcher = PromptWatcher(prompt: "> ")
    watcher.read(Array("a > ".utf8))
    #expect(!watcher.isWaiting)
  }
}

@Suite struct FeedTests {
  @Test func linesThenQuitThenNothing() {
    var feed = CommandFeed()
    feed.read(Array("are".utf8))
    #expect(feed.next() == nil)
    feed.read(Array("nas\r\nwalk kva".utf8))
    #expect(feed.next() == Array("arenas".utf8))
    #expect(feed.next() == nil)
    feed.end()
    #expect(!feed.isOpen)
    #expect(feed.next() == Array("walk kva".utf8))
    #expect(feed.next() == Array("quit".utf8))
    #expect(feed.next() == nil)
  }

  @Test func emptyScriptQuits() {
    var feed = CommandFeed()
    feed.end()
    #expect(feed.next() == Array("quit".utf8))
  }

  @Test func overlongLineIsCut() {
    var feed = CommandFeed()
    feed.read([UInt8](repeating: 0x61, count: CommandFeed.longestLine + 1) + [0x0A])
    #expect(feed.next()?.count == CommandFeed.longestLine)
  }
}

/// Real processes: the tools rest on these promises.
@Suite struct ChildTests {
  @Test func outputAndStatusAreCaptured() throws {
    let captured = try Child.capture(Command("sh", ["-c", "echo out; echo err >&2; exit 33"]), limit: 10)
    #expect(captured.status == 33)
    #expect(captured.text == "out\nerr\n")
  }

  @Test func inputIsNothingUnlessGiven() throws {
    #expect(try Child.capture(Command("cat", []), limit: 10).output.isEmpty)
    #expect(try Child.capture(Command("cat", []), limit: 10, input: Array("abc".utf8)).text == "abc")
  }

  @Test func hangEndsAtTheLimitWithAllThatItStarted() throws {
    let watch = Stopwatch()
    let captured = try Child.capture(Command("sh", ["-c", "sleep 60 & sleep 60; echo never"]), limit: 1)
    #expect(captured.status == Command.limitStatus)
    #expect(captured.output.isEmpty)
    #expect(watch.seconds < 30)
  }

  @Test func missingProgramIsAnError() throws {
    // The supervisor exists, so that the missing program shows as its status: `timeout` says 127.
    #expect(try Child.capture(Command("tessera-no-such-program", []), limit: 5).status == 127)
  }
}

extension [String] {
  func value(after option: String) -> String? {
    firstIndex(of: option).flatMap { $0 + 1 < count ? self[$0 + 1] : nil }
  }
}
