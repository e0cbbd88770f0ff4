/// The operation log of an arena as `log <arena> dump` prints it on the serial line; `Scripts/README.md` has the form.
public struct OperationLines: Equatable, Sendable {
  /// A closed range of addresses.
  public struct Range: Hashable, Sendable {
    public var first: UInt64
    public var last: UInt64
    public var count: UInt64 { last - first + 1 }

    public init(_ first: UInt64, _ last: UInt64) {
      self.first = first
      self.last = last
    }
  }

  public enum Operation: Equatable, Sendable {
    case span(Range)
    case allocate(owner: Int, Range)
    /// As the monitor wrote the size.
    case refuse(owner: Int, size: String)
    case free(Range)
    case freePart(Range)
    /// Changed nothing: a refused span or free, a reap.
    case nothing
  }

  public var arena: String
  public var owners: [Int: String]
  public var operations: [Operation]
  /// So many operations at the beginning only say what was there when the log began.
  public var state: Int

  /// Why a text cannot be drawn.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    case noLog
    case noLogOf(String)
    case lost(Int)
    case cut
    case malformed(line: String)
    case outOfOrder(line: String)

    public var description: String {
      switch self {
      case .noLog: "there is no line `log: arena` in it; `log <arena> dump` in the monitor prints them"
      case .noLogOf(let arena): "there is no log of the arena \(arena) in it"
      case .lost(let count):
        "the first \(count) operations were overwritten, so nobody knows what was there: begin a longer log,"
          + " such as `log kva on 20000`"
      case .cut: "the line `log: end` is missing: the text was cut"
      case .malformed(let line): "not a line of a log: \(line)"
      case .outOfOrder(let line): "an operation is missing before: \(line)"
      }
    }
  }

  /// Reads the last log of a text, or the last one of an arena. Other lines may stand before and behind it.
  public init(_ text: String, arena wanted: String? = nil) throws(Failure) {
    let lines = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("log: ") }.map {
      $0.dropFirst(5)
    }
    let heads = lines.indices.filter { lines[$0].hasPrefix("arena ") }
    guard !heads.isEmpty else { throw .noLog }
    let head = heads.last { wanted == nil || lines[$0].split(separator: " ")[1] == wanted! }
    guard let head else { throw .noLogOf(wanted ?? "") }
    let words = lines[head].split(separator: " ").map(String.init)
    // arena <name> quantum <q> operations <n> state <s> lost <l>
    guard words.count == 10, let count = Int(words[5]), let state = Int(words[7]), let lost = Int(words[9])
    else { throw .malformed(line: String(lines[head])) }
    guard lost == 0 else { throw .lost(lost) }
    arena = words[1]
    self.state = state
    owners = [:]
    operations = []
    for line in lines[(head + 1)...] {
      if line == "end" {
        guard operations.count == count else { throw .outOfOrder(line: String(line)) }
        return
      }
      try take(line)
    }
    throw .cut
  }

  private mutating func take(_ line: Substring) throws(Failure) {
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count >= 2 else { throw .malformed(line: String(line)) }
    if words[0] == "owner" {
      guard words.count == 3, let number = Int(words[1]) else { throw .malformed(line: String(line)) }
      owners[number] = words[2]
      return
    }
    guard let number = Int(words[0]),
      let operation = Self.operation(words[1], words.count > 2 ? words[2] : "")
    else { throw .malformed(line: String(line)) }
    guard number == operations.count else { throw .outOfOrder(line: String(line)) }
    operations.append(operation)
  }

  private static func operation(_ kind: String, _ rest: String) -> Operation? {
    let words = rest.split(separator: " ").map(String.init)
    switch kind {
    case "span": return words.first.flatMap(range).map { .span($0) }
    case "free": return words.first.flatMap(range).map { .free($0) }
    case "part": return words.first.flatMap(range).map { .freePart($0) }
    case "alloc":
      guard words.count == 2, let owner = Int(words[0]), let range = range(words[1]) else { return nil }
      return .allocate(owner: owner, range)
    case "refuse":
      guard words.count == 2, let owner = Int(words[0]) else { return nil }
      return .refuse(owner: owner, size: words[1])
    case "reap", "nospan", "nofree": return .nothing
    default: return nil
    }
  }

  /// `0x00000000-0xffffffff`.
  private static func range(_ text: String) -> Range? {
    let ends = text.split(separator: "-").map {
      $0.hasPrefix("0x") ? UInt64($0.dropFirst(2), radix: 16) : nil
    }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
    return Range(first, last)
  }
}
