import Oracle
import Testing

/// The two oracles were written apart, one with cells and one with masks; they must agree on everything.
struct OracleTests {
  @Test func oraclesAgreeOnRandomHistories() {
    var dice = Dice(seed: 1)
    for _ in 0..<200 {
      let lengths = [dice.roll(1...12), dice.roll(1...12)]
      compareHistory(lengths, base: 0x40, &dice)
    }
  }

  private func compareHistory(_ lengths: [Int], base: UInt64, _ dice: inout Dice) {
    var mask = MaskArena(spanLengths: lengths)
    var cells = ReferenceArena(quantum: 8)
    cells.addSpan(first: base, cells: lengths[0])
    cells.addSpan(first: base + 0x400, cells: lengths[1])
    for _ in 0..<40 {
      let run = mask.runs.randomElement(using: &dice)!
      let first = dice.roll(run.first...(run.first + run.count - 1))
      let count = dice.roll(1...(run.first + run.count - first))
      let start = cells.address(ofCell: first)
      let last = start + UInt64(count) * 8 - 1
      #expect(cells.isFree(first: start, last: last) == run.isFree)
      if run.isFree {
        mask.occupy(first, count: count)
        cells.occupy(first: start, last: last)
      } else {
        mask.release(first, count: count)
        cells.release(first: start, last: last)
      }
      expectSameSegments(mask, cells)
      expectSameAnswers(mask, cells, &dice)
    }
  }

  private func expectSameSegments(_ mask: MaskArena, _ cells: ReferenceArena) {
    let seen = cells.segments
    let expected = mask.runs.map { run in
      ReferenceArena.Segment(
        first: cells.address(ofCell: run.first),
        last: cells.address(ofCell: run.first + run.count - 1) + 7, isFree: run.isFree)
    }
    #expect(seen == expected)
  }

  private func expectSameAnswers(_ mask: MaskArena, _ cells: ReferenceArena, _ dice: inout Dice) {
    let count = dice.roll(1...6)
    var wish = Wish(countMinusOne: UInt64(count * 8 - dice.roll(1...8)))
    wish.alignment = 1 << UInt64(dice.roll(0...6))
    wish.phase = wish.alignment > 8 ? UInt64(dice.roll(0...7)) * 8 % wish.alignment : 0
    wish.nocross = dice.percent(50) ? 64 : 0
    var permitted: UInt64 = 0
    for cell in 0..<mask.cellCount
    where wish.permits(start: cells.address(ofCell: cell), cells: UInt64(count), quantum: 8) {
      permitted |= 1 << UInt64(cell)
    }
    let cursorCell = dice.roll(0...(mask.cellCount - 1))
    let cursor = cells.address(ofCell: cursorCell)
    let answers = mask.answers
    let possible = permitted & answers.freeRuns(of: count)
    #expect(cells.possiblePlaces(for: wish).count == possible.nonzeroBitCount)
    let pairs: [(Choice, MaskChoice)] = [(.first, .first), (.best, .best), (.next(from: cursor), .next)]
    for (choice, maskChoice) in pairs {
      let cell = answers.choose(maskChoice, possible: possible, cursor: cursorCell)
      #expect(cells.place(for: wish, choice) == cell.map(cells.address(ofCell:)))
    }
  }
}
