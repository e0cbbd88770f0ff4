/// The stated worst cases, counted: each figure of the table that has a limit is one test.
public struct InstructionTest: Equatable, Sendable {
  public var name: String
  public var value: Double?
  public var limit: Double

  public var holds: Bool { value.map { $0 <= limit } ?? false }

  public var remark: String {
    guard let value else { return "\(name) was not measured" }
    return "\(name) is \(Reading.text(value)), above its limit of \(Reading.text(limit))"
  }

  /// A test for each limit whose name begins with one of the prefixes that were measured.
  public static func all(_ readings: [Reading], _ figures: [Figure]) -> [InstructionTest] {
    let byName = Dictionary(readings.map { ($0.name, $0.value) }) { first, _ in first }
    return figures.compactMap { figure in
      figure.limit.map { InstructionTest(name: figure.name, value: byName[figure.name], limit: $0) }
    }
  }
}
