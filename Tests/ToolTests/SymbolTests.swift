import Testing

@testable import Symbols

@Suite struct SymbolTests {
  static let log = """
    panic: page fault (vector 14) at 0xc0101234
    cause: read of 0x00000000
    backtrace: 0xc0101234
    backtrace: 0xc0102000
    end
    backtrace: 0xc0103000
    """

  @Test func returnAddressesAreLookedUpAtTheirCall() {
    let lines = Self.log.split(separator: "\n")
    let found = BacktraceLine.all(in: lines)
    #expect(found[2] == BacktraceLine(address: 0xC010_1234, lookup: 0xC010_1234))
    #expect(found[3] == BacktraceLine(address: 0xC010_2000, lookup: 0xC010_1FFF))
    // Another run begins with a place of its own.
    #expect(found[5] == BacktraceLine(address: 0xC010_3000, lookup: 0xC010_3000))
    #expect(found.count == 3)
  }

  @Test func framesStandBehindTheirAddress() {
    let text = annotate(
      log: Self.log,
      frames: [
        0xC010_1234: [
          Frame(function: "inner()", file: "A.swift", line: 3),
          Frame(function: "outer()", file: "B.swift", line: 4),
        ]
      ])
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[2] == "backtrace: 0xc0101234  inner() at A.swift:3")
    #expect(lines[3].hasSuffix("in outer() at B.swift:4"))
    #expect(lines[4] == "backtrace: 0xc0102000")
  }

  @Test func answerOfTheSymbolizer() throws {
    let json = """
      [{"Address":"0x10","Symbol":[{"FunctionName":"","FileName":"./a.S","Line":59}]},
       {"Address":"0xc0100400","Symbol":[{"FunctionName":"stubs","FileName":"./Boot/traps.S","Line":23}]}]
      """
    let frames = try Symbolizer.frames(json: Array(json.utf8))
    #expect(frames[0x10] == [])
    #expect(frames[0xC010_0400] == [Frame(function: "stubs", file: "Boot/traps.S", line: 23)])
  }
}
