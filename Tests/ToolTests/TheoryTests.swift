import Testing

/// `Scripts/check-theory` on small theories, each with one thing wrong. The script does not read this file.
@Suite struct TheoryTests {
  private let check = TreeCheck(script: "Scripts/check-theory")

  static let right = [
    "ARCHITECTURE.md": "1. **First.** Of all.\n2. **Second.**\n",
    "Kernel/Low/Low.docc/Low.md": "- **Low-I1** It is.\n- **Low-I2.** It stays (law 2), see Low-I1.\n",
    "Kernel/Low/Low.swift": "// Low-I1 and law 1 hold. UTF-I8 is no module's.\n",
    "Kernel/Main/Main.docc/Main.md": "- **Main-I1** It boots.\n",
    "Kernel/Main/SelfTest/Suite.swift": "/// Main-I1\n",
    "Kernel/Instructions/instructions.h": "// Nothing to prove.\n",
    "Tests/LowTests/Low.c": "/* Low-I1 */\n",
    "Scripts/ELF/Check.swift": "/// (Low-I2)\n",
    "Boot/entry.S": "// Main-I1\n",
  ]

  @Test func theoriesInOrderArePassedInSilence() throws {
    #expect(try check.complaints(on: Self.right) == "")
  }

  @Test func theseTheoriesAreInOrder() throws {
    #expect(try check.complaints() == "")
  }

  @Test(arguments: [
    TreeCheck.Fault(
      file: "Kernel/Low/More.swift", content: "// Low-I3\n",
      complaint: "Kernel/Low/More.swift names Low-I3, which no theory defines"),
    TreeCheck.Fault(
      file: "Tests/LowTests/Low.swift", content: "// Low-I9\n",
      complaint: "Tests/LowTests/Low.swift names Low-I9, which no theory defines"),
    TreeCheck.Fault(
      file: "Scripts/ELF/Check.swift", content: "",
      complaint: "no test names Low-I2 (Kernel/Low/Low.docc/Low.md)"),
    TreeCheck.Fault(
      file: "Kernel/Low/Low.swift", content: "// law 3\n",
      complaint: "Kernel/Low/Low.swift cites law 3, which ARCHITECTURE.md does not have"),
    TreeCheck.Fault(
      file: "Kernel/Bare/Bare.swift", content: "", complaint: "Kernel/Bare has no theory: Bare.docc/Bare.md"),
    TreeCheck.Fault(
      file: "Kernel/Bare/Bare.docc/Bare.md", content: "Words.\n",
      complaint: "Kernel/Bare has no numbered invariant"),
    TreeCheck.Fault(
      file: "Kernel/Low/Low.docc/More.md", content: "- **Low-I2** Again.\n",
      complaint: "Low-I2 is defined twice"),
    TreeCheck.Fault(
      file: "Kernel/Main/Main.docc/More.md", content: "- **Low-I3** Elsewhere.\n",
      complaint: "Low-I3 is defined in Kernel/Main/Main.docc/More.md, not in the catalogue of its module"),
    TreeCheck.Fault(
      file: "Kernel/Low/Low.docc/More.md", content: "- **Low-I4** Too far.\n",
      complaint: "the invariants of Low have a gap"),
  ])
  func aFaultIsNamed(_ fault: TreeCheck.Fault) throws {
    try check.expectNamed(fault, in: Self.right)
  }
}
