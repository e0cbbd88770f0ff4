import Text

/// A kernel command line, as a loader leaves it, and what it asks for.
public struct BootLineVector: Sendable {
  public let line: StaticString
  /// The loader is QEMU, which puts the image's name first.
  public let namesImageFirst: Bool
  public var tests = RequestedTests.none
  public var bench = false
  public var commands: StaticString = ""
  public var hasCommands = false
  public var suite: StaticString = ""
  public var scenario: StaticString = ""
  public var unknownWords = 0

  init(qemu line: StaticString) {
    self.line = line
    namesImageFirst = true
  }

  init(grub line: StaticString) {
    self.line = line
    namesImageFirst = false
  }

  private func with(_ change: (inout BootLineVector) -> Void) -> BootLineVector {
    var vector = self
    change(&vector)
    return vector
  }

  /// Whether the line is understood as the vector says.
  public var holds: Bool {
    var words = InlineArray<128, UInt8>(repeating: 0)
    var storage = words.mutableSpan
    let cut = BootLine.unquote(line.bytes, into: &storage)
    let options = BootOptions(storage.span.extracting(first: cut.count), namesImageFirst: namesImageFirst)
    var unknown = 0
    while options.unknownWord(unknown) != nil { unknown += 1 }
    guard options.tests == tests, options.bench == bench, !cut.isTruncated else { return false }
    guard options.hasCommands == hasCommands, options.commands.equals(commands) else { return false }
    guard options.hasScenario == (scenario.utf8CodeUnitCount > 0) else { return false }
    guard options.scenario.equals(scenario), options.suite.equals(suite) else { return false }
    return unknown == unknownWords
  }

  /// Gives every vector to `body`.
  public static func each(_ body: (BootLineVector) -> Void) {
    fromQEMU(body)
    fromGRUB(body)
    fromAnyone(body)
  }

  private static func fromQEMU(_ body: (BootLineVector) -> Void) {
    body(BootLineVector(qemu: "kernel.elf"))
    body(BootLineVector(qemu: "kernel.elf "))
    body(BootLineVector(qemu: "test"))
    body(
      BootLineVector(qemu: "kernel.elf run=\"a; b\" test").with {
        $0.hasCommands = true
        $0.commands = "a; b"
        $0.tests = .all
      })
    body(
      BootLineVector(qemu: "/a/b.elf test run='a; b'").with {
        $0.hasCommands = true
        $0.commands = "a; b"
        $0.tests = .all
      })
    body(
      BootLineVector(qemu: "kernel.elf nonsense fatal=write-text bench").with {
        $0.scenario = "write-text"
        $0.bench = true
        $0.unknownWords = 1
      })
    body(
      BootLineVector(qemu: "kernel.elf test=pci").with {
        $0.tests = .suite
        $0.suite = "pci"
      })
  }

  private static func fromGRUB(_ body: (BootLineVector) -> Void) {
    body(BootLineVector(grub: ""))
    body(
      BootLineVector(grub: "\"run=a; b\" test").with {
        $0.hasCommands = true
        $0.commands = "a; b"
        $0.tests = .all
      })
    body(BootLineVector(grub: "/boot/kernel.elf bench").with { $0.bench = true })
    body(BootLineVector(grub: "kernel.elf").with { $0.unknownWords = 1 })
    body(
      BootLineVector(grub: "\"run=say \\\"x\\\"\"").with {
        $0.hasCommands = true
        $0.commands = "say \"x\""
      })
    body(
      BootLineVector(grub: "run=a\\\\b").with {
        $0.hasCommands = true
        $0.commands = "a\\b"
      })
  }

  private static func fromAnyone(_ body: (BootLineVector) -> Void) {
    body(BootLineVector(grub: "test=list").with { $0.tests = .list })
    body(
      BootLineVector(grub: "  test\t bench  ").with {
        $0.tests = .all
        $0.bench = true
      })
    body(BootLineVector(grub: "test= fatal= tests").with { $0.unknownWords = 3 })
    body(
      BootLineVector(grub: "run=/x").with {
        $0.hasCommands = true
        $0.commands = "/x"
      })
    body(
      BootLineVector(grub: "run=").with {
        $0.hasCommands = true
        $0.commands = ""
      })
    body(
      BootLineVector(grub: "run=a run=b").with {
        $0.hasCommands = true
        $0.commands = "b"
      })
    body(
      BootLineVector(grub: "\"run=open").with {
        $0.hasCommands = true
        $0.commands = "open"
      })
    body(
      BootLineVector(grub: "\"\" test").with {
        $0.tests = .all
        $0.unknownWords = 1
      })
    body(
      BootLineVector(grub: "r\"un=a b\"c").with {
        $0.hasCommands = true
        $0.commands = "a bc"
      })
  }
}
