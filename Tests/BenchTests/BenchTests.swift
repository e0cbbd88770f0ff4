import Foundation
import Testing
import Traces

@testable import Bench

@Suite("Readings")
struct ReadingTests {
  @Test("A whole number of instructions an operation comes out as one, whatever both runs have in common")
  func mean() {
    // 34.011 less 14.011 is more than 20.
    #expect(Callgrind.mean(68_022, less: 28_022, over: 2000) == 20)
  }

  @Test("The kernel's lines become readings, everything else is passed over")
  func log() {
    let log = """
      Tessera\r
      bench: kernel.arena.T1.op instructions 91.5\r
      bench: vmap.4K instructions 400\r
      bench: broken\r
      bench: vmap.64K instructions many\r
      ok 1 bench: vmap.64K instructions 700
      """
    #expect(
      Reading.all(inLog: log) == [
        Reading("kernel.arena.T1.op", "instructions", 91.5), Reading("vmap.4K", "instructions", 400),
      ])
  }

  @Test("A ratio comes where both of its figures are")
  func ratios() {
    let readings = [
      Reading("arena.T3.1e3", "instructions", 80), Reading("arena.T3.1e6", "instructions", 100),
      Reading("kernel.arena.T3.1e3", "instructions", 80),
    ]
    #expect(Reading.ratios(readings) == [Reading("arena.T3.ratio", "times", 1.25)])
  }

  @Test(
    "A figure is printed with one digit where it has one",
    arguments: [(90.0, "90"), (90.25, "90.2"), (0.06, "0.1")])
  func text(value: Double, text: String) {
    #expect(Reading.text(value) == text)
  }
}

@Suite("Comparison of two runs")
struct ComparisonTests {
  let before = [
    Reading("a", "instructions", 100), Reading("b", "instructions", 100), Reading("c", "nanoseconds", 10),
  ]

  @Test("What is the same is counted, what differs is listed")
  func changes() {
    let after = [
      Reading("a", "instructions", 100), Reading("b", "instructions", 101), Reading("d", "bytes", 4),
    ]
    let comparison = Comparison(before: before, after: after)
    #expect(comparison.unchanged == 1)
    #expect(comparison.changes.map(\.name) == ["b", "d", "c"])
    #expect(comparison.failures.isEmpty)
  }

  @Test("Two percent is allowed, more fails", arguments: [(102.0, false), (102.1, true), (50.0, false)])
  func tolerance(value: Double, fails: Bool) {
    let comparison = Comparison(before: before, after: [Reading("a", "instructions", value)])
    #expect(comparison.failures.map(\.name) == (fails ? ["a"] : []))
  }

  @Test("Time never fails")
  func time() {
    #expect(Comparison(before: before, after: [Reading("c", "nanoseconds", 1000)]).failures.isEmpty)
  }
}

@Suite("The report")
struct ReportTests {
  /// The figures may be older than the code, but nobody has written in the file: what is not a figure is what `make bench`
  /// writes.
  @Test("BENCHMARKS.md is as make bench writes it")
  func writtenByTheTool() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
      .standardizedFileURL
    let committed = try String(contentsOf: root.appending(path: "BENCHMARKS.md"), encoding: .utf8)
    let lines = committed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let written = BenchReport(Table([], [])).text.split(separator: "\n", omittingEmptySubsequences: false)
      .map(
        String.init)
    let rows = lines.filter { $0.hasPrefix("| ") && !$0.hasPrefix("| figure") }
    #expect(lines.filter { !rows.contains($0) } == written)
    #expect(rows.count > 30)
    for row in rows {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      #expect(cells.count == Table.heading.count + 2, "\(row)")
      #expect(cells[3] == "not run" || Double(cells[3]) != nil, "\(row)")
      let isReached = Double(cells[4]).flatMap { reach in Double(cells[3]).map { $0 <= reach } }
      // To a tenth as shown: a reach that is met by less is not told from one that is met.
      if let isReached, cells[3] != cells[4] { #expect(cells[5] == (isReached ? "yes" : "NO"), "\(row)") }
    }
  }

  @Test("The table has the peers beside ours, and the report says under which conditions")
  func conditions() {
    let text = BenchReport(
      Table([Reading("x", "bytes", 1)], [Figure(name: "x", what: "one thing", peer: 30, who: "someone")])
    ).text
    #expect(text.contains("| x | bytes | 1 |  |  | 30 | someone | one thing |"))
    for word in ["callgrind", "icount", "peers' figures", "-m32 -O2"] { #expect(text.contains(word)) }
  }
}

@Suite("The table")
struct TableTests {
  let figures = [
    Figure(name: "x", what: "one thing", peer: 30, who: "someone", reach: 20),
    Figure(name: "y", what: "another", limit: 5),
  ]

  @Test("A row says whether the figure was reached", arguments: [(20.0, true), (20.1, false)])
  func reached(value: Double, isReached: Bool) {
    #expect(Table([Reading("x", "bytes", value)], figures).rows[0].isReached == isReached)
  }

  @Test("Readings without a row of their own come last")
  func unknown() {
    let table = Table([Reading("z", "bytes", 1), Reading("x", "bytes", 2)], figures)
    #expect(table.rows.map(\.figure.name) == ["x", "y", "z"])
    #expect(table.markdown.contains("| x | bytes | 2 | 20 | yes | 30 | someone | one thing |"))
  }

  @Test(
    "A limit holds up to its value, and not where nothing was measured",
    arguments: [(5.0, true), (5.5, false)])
  func limit(value: Double, holds: Bool) {
    #expect(InstructionTest.all([Reading("y", "bytes", value)], figures).map(\.holds) == [holds])
    #expect(InstructionTest.all([], figures).map(\.holds) == [false])
  }
}

@Suite("The traces")
struct TraceTests {
  @Test("The generator is Marsaglia's xorshift with shifts 13, 17, 5")
  func generator() {
    // The first number from the paper's seed, worked out by hand from its three steps.
    let seed: UInt64 = 2_463_534_242
    let one = (seed ^ (seed << 13)) & 0xFFFF_FFFF
    let two = one ^ (one >> 17)
    let three = (two ^ (two << 5)) & 0xFFFF_FFFF
    var random = XorShift32()
    #expect(random.next() == UInt32(three))
  }
}
