import Foundation
import Testing

@testable import Timeline

/// A log that was computed by hand: 100 addresses, `a` has the first ten and loses two of them, `b c` has ten in the middle
/// for three operations.
private let byHand = """
  Tessera\r
  tessera> log test dump\r
  log: arena test quantum 1 operations 7 state 1 lost 0\r
  log: owner 1 a\r
  log: owner 2 b c\r
  log: 0 span 0x00000000-0x00000063\r
  log: 1 alloc 1 0x00000000-0x00000009\r
  log: 2 alloc 2 0x00000032-0x0000003b\r
  log: 3 part 0x00000004-0x00000005\r
  log: 4 refuse 2 80\r
  log: 5 free 0x00000032-0x0000003b\r
  log: 6 nofree 0x00000032-0x0000003b\r
  log: end\r
  tessera> quit\r

  """

@Suite struct OperationLineTests {
  @Test func everyKindOfLine() throws {
    let log = try OperationLines(byHand)
    #expect(log.arena == "test" && log.state == 1)
    #expect(log.owners == [1: "a", 2: "b c"])
    #expect(
      log.operations == [
        .span(.init(0, 99)), .allocate(owner: 1, .init(0, 9)), .allocate(owner: 2, .init(50, 59)),
        .freePart(.init(4, 5)), .refuse(owner: 2, size: "80"), .free(.init(50, 59)), .nothing,
      ])
  }

  @Test(arguments: [
    ("", OperationLines.Failure.noLog),
    ("log: arena kva quantum 1 operations 9 state 0 lost 4\nlog: end\n", .lost(4)),
    ("log: arena kva quantum 1 operations 1 state 0 lost 0\nlog: 0 reap\n", .cut),
    (
      "log: arena kva quantum 1 operations 2 state 0 lost 0\nlog: 0 reap\nlog: end\n",
      .outOfOrder(line: "end")
    ),
    ("log: arena kva quantum 1 operations 1 state 0 lost 0\nlog: 1 reap\n", .outOfOrder(line: "1 reap")),
    ("log: arena kva quantum 1\n", .malformed(line: "arena kva quantum 1")),
    (
      "log: arena kva quantum 1 operations 1 state 0 lost 0\nlog: 0 free 0x5-0x4\n",
      .malformed(line: "0 free 0x5-0x4")
    ),
    (
      "log: arena kva quantum 1 operations 1 state 0 lost 0\nlog: 0 steal 0x5-0x6\n",
      .malformed(line: "0 steal 0x5-0x6")
    ),
  ])
  func whatIsNoLog(text: String, failure: OperationLines.Failure) {
    #expect(throws: failure) { try OperationLines(text) }
  }

  @Test func theLastLogOrTheOneOfAnArena() throws {
    let two =
      byHand + "log: arena kva quantum 4096 operations 1 state 1 lost 0\nlog: 0 span 0x0-0xfff\nlog: end\n"
    #expect(try OperationLines(two).arena == "kva")
    #expect(try OperationLines(two, arena: "test").operations.count == 7)
    #expect(throws: OperationLines.Failure.noLogOf("irq")) { try OperationLines(two, arena: "irq") }
  }
}

@Suite struct ArenaHistoryTests {
  @Test func whoHadWhatFromWhenToWhen() throws {
    let history = try ArenaHistory(OperationLines(byHand))
    #expect(history.length == 6 && history.refusals == [3] && history.spans == [.init(0, 99)])
    #expect(
      history.regions == [
        .init(range: .init(0, 9), owner: 1, from: 0, to: 2),
        .init(range: .init(50, 59), owner: 2, from: 1, to: 4),
        .init(range: .init(0, 3), owner: 1, from: 2, to: 6),
        .init(range: .init(6, 9), owner: 1, from: 2, to: 6),
      ])
  }

  /// Free after each operation: 90; 40 + 40; 2 + 40 + 40, twice; 2 + 90, twice.
  @Test func fragmentation() throws {
    let history = try ArenaHistory(OperationLines(byHand))
    let expected = [0, 0.5, 1 - 40 / 82.0, 1 - 40 / 82.0, 1 - 90 / 92.0, 1 - 90 / 92.0]
    #expect(history.fragmentation.count == 6)
    for (value, wanted) in zip(history.fragmentation, expected) { #expect(abs(value - wanted) < 1e-12) }
  }

  @Test func spansThatTouchStayTwo() throws {
    let log = try OperationLines(
      """
      log: arena t quantum 1 operations 3 state 2 lost 0
      log: 0 span 0x0-0x9
      log: 1 span 0xa-0x13
      log: 2 alloc 1 0xf-0x13
      log: end
      """)
    // 10 and 5 free: the largest is 10 of 15, not 15 of 15.
    #expect(abs(try ArenaHistory(log).fragmentation[0] - (1 - 10 / 15.0)) < 1e-12)
  }

  @Test func whatDoesNotFitItselfIsRefused() throws {
    let head = "log: arena t quantum 1 operations 2 state 0 lost 0\nlog: 0 alloc 1 0x0-0x9\n"
    let twice = try OperationLines(head + "log: 1 alloc 2 0x9-0xa\nlog: end\n")
    #expect(throws: ArenaHistory.Failure.overlap(1)) { try ArenaHistory(twice) }
    let wrong = try OperationLines(head + "log: 1 free 0x9-0xa\nlog: end\n")
    #expect(throws: ArenaHistory.Failure.notAllocated(1)) { try ArenaHistory(wrong) }
  }
}

@Suite struct TimelinePictureTests {
  private func picture() throws -> TimelinePicture {
    try TimelinePicture(ArenaHistory(OperationLines(byHand)), window: .init(0, 99))
  }

  /// The map is 870 by 400 from (110, 74): an operation is 145 wide, an address 4 high, address 0 at the bottom, 474.
  @Test func rectanglesLieWhereTheyWereComputed() throws {
    let picture = try picture()
    let boxes = picture.history.regions.map { picture.box($0)! }
    #expect(
      boxes == [
        .init(x: 110, y: 434, width: 290, height: 40), .init(x: 255, y: 234, width: 435, height: 40),
        .init(x: 400, y: 458, width: 580, height: 16), .init(x: 400, y: 434, width: 580, height: 16),
      ])
  }

  /// The curve is 120 high from 520 on: 0 % is at 640, 50 % at 580.
  @Test func theCurveHasAStepForEachOperation() throws {
    let corners = try picture().corners
    #expect(corners.count == 12)
    #expect(corners[0] == (x: 110, y: 640) && corners[1] == (x: 255, y: 640))
    #expect(corners[2] == (x: 255, y: 580) && corners[3] == (x: 400, y: 580))
    #expect(abs(corners[4].y - (640 - 120 * (1 - 40 / 82.0))) < 1e-9)
    #expect(corners[11].x == 980)
  }

  /// Two of 64 in the middle of nothing else: at most 31 of 62 are lost to the curve, which fills its scale of 50 %.
  @Test func theScaleOfTheCurveFitsIt() throws {
    let half = try OperationLines(
      """
      log: arena t quantum 1 operations 2 state 1 lost 0
      log: 0 span 0x0-0x3f
      log: 1 alloc 1 0x1f-0x20
      log: end
      """)
    let picture = try TimelinePicture(ArenaHistory(half))
    #expect(picture.highestPercent == 50 && picture.corners[0].y == 520)
    let tenth = try OperationLines(
      """
      log: arena t quantum 1 operations 2 state 1 lost 0
      log: 0 span 0x0-0x64
      log: 1 alloc 1 0x5-0x5
      log: end
      """)
    // 5 of 100 are free below it: half of the scale of 10 %.
    let low = try TimelinePicture(ArenaHistory(tenth))
    #expect(low.highestPercent == 10 && abs(low.corners[0].y - 580) < 1e-9)
  }

  @Test func theDocumentHasThatGeometry() throws {
    let svg = try picture().svg
    #expect(svg.contains("<rect x=\"255\" y=\"234\" width=\"435\" height=\"40\"/>"))
    #expect(svg.contains("<rect x=\"400\" y=\"458\" width=\"580\" height=\"16\"/>"))
    #expect(svg.contains("points=\"110 640 255 640 255 580 400 580 "))
    // The refused request at operation 3.
    #expect(svg.contains("<path d=\"M545 73l-3-6h6z\" fill=\"#c00\"/>"))
    // Ticks of addresses at multiples of 16, the highest at 96: 474 - 4 * 96.
    #expect(svg.contains(">0x00000060</text>") && svg.contains("<path d=\"M105 90h5\""))
    #expect(svg.contains(">b c</text>") && svg.contains("1 requests refused") && svg.contains(">60 %</text>"))
    #expect(svg.components(separatedBy: "<rect").count - 1 == 4 + 2 + 2 + 1)
  }

  @Test func itIsWellFormedAndNamesAreEscaped() throws {
    let text = byHand.replacing("owner 1 a", with: "owner 1 <a> & \"b\"")
    let svg = try TimelinePicture(ArenaHistory(OperationLines(text))).svg
    #expect(svg.contains("&lt;a&gt; &amp; "))
    let tags = svg.matches(of: /<(\/?)([a-z]+)[^>]*?(\/?)>/)
    var open: [Substring] = []
    for tag in tags where tag.3.isEmpty {
      if tag.1.isEmpty { open.append(tag.2) } else { #expect(open.popLast() == tag.2) }
    }
    #expect(open.isEmpty)
  }

  @Test func whatIsTooSmallToSeeIsSeen() throws {
    let history = try ArenaHistory(OperationLines(byHand))
    let picture = TimelinePicture(history, window: .init(0, 0xFFFF_FFFF))
    for region in history.regions { #expect(picture.box(region)!.height == 1) }
    // And what is outside is not.
    let part = TimelinePicture(history, window: .init(52, 55))
    #expect(part.box(history.regions[0]) == nil)
    #expect(part.box(history.regions[1]) == .init(x: 255, y: 74, width: 435, height: 400))
  }

  @Test func theWindowIsWhatWasTouched() throws {
    // 0 to 59 are 60 addresses: steps of 8, so up to 63.
    #expect(try TimelinePicture(ArenaHistory(OperationLines(byHand))).window == .init(0, 63))
  }

  @Test func entriesOfTheLegendDoNotOverlap() throws {
    var text = "log: arena t quantum 1 operations 40 state 0 lost 0\n"
    for owner in 1...40 { text += "log: owner \(owner) somebody number \(owner)\n" }
    for owner in 1...40 {
      text += "log: \(owner - 1) alloc \(owner) 0x\(String(owner, radix: 16))-0x\(String(owner, radix: 16))\n"
    }
    let picture = try TimelinePicture(ArenaHistory(OperationLines(text + "log: end\n")))
    let places = picture.legendPlaces(picture.shownOwners)
    #expect(places.count == 40)
    for (one, next) in zip(places, places.dropFirst()) {
      let end = one.x + 18 + Double(picture.name(one.owner).count) * 8
      #expect(end <= TimelinePicture.width - 48)
      #expect(next.row == one.row + 1 && next.x == 0 || next.row == one.row && next.x > end)
    }
  }
}
