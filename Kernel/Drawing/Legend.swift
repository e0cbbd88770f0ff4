import Text

/// Which colour is whom: a swatch, a name and a size for each owner of an arena, in the order of the addresses, as many
/// as fit.
struct Legend<Source: BandSource, Store: PixelStore> {
  private let source: Source
  private let canvas: Canvas<Store>
  private let x: Int
  private let width: Int

  private static var rows: Int { 4 }
  private static var rowHeight: Int { 16 }
  /// Swatch, the gap behind it, and the gap behind the text.
  private static var swatch: Int { 10 }
  private static var gap: Int { 5 }
  private static var space: Int { 14 }

  init(_ source: Source, on canvas: Canvas<Store>, x: Int, width: Int) {
    self.source = source
    self.canvas = canvas
    self.x = x
    self.width = width
  }

  /// - Returns: The first row below it.
  func draw(at y: Int) -> Int {
    var seen = OwnerSet()
    var left = 0
    var row = 0
    source.eachSegment { segment in
      guard !segment.isFree, row < Self.rows, seen.insert(segment.owner) else { return }
      let needed = entryWidth(segment.owner)
      if left > 0, left + needed - Self.space > width {
        left = 0
        row += 1
      }
      guard row < Self.rows else { return }
      drawEntry(segment.owner, x: x + left, y: y + row * Self.rowHeight)
      left += needed
    }
    return y + min(row + 1, Self.rows) * Self.rowHeight
  }

  private func drawEntry(_ owner: UInt16, x: Int, y: Int) {
    canvas.fill(
      Box(x: x, y: y, width: Self.swatch, height: Self.swatch), Palette.colour(of: owner))
    var pen = Pen(canvas, x: x + Self.swatch + Self.gap, y: y, Palette.text)
    source.writeOwner(owner, to: &pen)
    pen.write(" ")
    pen.colour = Palette.dimText
    pen.write(about: size(of: owner))
  }

  private func entryWidth(_ owner: UInt16) -> Int {
    var counter = ByteCounter()
    source.writeOwner(owner, to: &counter)
    counter.write(" ")
    counter.write(about: size(of: owner))
    return Self.swatch + Self.gap + counter.count * Pen<Store>.advance + Self.space
  }

  /// All that an owner has.
  private func size(of owner: UInt16) -> UInt64 {
    var sum: UInt64 = 0
    source.eachSegment { segment in
      if !segment.isFree, segment.owner == owner { sum += UInt64(segment.last - segment.first) + 1 }
    }
    return sum
  }
}

/// Owners that were met. Those above its size share a place, and only the first of them is shown.
private struct OwnerSet {
  private var words = InlineArray<32, UInt32>(repeating: 0)

  /// Whether the owner was not there yet.
  mutating func insert(_ owner: UInt16) -> Bool {
    let place = owner < 1023 ? Int(owner) : 1023
    let bit = UInt32(1) << UInt32(truncatingIfNeeded: place & 31)
    if words[place >> 5] & bit != 0 { return false }
    words[place >> 5] |= bit
    return true
  }
}
