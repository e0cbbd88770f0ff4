import Foundation
import Testing

/// Programs that the compiler must refuse, because a type forbids what they do. Each file of `Cases` says in its first
/// line which words the refusal contains (`// error: ...`); one that says `// compiles` proves that the others fail
/// for that reason and for no other.
@Suite struct MustNotCompileTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

  static var cases: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".swift") }.sorted()
  }

  /// Where the build left the modules: beside the test bundle that runs this.
  static var modules: URL {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  }

  @Test func thereAreCasesOfBothKinds() throws {
    #expect(Self.cases.contains("SettledReceipt.swift"))
    #expect(Self.cases.count >= 4)
  }

  @Test(arguments: cases) func theCompilerSaysSo(name: String) throws {
    let file = Self.folder.appending(path: name)
    let firstLine = try String(contentsOf: file, encoding: .utf8).prefix { $0 != "\n" }
    let (status, output) = try typecheck(file)
    if firstLine == "// compiles" {
      #expect(status == 0, "\(output)")
      return
    }
    let words = try #require(firstLine.split(separator: "// error: ").first)
    #expect(status != 0, "\(name) compiles")
    #expect(output.contains(words), "\(output)")
    // Nothing else may be wrong with the program.
    #expect(output.components(separatedBy: " error: ").count == 2, "\(output)")
  }

  /// Exit status and standard error of the compiler, up to the pass that follows what is consumed.
  private func typecheck(_ file: URL) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "swiftc", "-emit-sil", "-o", "/dev/null", "-diagnostic-style", "llvm", "-swift-version", "6",
      "-enable-experimental-feature", "Lifetimes", "-I",
      try searchPath(), file.path,
    ]
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  /// The folder `Modules` of the build: this file lies in the package, the build in its `.build`.
  private func searchPath() throws -> String {
    let package = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let candidates = [Self.modules, package.appending(path: ".build/debug")].map {
      $0.appending(path: "Modules").path
    }
    return try #require(
      candidates.first { FileManager.default.fileExists(atPath: $0 + "/Paging.swiftmodule") })
  }
}
