import Testing

/// `Scripts/check-imports` on small houses, each with one thing wrong.
@Suite struct HouseTests {
  private let check = TreeCheck(script: "Scripts/check-imports")

  /// A tree that is right: `Low` below `High`, and `Machine` for the bare machine only.
  static let right = [
    "Package.swift": """
    room("Low"),
    room("High", below: ["Low"]),
    // room("Low", below: ["High"]) in a comment counts for nothing.
    .target(
      name: "Wide",
      dependencies: [
        "Low", "High",
      ],
      path: "Kernel/Wide"),
    room(
      "Machine",
      below: ["High", "Instructions"]),
    """,
    "ARCHITECTURE.md": """
    Kernel/
      Machine/      the processor   (bare machine only)
      Wide/         much
      High/         upper
      Low/          lower
      Instructions/ the processor's own
    Tests/          the rest
    """,
    "Kernel/Low/Low.swift": "import Synchronization\n",
    "Kernel/High/High.swift": "public import Low\n",
    "Kernel/Wide/Inner/Wide.swift": "import struct High.Thing\n@testable import Low\n",
    "Kernel/Machine/Machine.swift": "#if os(none)\nimport High\n  import Instructions\n#endif\n",
    "Kernel/Instructions/module.modulemap": "module Instructions {}\n",
  ]

  @Test func aHouseInOrderIsPassedInSilence() throws {
    #expect(try check.complaints(on: Self.right) == "")
  }

  @Test func thisHouseIsInOrder() throws {
    #expect(try check.complaints() == "")
  }

  @Test(arguments: [
    TreeCheck.Fault(
      file: "Kernel/Low/Up.swift", content: "import High\n",
      complaint: "Kernel/Low/Up.swift imports High, which is not below Low"),
    TreeCheck.Fault(
      file: "Kernel/High/Up.swift", content: "@_exported import Machine\n",
      complaint: "Kernel/High/Up.swift imports Machine, which is not below High"),
    TreeCheck.Fault(
      file: "Kernel/High/Files.swift", content: "import Foundation\n",
      complaint: "Kernel/High/Files.swift imports Foundation, which is no module of the kernel"),
    TreeCheck.Fault(
      file: "Kernel/High/High.swift", content: "",
      complaint: "Package.swift puts Low below High, and no file imports it"),
    TreeCheck.Fault(
      file: "Kernel/Lost/Lost.swift", content: "",
      complaint: "Kernel/Lost is missing from the house in ARCHITECTURE.md"),
    TreeCheck.Fault(
      file: "Package.swift",
      content: right["Package.swift"]!.replacing("room(\"Low\")", with: "room(\"Low\", below: [\"High\"])"),
      complaint: "Package.swift puts High below Low, ARCHITECTURE.md draws it above"),
    TreeCheck.Fault(
      file: "Package.swift",
      content: right["Package.swift"]!.replacing(
        "below: [\"Low\"]", with: "below: [\"Low\", \"Instructions\"]"),
      complaint: "Package.swift puts Instructions below High, which must compile for the host"),
    TreeCheck.Fault(
      file: "ARCHITECTURE.md",
      content: right["ARCHITECTURE.md"]!.replacing("Tests/", with: "  Garden/       green\nTests/"),
      complaint: "ARCHITECTURE.md draws Garden, and there is no Kernel/Garden"),
    TreeCheck.Fault(
      file: "ARCHITECTURE.md", content: "Nothing is drawn.\n",
      complaint: "check-imports: nothing was found to check"),
  ])
  func aFaultIsNamed(_ fault: TreeCheck.Fault) throws {
    try check.expectNamed(fault, in: Self.right)
  }
}
