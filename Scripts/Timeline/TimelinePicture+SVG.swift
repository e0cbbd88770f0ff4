import Foundation

extension TimelinePicture {
  /// Told apart on white by most eyes: the colours of Okabe and Ito, then darker relatives.
  static let colours = [
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#5e3c99", "#8c564b",
    "#17766d",
    "#a6002f", "#6b7a00",
  ]

  /// The whole document.
  public var svg: String {
    let owners = shownOwners
    let colour = Dictionary(
      uniqueKeysWithValues: owners.enumerated().map { ($1, Self.colours[$0 % Self.colours.count]) })
    let legend = legendPlaces(owners)
    let height = 694 + Double((legend.last?.row ?? 0) + 1) * 20
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(height))\""
        + " font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"#222\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
      text("Arena \(history.arena), operation by operation", 24, 30, "font-size=\"18\" font-weight=\"600\""),
      text(subtitle, 24, 50, "fill=\"#555\""),
    ]
    parts += addressAxis + [frame(Self.map, "#f4f5f7")]
    for owner in owners { parts.append(rectangles(of: owner, colour[owner]!)) }
    parts += refusalMarks + percentAxis + [frame(Self.curve, "none"), curvePath] + timeAxis
    for entry in legend {
      let (x, y) = (24 + entry.x, 690 + Double(entry.row) * 20)
      parts.append(
        "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y - 10))\" width=\"12\" height=\"12\" fill=\"\(colour[entry.owner]!)\"/>"
      )
      parts.append(text(name(entry.owner), x + 18, y, ""))
    }
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  private var subtitle: String {
    let live = history.regions.filter { $0.to == history.length }.count
    return "\(history.length) operations, \(history.regions.count) regions, \(live) at the end, "
      + "\(history.refusals.count) requests refused; \(Self.address(window.first)) to \(Self.address(window.last))"
  }

  func name(_ owner: Int) -> String { history.owners[owner] ?? (owner == 0 ? "nobody" : "owner \(owner)") }

  // MARK: The map

  private func rectangles(of owner: Int, _ colour: String) -> String {
    let boxes = history.regions.filter { $0.owner == owner }.compactMap(box)
    return
      (["<g fill=\"\(colour)\" stroke=\"#fff\" stroke-width=\"0.4\">"]
      + boxes.map {
        "<rect x=\"\(Self.number($0.x))\" y=\"\(Self.number($0.y))\" width=\"\(Self.number($0.width))\" height=\"\(Self.number($0.height))\"/>"
      } + ["</g>"]).joined(separator: "\n")
  }

  /// A red mark above the map for each request that failed.
  private var refusalMarks: [String] {
    history.refusals.map { time in
      let x = Self.number(x(time))
      return "<path d=\"M\(x) 73l-3-6h6z\" fill=\"#c00\"/>"
    }
  }

  private var addressAxis: [String] {
    let step = Self.step(window.count)
    var lines = [text("address", 100, Self.map.y - 6, "text-anchor=\"end\" fill=\"#555\"")]
    var address = (window.first + step - 1) / step * step
    while address <= window.last {
      let y = Self.number(y(address))
      lines.append("<path d=\"M105 \(y)h5\" stroke=\"#888\"/>")
      lines.append(text(Self.address(address), 100, self.y(address) + 4, "text-anchor=\"end\""))
      address += step
    }
    return lines
  }

  // MARK: The curve

  private var curvePath: String {
    let points = corners.map { "\(Self.number($0.x)) \(Self.number($0.y))" }.joined(separator: " ")
    return "<polyline points=\"\(points)\" fill=\"none\" stroke=\"#a6002f\" stroke-width=\"1.5\"/>"
  }

  private var percentAxis: [String] {
    var lines = [
      text(
        "fragmentation of the free space: 1 − largest / free", Self.curve.x, Self.curve.y - 8, "fill=\"#555\""
      )
    ]
    for fifth in 0...5 {
      let percent = highestPercent * fifth / 5
      let y = y(fragmentation: Double(percent) / 100)
      lines.append("<path d=\"M105 \(Self.number(y))h875\" stroke=\"#ddd\"/>")
      lines.append(text("\(percent) %", 100, y + 4, "text-anchor=\"end\""))
    }
    return lines
  }

  /// Ticks below both; the numbers below the lower one.
  private var timeAxis: [String] {
    var step = 1
    // 1, 2, 5, 10, ... until ten fit at most.
    for factor in sequence(first: 1, next: { $0 * 10 }) {
      guard let fits = [1, 2, 5].first(where: { history.length <= $0 * factor * 10 }) else { continue }
      step = fits * factor
      break
    }
    let bottom = Self.curve.y + Self.curve.height
    var lines: [String] = []
    for time in stride(from: 0, through: history.length, by: step) {
      let x = Self.number(x(time))
      lines.append(
        "<path d=\"M\(x) \(Self.number(Self.map.y + Self.map.height))v4M\(x) \(Self.number(bottom))v4\" stroke=\"#888\"/>"
      )
      // The name of the axis stands at the right end.
      if self.x(time) < Self.map.x + Self.map.width - 90 {
        lines.append(text("\(time)", self.x(time), bottom + 18, "text-anchor=\"middle\""))
      }
    }
    lines.append(
      text("operations", Self.map.x + Self.map.width, bottom + 18, "text-anchor=\"end\" fill=\"#555\""))
    return lines
  }

  // MARK: Pieces

  /// Where the entries of the legend stand: as many in a row as fit.
  func legendPlaces(_ owners: [Int]) -> [(owner: Int, x: Double, row: Int)] {
    var (x, row) = (0.0, 0)
    return owners.map { owner in
      // Letters of this size are 7.5 wide on the average; 8 leaves no overlap.
      let needed = 18 + Double(name(owner).count) * 8 + 20
      if x > 0, x + needed > Self.width - 48 { (x, row) = (0, row + 1) }
      defer { x += needed }
      return (owner, x, row)
    }
  }

  private func frame(_ box: Box, _ fill: String) -> String {
    "<rect x=\"\(Self.number(box.x))\" y=\"\(Self.number(box.y))\" width=\"\(Self.number(box.width))\" "
      + "height=\"\(Self.number(box.height))\" fill=\"\(fill)\" stroke=\"#888\"/>"
  }

  private func text(_ text: String, _ x: Double, _ y: Double, _ attributes: String) -> String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    return
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(attributes.isEmpty ? "" : " " + attributes)>\(escaped)</text>"
  }

  /// At most two digits behind the point, and none that say nothing.
  static func number(_ value: Double) -> String {
    var text = String(format: "%.2f", value)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  static func address(_ address: UInt64) -> String { String(format: "0x%08llx", address) }
}
