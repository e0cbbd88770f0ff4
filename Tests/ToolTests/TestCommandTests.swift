import Testing

@testable import tessera

/// What `tessera test` asks for before it begins: the image, where it is booted or looked at.
@Suite struct TestCommandTests {
  private static let nowhere = ["--kernel", "/nowhere/kernel.elf"]

  @Test(arguments: [["host"], ["programs"], ["library"], ["instructions"], ["host", "library"]])
  func needsNoImage(parts: [String]) throws {
    _ = try TestCommand.parse(Self.nowhere + parts.flatMap { ["--only", $0] })
  }

  @Test(arguments: [[], ["elf"], ["qemu"], ["host", "qemu"]])
  func needsTheImage(parts: [String]) {
    #expect {
      _ = try TestCommand.parse(Self.nowhere + parts.flatMap { ["--only", $0] })
    } throws: { error in
      TestCommand.message(for: error).contains("There is no /nowhere/kernel.elf: `make kernel` builds it.")
    }
  }

  @Test func othersNeedItToo() {
    #expect(throws: (any Error).self) { try RunCommand.parse(Self.nowhere) }
    #expect(throws: (any Error).self) { try DebugCommand.parse(Self.nowhere) }
    #expect(throws: (any Error).self) { try ScreenshotCommand.parse(Self.nowhere) }
  }
}
