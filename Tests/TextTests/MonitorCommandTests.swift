import Testing
import Text

@Suite("Monitor commands")
struct MonitorCommandTests {
  /// The command a line is, printed; or the error, printed.
  private func parse(_ line: String) -> String {
    let bytes = line.utf8Bytes
    do throws(CommandError) {
      return describe(try MonitorCommand(bytes.span), in: line)
    } catch {
      return "error: " + written { $0.write(error, in: bytes.span) }
    }
  }

  private func describe(_ words: FileWords, in line: String) -> String {
    func part(_ range: TextRange) -> String {
      String(decoding: Array(line.utf8)[range.start..<range.end], as: UTF8.self)
    }
    return switch words {
    case .summary: "tmpfs"
    case .list(let path): "tmpfs ls [\(part(path))]"
    case .create(let path): "tmpfs create [\(part(path))]"
    case .makeDirectory(let path): "tmpfs mkdir [\(part(path))]"
    case .show(let path): "tmpfs cat [\(part(path))]"
    case .write(let path, let text): "tmpfs write [\(part(path))] [\(part(text))]"
    case .remove(let path): "tmpfs rm [\(part(path))]"
    case .move(let path, let target): "tmpfs mv [\(part(path))] [\(part(target))]"
    case .fill(let count): "tmpfs fill \(count)"
    case .drop: "tmpfs drop"
    }
  }

  private func describe(_ command: MonitorCommand, in line: String) -> String {
    switch command {
    case .files(let words): describe(words, in: line)
    case .help(let name): "help" + (name.map { " \($0.word)" } ?? "")
    case .arenas: "arenas"
    case .walk(let arena): "walk \(text(arena))"
    case .allocate(let arena, let words):
      "alloc \(text(arena)) \(words.sizeMinusOne) \(words.alignment) \(words.phase) \(words.nocross) "
        + "\(words.first)-\(words.last) \(words.at.map(String.init) ?? "-")"
    case .free(let arena, let address, let size):
      "free \(text(arena)) \(address) \(size.map(String.init) ?? "-")"
    case .owners(let owner): "owners" + (owner.map { " [\(text($0))]" } ?? "")
    case .caches(let cache): "caches" + (cache.map { " \(text($0))" } ?? "")
    case .explainLast: "explain"
    case .explain(let arena, let words): "explain \(text(arena)) \(words.sizeMinusOne) \(words.alignment)"
    case .log(let arena, let words): "log \(text(arena)) \(words)"
    case .watch(let words):
      "watch \(words.times.map(String.init) ?? "-") \(words.milliseconds) at \(words.start)"
    case .terminal(let kind): "terminal \(kind)"
    case .map(let physical, let size): "vmap \(physical) \(size)"
    case .unmap(let address): "vunmap \(address)"
    case .directories: "pdes"
    case .threads: "threads"
    case .pci: "pci"
    case .bus: "bus"
    case .claim(let bus, let first, let size): "claim \(bus) \(first) \(size)"
    case .release(let bus, let first): "release \(bus) \(first)"
    case .input(let port, let width): "in \(port) \(width)"
    case .output(let port, let value, let width): "out \(port) \(value) \(width)"
    case .peek(let address, let size): "peek \(address) \(size)"
    case .poke(let address, let value, let width): "poke \(address) \(value) \(width)"
    case .show(let words): words == .once ? "show" : "show \(words)"
    case .swap: "swap"
    case .disks: "disks"
    case .memory: "memory"
    case .swapOn(let disk, let isFormatted, let isConfirmed): "swapon \(disk) \(isFormatted) \(isConfirmed)"
    case .test(.all): "test"
    case .test(.list): "test list"
    case .test(.suite(let suite)): "test \(text(suite))"
    case .bench: "bench"
    case .deviceTest(.transcript(let size, let times, let physical)): "devtest \(size) \(times) \(physical)"
    case .deviceTest(.mixture(let steps)): "devtest mix \(steps)"
    case .deviceTest(.blank): "devtest blank"
    case .panic: "panic"
    case .quit: "quit"
    }
  }

  private func text<let capacity: Int>(_ name: FixedName<capacity>) -> String {
    written { name.write(to: &$0) }
  }

  @Test(
    "simple commands",
    arguments: [
      "help", "arenas", "pdes", "threads", "pci", "disks", "bus", "show", "swap", "memory", "test", "bench",
      "panic",
      "quit", "owners", "caches", "explain",
    ])
  func simple(_ name: String) {
    #expect(parse(name) == name)
    #expect(parse("  \(name)  ") == name)
  }

  @Test(
    "one word more is an error",
    arguments: [
      "arenas", "pdes", "threads", "pci", "disks", "bus", "swap", "memory", "bench", "panic", "quit",
      "show live",
      "help walk", "caches kmem-64", "log kva dump", "terminal plain", "test vmap", "devtest blank",
    ])
  func surplus(_ line: String) {
    #expect(parse("\(line) now") == "error: now: one word too many")
  }

  @Test("every command is known by its word, and every example is a command (Text-I9)")
  func examples() {
    var names: [String] = []
    CommandName.each { name in
      names.append("\(name.word)")
      var examples = 0
      var forms = 0
      name.eachForm { _, _ in forms += 1 }
      name.eachExample { line, _ in
        examples += 1
        let parsed = parse("\(line)")
        #expect(!parsed.hasPrefix("error"), "\(line): \(parsed)")
      }
      #expect(examples > 0 && forms > 0, "\(name.word)")
      let help = written { $0.writeHelp(on: name) }
      #expect(help.hasPrefix("\(name.word)") && help.contains("examples\n"))
      #expect(help.split(separator: "\n").allSatisfy { $0.count < 100 })
    }
    #expect(Set(names).count == names.count)
    #expect(names.contains("walk") && names.last == "quit")
  }

  @Test(
    "operands are read with their kinds",
    arguments: [
      ("walk kva", "walk kva"),
      ("help walk", "help walk"),
      ("help nosuch", "error: nosuch: no such command; help lists them"),
      ("owners  kernel image ", "owners [kernel image]"),
      ("explain kva 1G align=4M", "explain kva 1073741823 4194304"),
      ("explain kva", "error: operand missing: size"),
      ("log kva on", "log kva on(operations: 1000)"),
      ("log kva on 4K", "log kva on(operations: 4096)"),
      ("log kva off", "log kva off"),
      ("log kva dump", "log kva dump"),
      ("log kva replay", "log kva replay"),
      ("log kva", "error: operand missing: on, off, dump or replay"),
      ("log kva print", "error: print: on, off, dump or replay is wanted"),
      ("show live", "show live"),
      ("show off", "show off"),
      ("show now", "error: now: no such option; help names them"),
      ("terminal color", "terminal color"),
      ("terminal vt100", "error: vt100: a terminal is log, plain or color"),
      ("watch arenas", "watch - 1000 at 5"),
      ("watch 3 every=50 walk kva", "watch 3 50 at 16"),
      ("watch 3", "error: operand missing: command"),
      ("watch every=9 arenas", "error: every=9: between 10 and 60000 milliseconds"),
      ("watch 2 walk", "error: operand missing: arena"),
      ("watch 2 walk kva now", "error: now: one word too many"),
      ("watch 2 nosuch", "error: nosuch: no such command; help lists them"),
      ("watch watch arenas", "error: watch: that cannot be watched"),
      ("watch 2 quit", "error: quit: that cannot be watched"),
      ("watch 2 panic now", "error: panic: that cannot be watched"),
      ("watch 0 arenas", "error: 0: once at least"),
      // Nothing nests, however many there are.
      (String(repeating: "watch ", count: 100_000), "error: watch: that cannot be watched"),
      ("devtest mix", "devtest mix 10000"),
      ("devtest mix 500", "devtest mix 500"),
      ("swapon 1", "swapon 1 false false"),
      ("swapon --format 2", "swapon 2 true false"),
      ("swapon --format 2 erase", "swapon 2 true true"),
      ("swapon --format 2 yes", "error: yes: no such option; help names them"),
      ("swapon --format", "error: operand missing: disk"),
      ("alloc kva 4K", "alloc kva 4095 0 0 0 0-4294967295 -"),
      ("alloc ioport 4G", "alloc ioport 4294967295 0 0 0 0-4294967295 -"),
      (
        "alloc kva 0x1000 align=4M phase=4K nocross=16M min=0x1000 max=0x1fff at=0",
        "alloc kva 4095 4194304 4096 16777216 4096-8191 0"
      ),
      ("tmpfs", "tmpfs"),
      ("tmpfs ls", "tmpfs ls []"),
      ("  tmpfs  ls  /a/b  ", "tmpfs ls [/a/b]"),
      ("tmpfs create /a", "tmpfs create [/a]"),
      ("tmpfs mkdir /a", "tmpfs mkdir [/a]"),
      ("tmpfs cat /a", "tmpfs cat [/a]"),
      ("tmpfs write /a  two  words ", "tmpfs write [/a] [two  words]"),
      ("tmpfs rm /a", "tmpfs rm [/a]"),
      ("tmpfs mv /a /b", "tmpfs mv [/a] [/b]"),
      ("tmpfs fill 1000", "tmpfs fill 1000"),
      ("tmpfs drop", "tmpfs drop"),
      ("tmpfs mv /a", "error: operand missing: path"),
      ("tmpfs write /a", "error: operand missing: text"),
      ("tmpfs cat /a b", "error: b: one word too many"),
      ("tmpfs eat /a", "error: eat: tmpfs does ls, create, mkdir, cat, write, rm, mv, fill and drop"),
      ("tmpfs fill x", "error: x: character 'x' at position 1 is not part of a number"),
      ("free kva 0xe0000000", "free kva 3758096384 -"),
      ("free kva 0 64K", "free kva 0 65535"),
      ("vmap 0xfd000000 16M", "vmap 4244635648 16777215"),
      ("vunmap 0xe0000000", "vunmap 3758096384"),
      ("peek 0xc0100000", "peek 3222274048 3"),
      ("peek 0xc0100000 256", "peek 3222274048 255"),
      ("poke 0xc0100000 7", "poke 3222274048 7 4"),
      ("poke 0xc0100001 0xff 1", "poke 3222274049 255 1"),
      ("devtest", "devtest 33554431 11 8192"),
      ("devtest 4M 3", "devtest 4194303 3 8192"),
      ("devtest 4M 3 0xfd000000", "devtest 4194303 3 4244635648"),
      ("devtest blank", "devtest blank"),
      ("test list", "test list"),
      ("claim io 0x300 32", "claim io 768 31"),
      ("claim memory 0 4G", "claim memory 0 4294967295"),
      ("release irq 5", "release irq 5"),
      ("in 0x71", "in 113 1"),
      ("in 0xcfc 4", "in 3324 4"),
      ("out 0x70 10", "out 112 10 1"),
      ("out 0x1ce 0x100 2", "out 462 256 2"),
      ("test pci", "test pci"),
    ])
  func operands(_ line: String, _ meaning: String) {
    #expect(parse(line) == meaning)
  }

  @Test(
    "bad input gets the reason and the word",
    arguments: [
      ("frobnicate", "frobnicate: no such command; help lists them"),
      ("walk", "operand missing: arena"),
      (
        "walk a-name-of-more-than-15",
        "a-name-of-more-than-15: a name has 1 to 15 characters, an owner's 47 at most"
      ),
      ("alloc kva", "operand missing: size"),
      ("alloc kva 0", "0: a size of 0 has no addresses"),
      ("alloc kva 5G", "5G: the value is above 4G"),
      ("alloc kva 4K color=red", "color=red: no such option; help names them"),
      ("alloc kva 4K align=x", "align=x: character 'x' at position 1 is not part of a number"),
      ("alloc kva 4K min=2 max=1", "max=1: max is below min"),
      ("free kva", "operand missing: address"),
      ("vmap 0x100000000 4K", "0x100000000: the value is above 0xffffffff"),
      ("vmap 0", "operand missing: size"),
      ("claim isa 0 1", "isa: a bus is io, memory or irq"),
      ("in 64K", "64K: the value is above 0x0000ffff"),
      ("out 0x70 256", "256: the value needs more bytes than 1"),
      ("out 0x70 1 8", "8: a width is 1, 2 or 4 bytes"),
      ("vunmap", "operand missing: address"),
      ("peek", "operand missing: address"),
      ("peek 12z", "12z: character 'z' at position 3 is not part of a number"),
      ("poke 0xc0100000", "operand missing: value"),
      ("poke 0xc0100001 1", "0xc0100001: the address is not a multiple of the width, 4"),
      ("poke 0xc0100000 256 1", "256: the value needs more bytes than 1"),
      ("poke 0xc0100000 1 3", "3: a width is 1, 2 or 4 bytes"),
      ("\u{1B}x", "\\x1bx: no such command; help lists them"),
    ])
  func errors(_ line: String, _ reason: String) {
    #expect(parse(line) == "error: \(reason)")
  }

  @Test("help names every command, and nothing is wider than a terminal")
  func help() {
    let text = written { $0.writeMonitorHelp() }
    for name in [
      "arenas", "walk", "alloc", "free", "vmap", "vunmap", "pdes", "pci", "bus", "claim", "release", "in",
      "out", "peek", "poke", "show", "test", "tmpfs",
      "bench", "panic", "quit",
    ] {
      #expect(text.split(separator: "\n").contains { $0.hasPrefix(name) }, "\(name)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 100 })
  }

  @Test("styles are for sinks that have them, and have no width in a table (Text-I8)")
  func styles() {
    var plain = Recorder()
    var styled = StyledRecorder()
    plain.writeHelp(on: .walk)
    styled.writeHelp(on: .walk)
    #expect(!plain.text.contains("\u{1B}"))
    #expect(styled.text.hasPrefix("\u{1B}[1mwalk\u{1B}[0m <arena>  every segment"))
    let bare = styled.text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(bare == plain.text)
  }
}

/// A recorder that has styles.
private struct StyledRecorder: ByteSink {
  var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(_ byte: UInt8) { bytes.append(byte) }
  mutating func begin(_ style: TextStyle) { write(style.beginning) }
  mutating func endStyle() { write(TextStyle.end) }
}
