import Text

/// Writes on a canvas: a sink whose bytes are glyphs, so that all of the module Text can be drawn.
public struct Pen<Store: PixelStore>: ByteSink {
  private let canvas: Canvas<Store>

  /// The upper left corner of the next glyph.
  public var x: Int
  public var y: Int
  public var colour: Colour
  private let scale: Int

  /// Dots from one glyph to the next, at scale 1.
  public static var advance: Int { Glyphs.width + 1 }

  /// Dots from the top of a capital to the lowest descender, at scale 1.
  public static var lineHeight: Int { Glyphs.height }

  /// - Parameter scale: How many dots wide and high a dot of a glyph is; 1 or more.
  public init(_ canvas: Canvas<Store>, x: Int, y: Int, _ colour: Colour, scale: Int = 1) {
    self.canvas = canvas
    self.x = x
    self.y = y
    self.colour = colour
    self.scale = scale
  }

  public mutating func write(_ byte: UInt8) {
    for row in 0..<Glyphs.height {
      for column in 0..<Glyphs.width where Glyphs.hasDot(byte, column: column, row: row) {
        canvas.fill(Box(x: x + column * scale, y: y + row * scale, width: scale, height: scale), colour)
      }
    }
    x += Self.advance * scale
  }
}
