import Foundation
import Support

/// One run of a bench program under callgrind, or bare.
///
/// callgrind counts the instructions that a program executes, without caches, interrupts or chance: two runs
/// give the same number. A run that counts each call has callgrind write a dump after each, named after the kind
/// of call; the dumps are hundreds of megabytes, so awk reduces them.
struct Callgrind {
  /// Instructions of the calls of one kind.
  struct Calls: Equatable {
    var sum: Double
    var count: Double
    var worst: Double
  }

  /// By kind of call; under the empty name what was counted as a whole.
  var calls: [String: Calls]
  var operations: Double
  var refusals: Double
  /// Processor time of the part that counts. Means something only for a bare run.
  var nanoseconds: Double
  /// Bytes that the program was asked for to keep its books in, the trace's slots included.
  var bytes: Double

  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameter limit: Seconds.
  static func run(_ words: [String], limit: Int) throws -> Callgrind {
    let path = NSTemporaryDirectory() + "/tessera-callgrind-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let options = [
      "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no", "--combine-dumps=yes",
      "--callgrind-out-file=\(path)",
      // The engine's functions need no lines of their own in a dump: they count where they are called, and the
      // dumps are four times as small.
      "--fn-skip=*VMem*",
    ]
    let said = try Child.capture(Command("valgrind", options + words), limit: limit)
    var run = try Callgrind(said, words)
    let sums = try Child.capture(Command("awk", [reduction, path]), limit: limit)
    guard sums.status == 0 else { throw Failed(description: "callgrind left no figures for \(words)") }
    for line in sums.text.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 4, let sum = Double(fields[1]), let count = Double(fields[2]),
        let worst = Double(fields[3])
      else { continue }
      run.calls[String(fields[0])] = Calls(sum: sum, count: count, worst: worst)
    }
    return run
  }

  /// The same without callgrind, for the time.
  static func runBare(_ words: [String], limit: Int) throws -> Callgrind {
    try Callgrind(Child.capture(Command(words[0], Array(words.dropFirst())), limit: limit), words)
  }

  private init(_ said: Child.Captured, _ words: [String]) throws {
    let line = said.text.split(whereSeparator: \.isNewline).last { $0.hasPrefix("operations ") }
    let fields = line?.split(separator: " ") ?? []
    guard said.status == 0, fields.count == 8, let operations = Double(fields[1]),
      let refusals = Double(fields[3]), let nanoseconds = Double(fields[5]), let bytes = Double(fields[7])
    else {
      throw Failed(
        description:
          "`\(words.joined(separator: " "))` ended with status \(said.status):\n\(said.text.suffix(400))")
    }
    (self.operations, self.refusals) = (operations, refusals)
    (self.nanoseconds, self.bytes) = (nanoseconds, bytes)
    calls = [:]
  }

  /// Each dump has a trigger, which carries the kind of call, and a total. The last dump is the program's end.
  private static let reduction = """
    /^desc: Trigger: Client Request: / { call = $5; next }
    /^desc: Trigger: / { call = ""; next }
    /^totals: / {
      sum[call] += $2; count[call]++
      if ($2 > worst[call]) worst[call] = $2
    }
    END { for (call in sum) printf "%s\\t%.0f\\t%.0f\\t%.0f\\n", call, sum[call], count[call], worst[call] }
    """
}
