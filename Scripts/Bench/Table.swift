import Foundation

/// Ours beside the peers', as text for a terminal and as Markdown.
public struct Table {
  public struct Row: Equatable {
    public var figure: Figure
    public var reading: Reading?

    public var isReached: Bool? {
      guard let reach = figure.reach, let reading else { return nil }
      return reading.value <= reach
    }
  }

  public var rows: [Row]

  /// A row for each figure of the table, and then for each reading that the table does not know.
  public init(_ readings: [Reading], _ figures: [Figure]) {
    let byName = Dictionary(readings.map { ($0.name, $0) }) { first, _ in first }
    let known = Set(figures.map(\.name))
    rows = figures.map { Row(figure: $0, reading: byName[$0.name]) }
    rows += readings.filter { !known.contains($0.name) }.map {
      Row(figure: Figure(name: $0.name, what: ""), reading: $0)
    }
  }

  static let heading = ["figure", "unit", "ours", "reach", "", "best peer", "", "what"]

  func cells(_ row: Row) -> [String] {
    let number = { (value: Double?) in value.map(Reading.text) ?? "" }
    let mark = row.isReached.map { $0 ? "yes" : "NO" } ?? ""
    return [
      row.figure.name, row.reading?.unit ?? "", row.reading.map { Reading.text($0.value) } ?? "not run",
      number(row.figure.reach), mark, number(row.figure.peer), row.figure.who ?? "", row.figure.what,
    ]
  }

  /// For a terminal.
  public var text: String {
    let lines = [Self.heading] + rows.map(cells)
    let widths = Self.heading.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      zip(line, widths).enumerated().map { column, cell in
        let gap = String(repeating: " ", count: cell.1 - cell.0.count)
        return [2, 3, 5].contains(column) ? gap + cell.0 : cell.0 + gap
      }.joined(separator: "  ").trimmingCharacters(in: CharacterSet(charactersIn: " "))
    }.joined(separator: "\n")
  }

  /// For BENCHMARKS.md.
  public var markdown: String {
    let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |" }
    let rule = "|---|---|--:|--:|---|--:|---|---|"
    return ([line(Self.heading), rule] + rows.map { line(cells($0)) }).joined(separator: "\n")
  }
}
