import Support

/// `tessera run` as `make run` calls it, with input from a pipe, end to end.
struct RunnerTests {
  var kernel: String

  /// What is fed, through a shell, and what must come of it.
  struct Case {
    var name: String
    /// A shell command whose output is the monitor's input.
    var feeder: String
    var status: Int32
    var says: [String]
  }

  static let cases = [
    Case(
      name: "a script that quits", feeder: "printf 'arenas\\nquit\\n'", status: 0, says: ["ioport", "kva"]),
    Case(name: "a script that just ends", feeder: "printf 'arenas'", status: 0, says: ["ioport", "kva"]),
    Case(name: "no input", feeder: "true", status: 0, says: ["tessera> quit"]),
    Case(
      name: "a slow writer", feeder: "sleep 2; echo pci; sleep 2; echo arenas", status: 0,
      says: ["tessera> pci", "tessera> arenas", "kva"]),
    Case(
      name: "a wrong command", feeder: "echo nonsense; echo arenas", status: 0,
      says: ["error: nonsense", "kva"]),
    Case(
      name: "many lines at once", feeder: "yes 'walk ioport' | head -n 40", status: 0,
      says: ["tessera> walk ioport", "tessera> quit"]),
    Case(
      name: "a panic is a failure with names", feeder: "echo panic; echo arenas", status: 1,
      says: ["panic: the monitor was told to", "Monitor.", " at Kernel/Main/Monitor/"]),
  ]

  func run(progress: (String) -> Void) throws -> Verdict {
    var verdict = Verdict()
    for test in Self.cases {
      progress(test.name)
      let remarks = try remarks(on: test)
      if remarks.isEmpty {
        verdict.tally.passed += 1
      } else {
        verdict.tally.failed += 1
        verdict.remarks += ["\(test.name):"] + remarks.map { "  " + $0 }
      }
    }
    return verdict
  }

  private func remarks(on test: Case) throws -> [String] {
    let tool = Command(CommandLine.arguments[0], ["run", "--kernel", kernel]).line
    let captured = try Child.capture(Command("sh", ["-c", "(\(test.feeder)) | \(tool)"]), limit: 120)
    let log = try Logs.write("runner-\(test.name).log", captured.output)
    var remarks: [String] = []
    if captured.status != test.status {
      remarks.append("status \(captured.status) instead of \(test.status)")
    }
    var rest = captured.text[...]
    for text in test.says {
      guard let range = rest.firstRange(of: text) else {
        remarks.append("did not say `\(text)` in its turn")
        break
      }
      rest = rest[range.upperBound...]
    }
    return remarks.isEmpty ? [] : remarks + ["log: \(log)"]
  }
}
