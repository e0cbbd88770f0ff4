import Foundation
import Support
import Testing

/// A folder with these files, for as long as the body runs.
enum TemporaryTree {
  static func with<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
    let root = FileManager.default.temporaryDirectory.appending(path: "tessera-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, content) in files {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file, atomically: true, encoding: .utf8)
    }
    return try body(root.path)
  }
}

/// A check of a tree by a script, which says what is wrong and is silent otherwise.
struct TreeCheck {
  /// A file of a tree that is right otherwise, what is in it, and what the check must say of it.
  struct Fault: CustomTestStringConvertible {
    var file: String
    var content: String
    var complaint: String

    var testDescription: String { complaint }
  }

  var script: String

  /// What it says of a tree of these files.
  func complaints(on tree: [String: String]) throws -> String {
    try TemporaryTree.with(tree) { try complaints(arguments: [$0]) }
  }

  /// What it says of the tree of this project.
  func complaints() throws -> String { try complaints(arguments: []) }

  /// Expects that the fault is named, in a tree that is right otherwise.
  func expectNamed(_ fault: Fault, in right: [String: String]) throws {
    let said = try complaints(on: right.merging([fault.file: fault.content]) { $1 })
    #expect(said.contains(fault.complaint))
  }

  private func complaints(arguments: [String]) throws -> String {
    let captured = try Child.capture(Command(script, arguments), limit: 60)
    #expect((captured.status == 0) == captured.text.isEmpty)
    return captured.text
  }
}
