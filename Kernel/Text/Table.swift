/// Writes rows in aligned columns, as wide as their widest cell, two blanks apart.
///
/// Nothing is kept: the rows are asked for twice, first to measure, then to write (Text-I7: both times they must be
/// the same). Nothing but the last column is filled up, so no line ends in blanks.
public struct Table<Sink: ByteSink, let columns: Int>: ByteSink {
  /// Which edge of its column a cell stands at.
  public enum Edge {
    case left
    case right
  }

  private enum Pass {
    case measuring
    case counting
    case writing
  }

  private var sink: Sink
  private var pass = Pass.measuring
  private var widths = InlineArray<columns, Int>(repeating: 0)
  private var column = 0
  private var length = 0
  private var padding = 0

  /// Writes the table to `sink`. `rows` is called twice. O(what `rows` writes).
  public static func write(to sink: inout Sink, rows: (inout Self) -> Void) {
    var table = Self(sink: sink)
    rows(&table)
    table.pass = .writing
    rows(&table)
    sink = table.sink
  }

  private init(sink: Sink) {
    self.sink = sink
  }

  /// A cell in the next column of the row. `body` may be called twice.
  ///
  /// - Precondition: The row has fewer than `columns` cells.
  public mutating func cell(_ edge: Edge = .left, _ body: (inout Self) -> Void) {
    switch pass {
    case .measuring, .counting:
      let measured = count(body)
      if measured > widths[column] { widths[column] = measured }
    case .writing:
      fill(column == 0 ? 0 : padding + 2)
      padding = 0
      if edge == .right { fill(widths[column] - count(body)) }
      length = 0
      body(&self)
      if edge == .left { padding = widths[column] - length }
    }
    column += 1
  }

  /// A cell of literal text.
  public mutating func cell(_ text: StaticString, _ edge: Edge = .left) {
    cell(edge) { $0.write(text) }
  }

  /// Ends the row.
  public mutating func endRow() {
    column = 0
    padding = 0
    if pass == .writing { sink.newline() }
  }

  public mutating func write(_ byte: UInt8) {
    length += 1
    if pass == .writing { sink.write(byte) }
  }

  /// Styles have no width.
  public mutating func begin(_ style: TextStyle) {
    if pass == .writing { sink.begin(style) }
  }

  public mutating func endStyle() {
    if pass == .writing { sink.endStyle() }
  }

  /// A cell of literal text as the head of its column.
  public mutating func heading(_ text: StaticString, _ edge: Edge = .left) {
    cell(edge) { table in table.styled(.heading) { $0.write(text) } }
  }

  private mutating func count(_ body: (inout Self) -> Void) -> Int {
    let outer = pass
    pass = .counting
    length = 0
    body(&self)
    pass = outer
    return length
  }

  private mutating func fill(_ blanks: Int) {
    sink.write(repeating: 0x20, count: blanks)
  }
}
