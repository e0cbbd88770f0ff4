import ArgumentParser
import Bench
import Foundation
import Testing

@testable import tessera

/// `bench-compare` as it is called, on figures that were made up.
@Suite struct BenchCompareTests {
  private func compare(_ before: [Reading], _ after: [Reading]) throws {
    let folder = NSTemporaryDirectory() + "/tessera-compare-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Reading.write(before, to: "\(folder)/before.json")
    try Reading.write(after, to: "\(folder)/after.json")
    let command = try BenchCompareCommand.parse([
      "--base", "v0", "--before", "\(folder)/before.json", "--figures", "\(folder)/after.json",
    ])
    try command.run()
  }

  private let before = [
    Reading("arena.T1", "instructions", 100), Reading("arena.text", "bytes", 1000),
    Reading("arena.T3.1e6.ns", "nanoseconds", 500),
  ]

  @Test(arguments: [
    ("arena.T1", 100.0, false), ("arena.T1", 101, false), ("arena.T1", 102, false), ("arena.T1", 102.1, true),
    ("arena.T1", 1, false), ("arena.text", 1020, false), ("arena.text", 1021, true),
    ("arena.T3.1e6.ns", 5000, false),
  ])
  func failsAboveTwoPercent(name: String, value: Double, fails: Bool) throws {
    let after = before.map { $0.name == name ? Reading(name, $0.unit, value) : $0 }
    if fails {
      #expect(throws: ExitCode(1)) { try compare(before, after) }
    } else {
      try compare(before, after)
    }
  }

  @Test func aFigureMoreOrLessIsNoFailure() throws {
    try compare(before, Array(before.dropLast()))
    try compare(Array(before.dropLast()), before)
  }

  @Test func aMissingFileIsSaid() throws {
    let command = try BenchCompareCommand.parse(["--base", "v0", "--before", "/nonexistent.json"])
    #expect(throws: (any Error).self) { try command.run() }
  }
}
