import Foundation

/// The timeline of an arena as SVG: addresses upwards, operations to the right, a rectangle for each region in the colour
/// of its owner; below it the fragmentation on the same time axis, and a legend.
public struct TimelinePicture {
  public typealias Range = OperationLines.Range

  /// A rectangle of the page, in its units.
  public struct Box: Equatable, Sendable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double
  }

  var history: ArenaHistory
  /// The addresses that are shown.
  public var window: Range

  public static let width = 1000.0
  static let map = Box(x: 110, y: 74, width: 870, height: 400)
  static let curve = Box(x: 110, y: 520, width: 870, height: 120)
  /// The least height at which something can be seen.
  static let leastHeight = 1.0

  /// - Parameter window: What to show; by default what was touched, widened to whole steps of the axis.
  public init(_ history: ArenaHistory, window: Range? = nil) {
    self.history = history
    self.window = window ?? Self.touched(history)
  }

  /// From the lowest region to the highest, on multiples of a power of two of which 2 to 8 fit.
  static func touched(_ history: ArenaHistory) -> Range {
    let hull = Range(
      history.spans.map(\.first).min() ?? 0, history.spans.map(\.last).max() ?? UInt64(UInt32.max))
    guard let first = history.regions.map(\.range.first).min(),
      let last = history.regions.map(\.range.last).max()
    else { return hull }
    let step = Self.step(last - first + 1)
    return Range(max(first / step * step, hull.first), min((last / step + 1) * step - 1, hull.last))
  }

  /// The least power of two that is at least an eighth of `count`.
  static func step(_ count: UInt64) -> UInt64 {
    var step: UInt64 = 1
    while step * 8 < count { step *= 2 }
    return step
  }

  // MARK: Places

  /// Where a time is, from the left edge of the page.
  func x(_ time: Int) -> Double {
    Self.map.x + Self.map.width * Double(time) / Double(max(history.length, 1))
  }

  /// Where an address begins, from the top edge of the page; the end of the window is the top of the map.
  func y(_ address: UInt64) -> Double {
    let part = Double(address - window.first) / Double(window.count)
    return Self.map.y + Self.map.height * (1 - part)
  }

  /// The rectangle of a region, nil where it is outside of the window.
  public func box(_ region: ArenaHistory.Region) -> Box? {
    guard region.range.first <= window.last, region.range.last >= window.first else { return nil }
    let bottom = y(max(region.range.first, window.first))
    let top = y(min(region.range.last, window.last) + 1)
    let height = max(bottom - top, Self.leastHeight)
    return Box(x: x(region.from), y: bottom - height, width: x(region.to) - x(region.from), height: height)
  }

  /// The corners of the curve: a step for each operation.
  public var corners: [(x: Double, y: Double)] {
    history.fragmentation.enumerated().flatMap { time, value in
      let y = y(fragmentation: value)
      return [(x: x(time), y: y), (x: x(time + 1), y: y)]
    }
  }

  /// The least of 10, 25, 50 and 100 % that the curve stays within.
  var highestPercent: Int {
    let highest = history.fragmentation.max() ?? 0
    return [10, 25, 50].first { highest * 100 <= Double($0) } ?? 100
  }

  func y(fragmentation: Double) -> Double {
    Self.curve.y + Self.curve.height * (1 - fragmentation * 100 / Double(highestPercent))
  }

  /// Owners that have something in the picture, those with most address-operations first.
  var shownOwners: [Int] {
    var areas: [Int: Double] = [:]
    for region in history.regions {
      guard let box = box(region) else { continue }
      areas[region.owner, default: 0] += box.width * box.height
    }
    return areas.keys.sorted { (areas[$0]!, $1) > (areas[$1]!, $0) }
  }
}
