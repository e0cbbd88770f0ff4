/// A colour as a display of 32 bits a pixel has it: red, green and blue from bit 23 down.
public struct Colour: Equatable, Sendable {
  public let rawValue: UInt32

  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }
}

/// Dots in rows that can be painted: a frame buffer, or an array of the host's tests. A handle: copies paint the same
/// dots.
public protocol PixelStore {
  var width: Int { get }
  var height: Int { get }

  /// Paints dots `x`...`x + count - 1` of row `y`, all of which exist.
  func paint(x: Int, y: Int, count: Int, _ colour: Colour)
}

/// A rectangle of dots; one without width or height has none.
public struct Box: Equatable, Sendable {
  public var x: Int
  public var y: Int
  public var width: Int
  public var height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The box without `margin` dots on every side.
  public func inset(by margin: Int) -> Box {
    Box(x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin)
  }
}

/// Paints shapes and text. What lies outside of the picture is left out (Drawing-I1).
public struct Canvas<Store: PixelStore> {
  private let store: Store

  public init(_ store: Store) {
    self.store = store
  }

  public var width: Int { store.width }
  public var height: Int { store.height }

  /// Paints a row of dots.
  public func paint(x: Int, y: Int, count: Int, _ colour: Colour) {
    let first = max(x, 0)
    let end = min(x + count, store.width)
    guard y >= 0, y < store.height, first < end else { return }
    store.paint(x: first, y: y, count: end - first, colour)
  }

  /// Fills a box. O(its rows).
  public func fill(_ box: Box, _ colour: Colour) {
    for row in 0..<max(box.height, 0) { paint(x: box.x, y: box.y + row, count: box.width, colour) }
  }

  /// Draws the one-dot edge of a box, inside it.
  public func frame(_ box: Box, _ colour: Colour) {
    guard box.width > 0, box.height > 0 else { return }
    paint(x: box.x, y: box.y, count: box.width, colour)
    paint(x: box.x, y: box.y + box.height - 1, count: box.width, colour)
    for row in 0..<box.height {
      paint(x: box.x, y: box.y + row, count: 1, colour)
      paint(x: box.x + box.width - 1, y: box.y + row, count: 1, colour)
    }
  }

  /// Fills a box with thin slanted lines: space that is free.
  public func hatch(_ box: Box, _ colour: Colour, every distance: Int) {
    for row in 0..<max(box.height, 0) {
      var column = (distance - (row + box.y) % distance) % distance
      while column < box.width {
        paint(x: box.x + column, y: box.y + row, count: 1, colour)
        column += distance
      }
    }
  }

  /// Draws a line from the upper point down to the lower one, without gaps.
  public func line(fromX start: Int, y top: Int, toX end: Int, y bottom: Int, _ colour: Colour) {
    let rows = max(bottom - top, 1)
    var from = start
    for row in 1...rows {
      let to = start + (end - start) * row / rows
      paint(x: min(from, to), y: top + row - 1, count: abs(to - from) + 1, colour)
      from = to
    }
  }

  /// Fills what lies between two rows, from `upper` to `lower`: a trapezoid.
  public func fillBetween(
    _ upper: (x: Int, width: Int), y top: Int, _ lower: (x: Int, width: Int), y bottom: Int, _ colour: Colour
  ) {
    let rows = max(bottom - top, 1)
    for row in 0..<rows {
      let x = upper.x + (lower.x - upper.x) * row / rows
      let width = upper.width + (lower.width - upper.width) * row / rows
      paint(x: x, y: top + row, count: width, colour)
    }
  }
}
