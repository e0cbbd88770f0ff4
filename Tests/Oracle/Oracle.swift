/// What an arena must answer, said so plainly that it can be believed by reading it.
///
/// The engine keeps tags, lists, bitmaps and a hash. Nothing of that is here: a `ReferenceArena` is an array with
/// one cell a quantum, and every answer is found by trying all places one after the other. It shares no line with
/// the engine, works in 64 bits whatever the engine's address type is, and knows nothing of policies beyond their
/// definitions:
///
/// - a place is *possible* if all its cells are free cells of one span, it lies within `first...last`, its distance
///   from `phase` is a multiple of the alignment, and it does not cross a multiple of `nocross`;
/// - first fit is the lowest possible place;
/// - best fit is the lowest possible place in the smallest free segment that has one, the lowest such segment
///   among equals;
/// - next fit is the lowest possible place at or after the cursor, else the lowest of all;
/// - instant fit may be any possible place, and fails only if there is none.
///
/// `MaskArena` says the same with one bit a quantum, for arenas of at most 64 quanta, because the exhaustive run
/// asks tens of millions of questions. The two are compared with each other in `OracleTests`.
public enum Oracle {}

/// A request in the oracle's terms: every field is present, and "no constraint" is a value that constrains nothing.
public struct Wish: Hashable, Sendable {
  /// The number of addresses less one, before it is rounded up to the quantum.
  public var countMinusOne: UInt64
  /// A power of two; less than the quantum means the quantum.
  public var alignment: UInt64 = 1
  public var phase: UInt64 = 0
  /// A power of two, or 0 for no such constraint.
  public var nocross: UInt64 = 0
  public var first: UInt64 = 0
  public var last: UInt64 = .max

  public init(countMinusOne: UInt64) {
    self.countMinusOne = countMinusOne
  }

  /// Whether a region that begins at `start` and holds `cells` quanta obeys every constraint. Occupancy is another
  /// matter. The caller sees to it that the region does not wrap.
  public func permits(start: UInt64, cells: UInt64, quantum: UInt64) -> Bool {
    let lengthMinusOne = cells &* quantum &- 1
    let end = start &+ lengthMinusOne
    guard end >= start else { return false }
    guard start >= first, end <= last else { return false }
    let step = max(alignment, quantum)
    guard (start &- phase) % step == 0 else { return false }
    if nocross != 0, start / nocross != end / nocross { return false }
    return true
  }

  /// The quanta that the request takes, or nil if the rounded size is more than `limit` quanta.
  public func cells(quantum: UInt64, limit: Int) -> Int? {
    let minusOne = countMinusOne / quantum
    return minusOne < UInt64(limit) ? Int(minusOne) + 1 : nil
  }
}

/// The policies as the oracle sees them; the cursor of next fit is part of the question.
public enum Choice: Hashable, Sendable {
  case first
  case best
  case next(from: UInt64)
}
