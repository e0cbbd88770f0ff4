/// Something that the engine answered and the oracle would not have.
public struct Finding: Sendable, CustomStringConvertible {
  public let setting: String
  /// The state, one letter a cell: `.` free, `A` the first cell of an allocation, `a` a further one.
  public let state: String
  public let cursor: Int
  public let call: String
  public let got: String
  public let expected: String

  public var description: String {
    "\(setting): [\(state)] cursor \(cursor): \(call): got \(got), expected \(expected)"
  }
}

/// What an examination did: how much, and what was wrong.
public struct Report: Sendable {
  public var states = 0
  public var calls = 0
  public var findings: [Finding] = []

  public init() {}

  public mutating func add(_ other: Report) {
    states += other.states
    calls += other.calls
    findings += other.findings
  }
}
