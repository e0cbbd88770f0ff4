import Foundation

/// What changed between two runs, exact to the instruction.
public struct Comparison {
  public struct Change: Equatable {
    public var name: String
    public var unit: String
    public var before: Double?
    public var after: Double?

    /// Of the earlier value; positive is worse.
    public var percent: Double? {
      guard let before, let after, before != 0 else { return nil }
      return (after - before) / before * 100
    }
  }

  /// Percent that a figure may grow.
  public static let tolerance = 2.0

  /// Every figure that is not the same.
  public var changes: [Change]
  public var unchanged: Int

  public init(before: [Reading], after: [Reading]) {
    let old = Dictionary(before.map { ($0.name, $0) }) { first, _ in first }
    let new = Dictionary(after.map { ($0.name, $0) }) { first, _ in first }
    let names = after.map(\.name) + before.map(\.name).filter { new[$0] == nil }
    let all = names.map { name in
      Change(
        name: name, unit: (new[name] ?? old[name])?.unit ?? "", before: old[name]?.value,
        after: new[name]?.value)
    }
    changes = all.filter { $0.before != $0.after }
    unchanged = all.count - changes.count
  }

  /// Those that got worse by more than the tolerance. Time is shown but never fails: it is not exact.
  public var failures: [Change] {
    changes.filter { $0.unit != "nanoseconds" && ($0.percent ?? 0) > Self.tolerance }
  }

  public var text: String {
    let width = changes.map(\.name.count).max() ?? 0
    let lines = changes.map { change in
      let number = { (value: Double?) in value.map { String(format: "%.2f", $0) } ?? "(none)" }
      let percent = change.percent.map { String(format: "  %+.2f %%", $0) } ?? ""
      let name = change.name.padding(toLength: width, withPad: " ", startingAt: 0)
      return "\(name)  \(number(change.before)) -> \(number(change.after)) \(change.unit)\(percent)"
    }
    return (lines + ["\(unchanged) figures unchanged"]).joined(separator: "\n")
  }
}
