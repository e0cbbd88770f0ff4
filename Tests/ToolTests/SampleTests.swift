import Foundation
import Support
import Testing

/// `Scripts/test-samples` on pages of its own: what holds passes, what does not is named with its page and line.
@Suite struct SampleTests {
  private static let right = """
    # Right

    ```swift
    import VMem

    let first: UInt16 = 0
    ```

    Two blocks are one program, and it says what the page says.

    ```swift
    print(AddressRange(first: first, last: .max).count as Any)  // => nil
    ```
    """

  private func run(_ pages: [String: String]) throws -> (status: Int32, text: String) {
    try TemporaryTree.with(pages) { root in
      let captured = try Child.capture(
        Command(
          "env",
          ["SAMPLES=\(root)/work", "Scripts/test-samples", "swift"]
            + pages.keys.sorted().map { "\(root)/\($0)" }),
        limit: 300)
      return (captured.status, captured.text)
    }
  }

  @Test func samplesThatHoldPass() throws {
    let (status, text) = try run(["Right.md": Self.right])
    #expect(
      status == 0 && text.hasSuffix("samples of the documentation, swift: 1 passed, 0 failed\n"), "\(text)")
  }

  @Test func brokenSamplesAreNamed() throws {
    let (status, text) = try run([
      "Broken.md": Self.right.replacing("import VMem\n", with: "import VMem\n\nlet second: UInt16 = nothing"),
      "Liar.md": Self.right.replacing("=> nil", with: "=> Optional(65536)"),
      "Right.md": Self.right,
      "Trap.md": Self.right.replacing("first: UInt16 = 0", with: "first = UInt16(Int.min)"),
    ])
    #expect(status == 1)
    #expect(text.hasSuffix("samples of the documentation, swift: 1 passed, 3 failed\n"), "\(text)")
    #expect(text.contains(/Broken.md:6:.*cannot find 'nothing' in scope/), "\(text)")
    #expect(text.contains("< Optional(65536)") && text.contains("> nil"), "\(text)")
    #expect(text.contains(/failed: the samples of .*Trap.md/), "\(text)")
  }
}
