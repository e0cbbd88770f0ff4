import Foundation
import QEMU
import TestReports

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The power goes away while pages are on their way to the disk; the machine boots again with what is there then. The signature is as it was,
/// and swap begins empty, for nothing on it outlives a boot.
struct PowerCutTests {
  var kernel: String

  /// Slots that were written when it goes: the first, some within the first transfer and behind it, and many.
  static let cuts = [1, 3, 9, 40, 400, 2000]

  func run(progress: (String) -> Void) throws -> Verdict {
    var verdict = Verdict()
    for slots in Self.cuts {
      progress("after \(slots) slots")
      let remarks = try cut(afterSlots: slots)
      verdict.tally += .init(passed: remarks.isEmpty ? 1 : 0, failed: remarks.isEmpty ? 0 : 1)
      verdict.remarks += remarks
    }
    return verdict
  }

  private func cut(afterSlots slots: Int) throws -> [String] {
    let name = "power cut after \(slots) slots"
    let disk = SwapDisk(path: try Logs.path("\(name).swap"), .signed(mebibytes: 40))
    try disk.write()
    var machine = Machine(memory: "16M")
    machine.extra += disk.arguments
    // The image is sparse: what was never written takes no room. The header has a block.
    let (wasTime, log) = try Session.cut(machine, .kernel(path: kernel, words: "test=swap"), limit: 180) {
      Self.allocatedBytes(disk.path) >= (slots + 1) << 12
    }
    try Logs.write("\(name), before.log", log)
    guard wasTime else { return ["\(name): it never came so far"] }
    if String(decoding: log, as: UTF8.self).contains("ok 1 swap") {
      return ["\(name): it was through by then"]
    }
    var remarks = try disk.findings()
    let outcome = try Session.run(machine, .kernel(path: kernel, words: "test=transfers"), limit: 180)
    let path = try Logs.write("\(name), after.log", outcome.log)
    for text in ["on disk 0", "ok 1 swap is empty at boot", "ok 2 pages hold", "ok 1 transfers"]
    where !outcome.text.contains(text) { remarks.append("did not say `\(text)`; log: \(path)") }
    if outcome.ending != .success { remarks.append("ended with \(outcome.ending)") }
    remarks += try disk.findings()
    if remarks.isEmpty { try disk.remove() }
    return remarks.map { "\(name): \($0)" }
  }

  /// Bytes of a file that are not holes.
  private static func allocatedBytes(_ path: String) -> Int {
    var status = stat()
    // Both are valid for the call.
    return unsafe stat(path, &status) == 0 ? Int(status.st_blocks) * 512 : 0
  }
}
