import Text

/// A segment of an arena as the picture needs it.
public struct BandSegment: Equatable, Sendable {
  public let first: UInt32
  public let last: UInt32
  /// The number of the owner, 0 for none; of no meaning where it is free.
  public let owner: UInt16
  public let isFree: Bool

  public init(first: UInt32, last: UInt32, owner: UInt16, isFree: Bool) {
    self.first = first
    self.last = last
    self.owner = owner
    self.isFree = isFree
  }
}

/// An arena as the picture needs it. Segments are asked for several times and must come in address order.
public protocol BandSource {
  var first: UInt32 { get }
  var last: UInt32 { get }

  func eachSegment(_ body: (BandSegment) -> Void)
  func writeName<Sink: ByteSink>(to sink: inout Sink)
  func writeFigures<Sink: ByteSink>(to sink: inout Sink)
  func writeOwner<Sink: ByteSink>(_ owner: UInt16, to sink: inout Sink)
}

/// Draws one arena as a band: proportional, owners in colours, free space hatched, a lens on a part, a legend.
public struct ArenaBand<Source: BandSource, Store: PixelStore> {
  private let source: Source
  private let canvas: Canvas<Store>
  private let x: Int
  private let width: Int
  private let lens: (first: UInt32, last: UInt32)?

  private static var barHeight: Int { 36 }
  private static var labelHeight: Int { 20 }
  private static var lensGap: Int { 16 }

  /// - Parameter lens: The part to be shown again below, as wide as the whole.
  public init(
    _ source: Source, on canvas: Canvas<Store>, x: Int, width: Int, lens: (first: UInt32, last: UInt32)? = nil
  ) {
    self.source = source
    self.canvas = canvas
    self.x = x
    self.width = width
    self.lens = lens
  }

  /// Draws the band with its title at `y`.
  ///
  /// - Returns: The first row below it.
  public func draw(at y: Int) -> Int {
    drawTitle(at: y)
    let whole = Scale(first: source.first, last: source.last, width: width)
    var bottom = y + 18
    drawBar(whole, at: bottom)
    bottom += Self.barHeight
    if let lens { drawLens(lens, of: whole, at: bottom) }
    drawLabels(whole, at: bottom + 4)
    bottom += Self.labelHeight
    if let lens { bottom = drawPart(lens, at: bottom + Self.lensGap) }
    return Legend(source, on: canvas, x: x, width: width).draw(at: bottom + 4)
  }

  private func drawTitle(at y: Int) {
    var pen = Pen(canvas, x: x, y: y, Palette.text)
    source.writeName(to: &pen)
    var counter = ByteCounter()
    source.writeFigures(to: &counter)
    pen = Pen(canvas, x: x + width - counter.count * Pen<Store>.advance, y: y, Palette.dimText)
    source.writeFigures(to: &pen)
  }

  private func drawBar(_ scale: Scale, at y: Int) {
    let bar = Box(x: x - 1, y: y, width: width + 2, height: Self.barHeight)
    canvas.fill(bar, Palette.free)
    canvas.hatch(bar, Palette.hatch, every: 8)
    source.eachSegment { segment in
      guard !segment.isFree, let dots = scale.dots(first: segment.first, last: segment.last) else { return }
      let box = Box(x: x + dots.x, y: y + 1, width: dots.count, height: Self.barHeight - 2)
      let colour = Palette.colour(of: segment.owner)
      canvas.fill(box, colour)
      // Neighbours of one owner stay apart where there is room.
      if dots.count > 3 {
        canvas.fill(Box(x: box.x + box.width - 1, y: box.y, width: 1, height: box.height), colour.darker)
      }
    }
    canvas.frame(bar, Palette.edge)
  }

  /// Addresses below the ends and the quarters of a bar.
  private func drawLabels(_ scale: Scale, at y: Int) {
    let labelWidth = 10 * Pen<Store>.advance
    let count = UInt64(scale.last - scale.first) + 1
    for quarter in 0...4 {
      let isLast = quarter == 4
      let offset = UInt32(truncatingIfNeeded: (count &* UInt64(quarter)) >> 2)
      let address = isLast ? scale.last : scale.first + offset
      let tick = isLast ? width - 1 : scale.dot(of: address)
      canvas.fill(Box(x: x + tick, y: y - 4, width: 1, height: 4), Palette.edge)
      let left = quarter == 0 ? 0 : isLast ? width - labelWidth : tick - labelWidth / 2
      var pen = Pen(canvas, x: x + left, y: y + 2, Palette.dimText)
      pen.write(address: address)
    }
  }

  /// Leads from the part on the upper bar to the lower one, behind the labels.
  private func drawLens(_ lens: (first: UInt32, last: UInt32), of whole: Scale, at y: Int) {
    guard let dots = whole.dots(first: lens.first, last: lens.last) else { return }
    let (first, last) = (x + dots.x, x + dots.x + dots.count - 1)
    let top = y + Self.labelHeight
    let bottom = top + Self.lensGap
    canvas.fill(Box(x: first, y: y, width: dots.count, height: Self.labelHeight), Palette.lens)
    canvas.fillBetween((first, dots.count), y: top, (x - 1, width + 2), y: bottom, Palette.lens)
    canvas.line(fromX: first, y: y, toX: first, y: top, Palette.edge)
    canvas.line(fromX: last, y: y, toX: last, y: top, Palette.edge)
    canvas.line(fromX: first, y: top, toX: x - 1, y: bottom, Palette.edge)
    canvas.line(fromX: last, y: top, toX: x + width, y: bottom, Palette.edge)
  }

  /// Draws a part again, spread over the whole width.
  private func drawPart(_ lens: (first: UInt32, last: UInt32), at y: Int) -> Int {
    let part = Scale(first: lens.first, last: lens.last, width: width)
    drawBar(part, at: y)
    drawLabels(part, at: y + Self.barHeight + 4)
    return y + Self.barHeight + Self.labelHeight
  }
}
