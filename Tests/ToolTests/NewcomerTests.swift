import Foundation
import Support
import Testing

/// What somebody meets who has just cloned this: each stumbling block, and that the message says what to do. The scripts
/// are the real ones; what they find in PATH is made up.
@Suite struct NewcomerTests {
  static let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Scripts")
    .standardizedFileURL.path

  /// A folder that is all of PATH: the plain tools of the system, and programs of our own.
  private func withPath<Result>(
    _ programs: [String: String] = [:], _ body: (String) throws -> Result
  ) throws -> Result {
    let files = FileManager.default
    let folder = NSTemporaryDirectory() + "/tessera-newcomer-\(UUID().uuidString)"
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: folder) }
    let plain = [
      "sh", "dirname", "id", "mktemp", "rm", "tail", "head", "sed", "grep", "env", "cat", "mkdir", "date",
      "awk",
      "echo", "printf", "test",
    ]
    for name in plain where programs[name] == nil {
      guard let place = ["/usr/bin", "/bin"].first(where: { files.fileExists(atPath: "\($0)/\(name)") })
      else { continue }
      try files.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: "\(place)/\(name)")
    }
    for (name, script) in programs {
      try write("#!/bin/sh\n\(script)\n", to: "\(folder)/\(name)")
    }
    return try body(folder)
  }

  /// A program. Written by a command of its own: a file that this process has open for writing, other tests' commands
  /// would inherit, and it could not be run.
  private func write(_ script: String, to path: String) throws {
    let written = try Child.capture(
      Command("sh", ["-c", "cat >\"$0\" && chmod 755 \"$0\"", path]), limit: 30, input: Array(script.utf8))
    #expect(written.status == 0)
  }

  private func run(
    _ script: String, _ words: [String], _ programs: [String: String] = [:]
  ) throws -> Child.Captured {
    try withPath(programs) { folder in
      try Child.capture(
        Command(
          "/usr/bin/env",
          [
            "-i", "PATH=\(folder)", "HOME=\(folder)", "TMPDIR=\(folder)", "SWIFT_FOLDERS=",
            "\(Self.scripts)/\(script)",
          ]
            + words),
        limit: 60)
    }
  }

  @Test func noSwift() throws {
    let said = try run("find-swift", [])
    #expect(said.status == 1)
    #expect(said.text.contains("Tessera needs Swift 6.3 or newer; none was found"))
    #expect(said.text.contains("https://www.swift.org/install/linux"))
    // It is the first thing that `make` looks for, whatever the target.
    #expect(try run("set-up", ["swift"]).text.contains("https://www.swift.org/install/linux"))
  }

  @Test(arguments: [("5.10.1", 1), ("6.2", 1), ("6.3", 0), ("6.3.1", 0), ("6.10", 0), ("7.0", 0)])
  func swiftOfAVersion(version: String, status: Int32) throws {
    let said = try run(
      "find-swift", [], ["swift": "echo 'Swift version \(version) (swift-\(version)-RELEASE)'"])
    #expect(said.status == status)
    if status != 0 {
      #expect(said.text.contains("the newest found is Swift \(version.prefix { $0 != "." })."))
      #expect(said.text.contains("https://www.swift.org/install/linux"))
    }
  }

  @Test(arguments: [("5.2.0", true), ("7.0.0", true), ("7.1.0", false), ("7.2.22", false), ("10.0.2", false)])
  func qemuOfAVersion(version: String, isOld: Bool) throws {
    let said = try run(
      "set-up", ["qemu"], ["qemu-system-i386": "echo 'QEMU emulator version \(version) (Debian)'"])
    #expect(said.status == (isOld ? 1 : 0))
    #expect(said.text.contains("Tessera needs QEMU 7.1 or newer") == isOld)
    #expect(said.text.contains("What to do:") == isOld)
  }

  /// `apt-get` on a machine that is root\'s: what it says when it fails, and what we say then. The texts are those of
  /// Debian\'s apt 2.6 with a proxy that nobody listens at, with a full disk, beside another apt, and for a strange package.
  @Test(arguments: [
    (
      "E: Failed to fetch http://deb.debian.org/x.deb  Could not connect to 127.0.0.1:9",
      "check the network (or proxy)"
    ),
    (
      "W: Failed to fetch http://deb.debian.org/  Temporary failure resolving", "check the network (or proxy)"
    ),
    ("E: You don't have enough free space in /var/cache/apt/archives/.", "The disk is full: free some space"),
    ("dpkg: error: cannot copy: No space left on device", "The disk is full: free some space"),
    ("E: Could not get lock /var/lib/dpkg/lock-frontend.", "wait until it is done"),
    ("E: Unable to locate package mandoc", "enable Debian's 'main' section"),
    ("E: something new", "Mend what it says"),
  ])
  func aptFails(text: String, advice: String) throws {
    let said = try run("set-up", ["manual"], ["apt-get": "echo \"\(text)\"; exit 100", "id": "echo 0"])
    #expect(said.status == 1)
    #expect(said.text.contains("mandoc: checks the manual pages"))
    #expect(said.text.contains(text) && said.text.contains(advice))
    #expect(said.text.contains("run the same command again") || said.text.contains("apt-get install"))
  }

  @Test func aptSucceeds() throws {
    let said = try run("set-up", ["manual"], ["apt-get": "exit 0", "id": "echo 0"])
    #expect(said.status == 0 && said.text.contains("Installed: mandoc"))
  }

  @Test func notRoot() throws {
    let said = try run("set-up", ["manual"], ["apt-get": "echo must not run; exit 1", "id": "echo 1000"])
    #expect(said.status == 1)
    #expect(said.text.contains("Installing needs root, and there is no sudo. Run this once as root:"))
    #expect(said.text.contains("apt-get install --no-install-recommends mandoc"))
    #expect(!said.text.contains("must not run"))
  }

  @Test func noDebian() throws {
    let said = try run("set-up", ["manual"])
    #expect(said.status == 1)
    #expect(said.text.contains("This system has no apt-get") && said.text.contains("mandoc"))
  }

  /// A build step that fails: its own words, and what to do.
  @Test(arguments: [
    ("error: No space left on device", "The disk is full: free some space"),
    (
      "error: 'p': Failed to clone repository https://github.com/apple/swift-argument-parser:",
      "could not be fetched: check the network"
    ),
    ("error: .build/x: Permission denied", "belongs to another user"),
  ])
  func buildStepFails(text: String, advice: String) throws {
    let said = try withPath { folder in
      try Child.capture(
        Command(
          "/usr/bin/env",
          [
            "PATH=\(folder)", "\(Self.scripts)/step", "Compiling", "\(folder)/log", "sh", "-c",
            "echo \"\(text)\"; exit 3",
          ]), limit: 60)
    }
    #expect(said.status == 3)
    #expect(said.text.contains("Compiling: failed with status 3"))
    #expect(said.text.contains(text) && said.text.contains(advice))
  }

  @Test func buildStepSucceeds() throws {
    let said = try withPath { folder in
      try Child.capture(
        Command(
          "/usr/bin/env",
          ["PATH=\(folder)", "\(Self.scripts)/step", "Compiling", "\(folder)/log", "echo", "hidden"]),
        limit: 60)
    }
    #expect(said.status == 0)
    #expect(said.text.wholeMatch(of: /Compiling \([0-9]+ s\)\n/) != nil)
  }
}

@Suite struct AdviceTests {
  @Test func aFullDisk() {
    let posix = NSError(domain: NSPOSIXErrorDomain, code: Int(ENOSPC))
    let wrapped = NSError(
      domain: NSCocoaErrorDomain, code: 640,
      userInfo: [NSUnderlyingErrorKey: posix, NSFilePathErrorKey: ".build/swap.img"])
    #expect(Advice.on(posix)?.hasPrefix("The disk is full: free") == true)
    #expect(
      Advice.on(wrapped)?.hasPrefix("The disk is full, so .build/swap.img could not be written") == true)
    #expect(Advice.on(CocoaError(.fileWriteOutOfSpace)) != nil)
  }

  /// What Foundation really throws: /dev/full is always full.
  @Test func whatFoundationThrows() throws {
    let folder = NSTemporaryDirectory() + "/tessera-advice-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      try Data([1]).write(to: URL(filePath: "/dev/full"))
      Issue.record("/dev/full took a byte")
    } catch { #expect(Advice.on(error)?.contains("disk is full") == true, "\(error)") }
    do {
      try Data([1]).write(to: URL(filePath: "\(folder)/none/x"))
      Issue.record("no folder, and yet written")
    } catch { #expect(Advice.on(error) == nil, "\(error)") }
  }

  @Test func othersFile() {
    #expect(Advice.on(CocoaError(.fileWriteNoPermission))?.contains("another user") == true)
    #expect(Advice.on(CocoaError(.fileReadUnknown)) == nil)
  }
}
