import ELF
import Foundation
import Support

/// Builds the kernel again from a copy of the sources in another folder, from nothing, and compares byte by byte,
/// debug information included.
struct ReproducibilityCheck {
  var kernel: String

  /// Seconds for the second build.
  static let limit = 900

  func run() throws -> Check {
    let folder = NSTemporaryDirectory() + "/tessera-elsewhere-\(getpid())/in another place"
    defer { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }
    let name = "the same sources in another folder give the same kernel.elf"
    try copySources(to: folder)
    // Not what this run of make was given (CONFIG, -j), but what a plain `make kernel` does.
    let command = Command(
      "env",
      [
        "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "-u", "MFLAGS", "make", "-C", folder, "kernel",
        "CONFIG=release",
      ])
    let captured = try Child.capture(command, limit: Self.limit)
    let log = try Logs.write("elsewhere.log", captured.output)
    guard captured.status == 0 else {
      return Check(name, findings: ["the build there failed with status \(captured.status); see \(log)"])
    }
    let here = try ELFImage([UInt8](Data(contentsOf: URL(fileURLWithPath: kernel))))
    let there = try ELFImage([UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/.build/kernel.elf"))))
    return Check(name, findings: Self.differences(here, there))
  }

  /// The sources as they are now: what git knows, and what it does not know but does not ignore either.
  private func copySources(to folder: String) throws {
    let listed = try Child.capture(
      Command("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]), limit: 60)
    // Without git (an unpacked archive) the checkout itself is the list.
    let paths =
      listed.status == 0
      ? listed.text.split(separator: "\0").map(String.init)
      : FileManager.default.subpaths(atPath: ".")?.filter { !$0.hasPrefix(".build") } ?? []
    let files = FileManager.default
    for path in paths + ["Package.resolved"] {
      var isFolder: ObjCBool = false
      guard unsafe files.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
        continue
      }
      let target = "\(folder)/\(path)"
      guard !files.fileExists(atPath: target) else { continue }
      try files.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try files.copyItem(atPath: path, toPath: target)
    }
  }

  static func differences(_ here: ELFImage, _ there: ELFImage) -> [String] {
    guard here.bytes != there.bytes else { return [] }
    var findings: [String] = []
    if here.bytes.count != there.bytes.count {
      findings.append("\(here.bytes.count) bytes here, \(there.bytes.count) there")
    }
    if let first = zip(here.bytes, there.bytes).enumerated().first(where: { $0.element.0 != $0.element.1 }) {
      let offset = UInt32(first.offset)
      let section = here.sections.first {
        $0.type != 8 && $0.offset <= offset && offset - $0.offset < $0.size
      }
      findings.append("first difference at offset \(offset), section \(section?.name ?? "(none)")")
    }
    return findings
  }
}
