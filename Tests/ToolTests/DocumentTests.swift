import Testing

/// `Scripts/check-docs` on small trees, each with one thing wrong.
@Suite struct DocumentTests {
  private let check = TreeCheck(script: "Scripts/check-docs")

  static let right = [
    "Makefile": ".PHONY: run\nrun: ## boots\n",
    "Scripts/bench.mk": "bench: ## counts\n",
    "Kernel/Main/SelfTest/Suites.swift": "visitor.visit(\"text\", .short, textSuite)\n",
    "Kernel/Main/Main.docc/Main.md": "`make bench` counts, see <doc:Guide> and `Kernel/Main`.\n",
    "Kernel/Main/Main.docc/Guide.md":
      "Frames make up a run.\n\n```sh\nprintf quit | make run APPEND='test=text'\n```\n\n`Kernel/<Module>/x`\n",
    "README.md": "`make run APPEND='test=list'` of `Scripts/bench.mk`\n",
  ]

  @Test func whatIsThereIsPassedInSilence() throws {
    #expect(try check.complaints(on: Self.right) == "")
  }

  @Test func theseDocumentsNameWhatIsThere() throws {
    #expect(try check.complaints() == "")
  }

  @Test func theChangesBeginWithThisVersion() throws {
    var tree = Self.right
    tree["Kernel/Primitives/Version.swift"] =
      "  @inlinable public static var current: StaticString { \"1.2.3\" }\n"
    tree["CHANGELOG.md"] = "# Changes\n\n## 1.2.3\n\n## 1.2.2\n"
    #expect(try check.complaints(on: tree) == "")
    tree["CHANGELOG.md"] = "# Changes\n\n## 1.2.2\n"
    #expect(
      try check.complaints(on: tree)
        == "CHANGELOG.md begins with 1.2.2, and Kernel/Primitives/Version.swift says 1.2.3\n")
  }

  @Test(arguments: [
    ("`make tea`", "make tea"), ("```sh\nmake tea && make run\n```", "make tea"),
    ("`Kernel/Main/Gone.swift`", "Kernel/Main/Gone.swift"), ("`test=gone`", "test=gone"),
    ("<doc:Gone>", "doc:Gone"),
    (
      "| `Kernel/Main/SelfTest/Suites.swift` | `visit`, `leave` | walks |",
      "leave of Kernel/Main/SelfTest/Suites.swift"
    ),
  ])
  func whatIsMissingIsNamed(_ words: String, _ missing: String) throws {
    var tree = Self.right
    tree["More.md"] = words + "\n"
    #expect(try check.complaints(on: tree) == "More.md names \(missing), which is not there\n")
  }
}
