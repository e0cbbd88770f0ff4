import Testing

/// `Scripts/check-unsafe` on small files.
@Suite struct UnsafeTests {
  private let check = TreeCheck(script: "Scripts/check-unsafe")

  static let right = """
    /// Its pointer stays.
    @safe
    @frozen
    public struct Holder: @unchecked Sendable {
      /// The caller promises that.
      @unsafe @inlinable public init(_ pointer: UnsafeRawPointer) {}

      @unsafe private func reach() {}
    }

    """

  @Test func reasonsInFrontArePassedInSilence() throws {
    #expect(try check.complaints(on: ["Kernel/Low/Low.swift": Self.right]) == "")
  }

  @Test func thisTreeHasReasons() throws {
    #expect(try check.complaints() == "")
  }

  @Test(arguments: [("/// Its pointer stays.", "4"), ("  /// The caller promises that.", "6")])
  func aMissingReasonIsNamed(_ reason: String, _ line: String) throws {
    let said = try check.complaints(on: ["Kernel/Low/Low.swift": Self.right.replacing(reason, with: "")])
    #expect(said.contains("Kernel/Low/Low.swift:\(line): no reason in front of it"))
  }
}
