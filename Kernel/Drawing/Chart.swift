import Text

/// Draws curves over time: 0 to 1,000 thousandths upwards, the oldest sample at the left and the latest at the right.
public struct Chart<Store: PixelStore, let places: Int> {
  private let canvas: Canvas<Store>
  /// Where the curves are; scale and ticks stand left of it and below.
  private let box: Box

  /// Dots left of the box for the scale, and below it for the ticks.
  public static var scaleWidth: Int { 5 * Pen<Store>.advance }
  public static var ticksHeight: Int { 20 }

  /// - Parameter area: For everything: scale, curves, ticks.
  public init(on canvas: Canvas<Store>, in area: Box) {
    self.canvas = canvas
    box = Box(
      x: area.x + Self.scaleWidth, y: area.y, width: area.width - Self.scaleWidth,
      height: area.height - Self.ticksHeight)
  }

  /// The row of a value: 1,000 is the highest in the box, 0 the lowest (Drawing-I5).
  public func row(of thousandths: UInt16) -> Int {
    box.y + (box.height - 1) * (1000 - Int(min(thousandths, 1000))) / 1000
  }

  /// The column of sample number `index` of `count`: the first is the leftmost, the last the rightmost (Drawing-I5).
  public func column(of index: Int, of count: Int) -> Int {
    count < 2 ? box.x : box.x + (box.width - 1) * index / (count - 1)
  }

  /// Draws scale, ticks and every curve in the colour of its number.
  public func draw(_ history: borrowing SampleHistory<places>) {
    canvas.fill(box, Palette.free)
    drawScale()
    drawTicks(history.given)
    for curve in 0..<history.curves { draw(history, curve) }
    canvas.frame(box, Palette.edge)
  }

  private func drawScale() {
    for quarter in 0...4 {
      let percent = 100 - 25 * quarter
      let y = row(of: UInt16(percent * 10))
      canvas.fill(Box(x: box.x, y: y, width: box.width, height: 1), Palette.hatch)
      var counter = ByteCounter()
      counter.write(decimal: UInt32(percent))
      var pen = Pen(
        canvas, x: box.x - (counter.count + 1) * Pen<Store>.advance - 4, y: y - 4, Palette.dimText)
      pen.write(decimal: UInt32(percent))
      pen.write("%")
    }
  }

  /// The number of the sample below the ends and the quarters.
  private func drawTicks(_ given: Int) {
    let last = max(given - 1, 0)
    for quarter in 0...4 {
      let x = column(of: quarter, of: 5)
      let y = box.y + box.height
      canvas.fill(Box(x: x, y: y, width: 1, height: 4), Palette.edge)
      guard quarter == 0 || quarter == 4 || last >= 4 else { continue }
      let number = UInt32(last * quarter / 4)
      var counter = ByteCounter()
      counter.write(decimal: number)
      let width = counter.count * Pen<Store>.advance
      let left = quarter == 0 ? x : quarter == 4 ? x + 1 - width : x - width / 2
      var pen = Pen(canvas, x: left, y: y + 6, Palette.dimText)
      pen.write(decimal: number)
    }
  }

  /// A line of two dots from sample to sample; a gap where there is none.
  private func draw(_ history: borrowing SampleHistory<places>, _ curve: Int) {
    let colour = Palette.curve(curve)
    var before: (x: Int, y: Int)?
    for index in 0..<history.count {
      let value = history[curve, index]
      guard value != SampleHistory<places>.none else {
        before = nil
        continue
      }
      let (x, y) = (column(of: index, of: history.count), row(of: value))
      if let from = before {
        // Along the old value to the new column, then to the new value: between two samples nothing is known.
        canvas.fill(Box(x: from.x, y: from.y - 1, width: x - from.x, height: 2), colour)
        canvas.fill(Box(x: x, y: min(y, from.y) - 1, width: 1, height: abs(y - from.y) + 2), colour)
      } else {
        canvas.fill(Box(x: x, y: y - 1, width: 1, height: 2), colour)
      }
      before = (x, y)
    }
  }
}
