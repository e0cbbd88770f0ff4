import Foundation

/// What is known about a figure before it is measured: `Scripts/bench-figures.json` is an array of these, in the
/// order in which the table shows them.
public struct Figure: Codable, Equatable, Sendable {
  public var name: String
  /// What is counted, for the table.
  public var what: String
  /// The best of the peers, and who that is.
  public var peer: Double?
  public var who: String?
  /// What issue or design asks for.
  public var reach: Double?
  /// What `make test` fails above; see ``InstructionTest``. The worst cases of the public documentation.
  public var limit: Double?

  public static func read(_ path: String) throws -> [Figure] {
    try JSONDecoder().decode([Figure].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
