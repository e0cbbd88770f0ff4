import Drawing
import Testing
import Text

/// A picture in host memory that refuses dots that do not exist.
private final class Picture: PixelStore {
  let width: Int
  let height: Int
  private(set) var dots: [UInt32]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    dots = [UInt32](repeating: 0xFFFF_FFFF, count: width * height)
  }

  func paint(x: Int, y: Int, count: Int, _ colour: Colour) {
    #expect(x >= 0 && y >= 0 && count > 0 && x + count <= width && y < height)
    for column in x..<(x + count) { dots[y * width + column] = colour.rawValue }
  }

  func count(of colour: Colour) -> Int { dots.count { $0 == colour.rawValue } }
}

private struct Source: BandSource {
  var first: UInt32 = 0
  var last: UInt32 = .max
  var segments: [BandSegment]

  func eachSegment(_ body: (BandSegment) -> Void) { segments.forEach(body) }
  func writeName<Sink: ByteSink>(to sink: inout Sink) { sink.write("arena") }
  func writeFigures<Sink: ByteSink>(to sink: inout Sink) { sink.write("figures") }
  func writeOwner<Sink: ByteSink>(_ owner: UInt16, to sink: inout Sink) { sink.write(decimal: UInt32(owner)) }
}

@Suite("Pictures")
struct PictureTests {
  @Test("the dot of an address is the floor of the proportion (Drawing-I2)")
  func scale() {
    for (first, last) in [
      (UInt32(0), UInt32.max), (0, 0xFFFF), (0xE000_0000, .max), (7, 7), (3, 1002), (0, 0x7FD_FFFF),
    ] {
      for width in [1, 2, 3, 976, 1023, 4096] {
        let scale = Scale(first: first, last: last, width: width)
        let count = UInt64(last - first) + 1
        for step in 0...64 {
          let offset = UInt64(last - first) * UInt64(step) / 64
          let address = first + UInt32(offset)
          #expect(scale.dot(of: address) == Int(offset * UInt64(width) / count))
        }
        #expect(scale.dot(of: last) < width)
      }
    }
  }

  @Test("every range inside has a dot, and ranges outside have none")
  func dots() {
    let scale = Scale(first: 0x100, last: 0x1FF, width: 16)
    #expect(scale.dots(first: 0x180, last: 0x180).map { [$0.x, $0.count] } == [8, 1])
    #expect(scale.dots(first: 0, last: .max).map { [$0.x, $0.count] } == [0, 16])
    #expect(scale.dots(first: 0, last: 0xFF) == nil)
    #expect(scale.dots(first: 0x200, last: .max) == nil)
  }

  @Test("what lies outside of the picture is left out (Drawing-I1)")
  func clipping() {
    let picture = Picture(width: 20, height: 10)
    let canvas = Canvas(picture)
    let colour = Colour(1)
    canvas.fill(Box(x: -5, y: -5, width: 10, height: 10), colour)
    #expect(picture.count(of: colour) == 25)
    canvas.fill(Box(x: 15, y: 8, width: 100, height: 100), colour)
    canvas.fill(Box(x: 30, y: 0, width: 5, height: 5), colour)
    canvas.fill(Box(x: 3, y: 3, width: -1, height: 4), colour)
    canvas.frame(Box(x: -1, y: -1, width: 22, height: 12), colour)
    canvas.hatch(Box(x: -3, y: -3, width: 40, height: 40), colour, every: 4)
    canvas.line(fromX: -10, y: -3, toX: 40, y: 15, colour)
    canvas.line(fromX: 40, y: -3, toX: -10, y: -3, colour)
    canvas.fillBetween((-5, 3), y: -4, (-20, 60), y: 14, colour)
    var pen = Pen(canvas, x: 14, y: -4, colour, scale: 2)
    pen.write("Xy")
  }

  @Test("every printable character has dots of its own")
  func glyphs() {
    var seen: [[UInt32]: UInt8] = [:]
    for byte: UInt8 in 0x21...0x7F {
      let picture = Picture(width: 8, height: 12)
      var pen = Pen(Canvas(picture), x: 0, y: 0, Colour(1))
      pen.write(byte)
      #expect(picture.count(of: Colour(1)) >= 3, "\(byte)")
      #expect(seen.updateValue(byte, forKey: picture.dots) == nil, "\(byte)")
      #expect(pen.x == 8)
    }
    let blank = Picture(width: 8, height: 12)
    var pen = Pen(Canvas(blank), x: 0, y: 0, Colour(1))
    pen.write(" ")
    #expect(blank.count(of: Colour(1)) == 0)
  }

  @Test("a band shows each owner, however small, and leaves free space free (Drawing-I2)")
  func band() {
    let picture = Picture(width: 600, height: 200)
    let source = Source(segments: [
      BandSegment(first: 0, last: 0x3FFF_FFFF, owner: 1, isFree: false),
      BandSegment(first: 0x4000_0000, last: 0x7FFF_FFFE, owner: 0, isFree: true),
      BandSegment(first: 0x7FFF_FFFF, last: 0x7FFF_FFFF, owner: 2, isFree: false),
      BandSegment(first: 0x8000_0000, last: .max, owner: 0, isFree: true),
    ])
    let bottom = ArenaBand(source, on: Canvas(picture), x: 40, width: 512).draw(at: 10)
    #expect(bottom < 200)
    // A row of the bar: 10 + 18 for the title, half of 36.
    let row = Array(picture.dots[(46 * 600)..<(47 * 600)])
    #expect(row.count { $0 == Palette.colour(of: 1).rawValue } == 127)  // 128 less the edge to its neighbour
    #expect(row.count { $0 == Palette.colour(of: 2).rawValue } == 1)
    #expect(row[40 + 255] == Palette.colour(of: 2).rawValue)
  }

  @Test(
    "an owner has one colour, on every band and in every legend (Drawing-I3)",
    arguments: 1...24 as ClosedRange<UInt16>)
  func oneColour(_ owner: UInt16) {
    // The same owner among others, at other places of two arenas.
    let other = owner % 24 + 1
    for (mine, others) in [(0x1000 as UInt32, 0x9000 as UInt32), (0x8000, 0x2000)] {
      let picture = Picture(width: 600, height: 200)
      let segments = [(mine, owner), (others, other)].sorted { $0.0 < $1.0 }.map {
        BandSegment(first: $0.0, last: $0.0 + 0xFFF, owner: $0.1, isFree: false)
      }
      _ = ArenaBand(Source(last: 0xFFFF, segments: segments), on: Canvas(picture), x: 40, width: 512).draw(
        at: 0)
      let colour = picture.dots[30 * 600 + 40 + Int(mine >> 7) + 8]
      #expect(colour == Palette.colour(of: owner).rawValue && colour != Palette.colour(of: other).rawValue)
      // On the bar, without frame and edge, and the swatch of ten by ten.
      #expect(picture.count(of: Colour(colour)) == 31 * 34 + 100)
    }
  }

  @Test("a crowd of owners stays within the picture and the legend within its rows")
  func crowd() {
    let picture = Picture(width: 400, height: 300)
    var segments: [BandSegment] = []
    for index in 0..<2000 {
      let first = UInt32(index) << 4
      segments.append(
        BandSegment(first: first, last: first + 7, owner: UInt16(index), isFree: index % 3 == 0))
    }
    let source = Source(last: 0xFFFF, segments: segments)
    let bottom = ArenaBand(source, on: Canvas(picture), x: 10, width: 380, lens: (0, 0x7FF)).draw(at: 0)
    #expect(bottom <= 18 + 56 + 72 + 4 + 4 * 16)
  }
}

@Suite("Histories and charts")
struct ChartTests {
  @Test("a history reaches back to the first sample, evenly spaced (Drawing-I4)", arguments: 0...70)
  func history(samples: Int) {
    // Sixteen places for two curves: eight samples each.
    var history = SampleHistory<16>(curves: 2)
    for number in 0..<samples { history.add { UInt16(number + 100 * $0) } }
    #expect(history.given == samples)
    #expect(history.count <= 8)
    #expect(history.interval.nonzeroBitCount == 1)
    if samples > 8 { #expect(history.count >= 4) }
    // As many as were due, and each the one that was given then.
    #expect(history.count == (samples + history.interval - 1) / history.interval)
    for index in 0..<history.count {
      #expect(history[0, index] == UInt16(index * history.interval))
      #expect(history[1, index] == UInt16(index * history.interval + 100))
    }
  }

  @Test("the ends of a chart are the ends of its values and of its time (Drawing-I5)")
  func ends() {
    // 40 dots for the scale at the left, 20 for the ticks below: the curves have 101 by 51.
    let picture = Picture(width: 160, height: 90)
    let chart = Chart<Picture, 16>(on: Canvas(picture), in: Box(x: 10, y: 10, width: 141, height: 71))
    #expect(chart.row(of: 1000) == 10 && chart.row(of: 0) == 60 && chart.row(of: 500) == 35)
    #expect(chart.row(of: 5000) == 10)
    #expect(chart.column(of: 0, of: 11) == 50 && chart.column(of: 10, of: 11) == 150)
    #expect(chart.column(of: 5, of: 11) == 100 && chart.column(of: 0, of: 1) == 50)
  }

  @Test("a curve passes through its samples, and has a gap where there is none")
  func curve() {
    let picture = Picture(width: 160, height: 90)
    let chart = Chart<Picture, 16>(on: Canvas(picture), in: Box(x: 10, y: 10, width: 141, height: 71))
    var history = SampleHistory<16>(curves: 2)
    let values: [UInt16] = [200, 800, SampleHistory<16>.none, 500, 500]
    for value in values { history.add { $0 == 0 ? value : SampleHistory<16>.none } }
    chart.draw(history)
    func dot(_ x: Int, _ y: Int) -> UInt32 { picture.dots[y * 160 + x] }
    let colour = Palette.curve(0).rawValue
    // The first and the last lie on the frame, which is drawn last.
    for (index, value) in values.enumerated() where value != SampleHistory<16>.none && index % 4 != 0 {
      #expect(dot(chart.column(of: index, of: 5), chart.row(of: value)) == colour, "\(index)")
    }
    // Along the old value up to the next sample, then straight to the new one.
    #expect(dot(60, chart.row(of: 200)) == colour && dot(75, chart.row(of: 500)) == colour)
    #expect(dot(140, chart.row(of: 500)) == colour)
    // Nothing between the second sample and the fourth.
    for x in 77..<124 { for y in 10...60 { #expect(dot(x, y) != colour) } }
    #expect(picture.count(of: Palette.curve(1)) == 0)
  }

  @Test("no colour of a curve is an owner's")
  func colours() {
    let owners = Set((UInt16(0)...Palette.count).map { Palette.colour(of: $0).rawValue })
    for curve in 0..<6 { #expect(!owners.contains(Palette.curve(curve).rawValue)) }
    #expect(Set((0..<6).map { Palette.curve($0).rawValue }).count == 6)
  }
}
