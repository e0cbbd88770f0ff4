/// An arena of at most 64 quanta as two masks: which cells are taken, and which of those begin an allocation.
///
/// The pair of masks *is* the state: two histories that lead to the same masks must not be told apart by any answer
/// of a deterministic policy.
public struct MaskArena: Hashable, Sendable {
  public struct State: Hashable, Sendable {
    /// Cells that belong to a live allocation.
    public var taken: UInt64
    /// Cells at which a live allocation begins; a subset of `taken`.
    public var starts: UInt64

    public init(taken: UInt64 = 0, starts: UInt64 = 0) {
      self.taken = taken
      self.starts = starts
    }
  }

  /// Cells at which a span begins. Cell 0 always does.
  public let spanStarts: UInt64
  public let cellCount: Int
  public var state = State()

  public init(spanLengths: [Int]) {
    var starts: UInt64 = 0
    var cell = 0
    for length in spanLengths {
      starts |= 1 << UInt64(cell)
      cell += length
    }
    precondition(cell <= 64, "one bit a cell")
    spanStarts = starts
    cellCount = cell
  }

  public static func mask(from first: Int, count: Int) -> UInt64 {
    count == 64 ? .max : ((1 << UInt64(count)) - 1) << UInt64(first)
  }

  private func bit(_ cell: Int, of mask: UInt64) -> Bool {
    mask & (1 << UInt64(cell)) != 0
  }

  /// A maximal run of free cells of one span, or one live allocation.
  public struct Run: Hashable, Sendable {
    public let first: Int
    public let count: Int
    public let isFree: Bool
    public var mask: UInt64 { MaskArena.mask(from: first, count: count) }
  }

  /// All segments, ascending.
  public var runs: [Run] {
    var result: [Run] = []
    var first = 0
    while first < cellCount {
      let isFree = !bit(first, of: state.taken)
      var end = first + 1
      while end < cellCount, !begins(end, afterFree: isFree) { end += 1 }
      result.append(Run(first: first, count: end - first, isFree: isFree))
      first = end
    }
    return result
  }

  /// Whether a new segment begins at `cell`, given what the cell before it is.
  private func begins(_ cell: Int, afterFree: Bool) -> Bool {
    if bit(cell, of: spanStarts) { return true }
    if bit(cell, of: state.taken) == afterFree { return true }
    return !afterFree && bit(cell, of: state.starts)
  }

  /// What the present state answers to requests of every size, found once and asked often.
  public var answers: MaskAnswers { MaskAnswers(runs: runs, cellCount: cellCount) }

  public mutating func occupy(_ first: Int, count: Int) {
    state.taken |= Self.mask(from: first, count: count)
    state.starts |= 1 << UInt64(first)
  }

  /// Gives a part of one allocation back; what follows it becomes an allocation of its own.
  public mutating func release(_ first: Int, count: Int) {
    let end = first + count
    let part = Self.mask(from: first, count: count)
    let goesOn =
      end < cellCount && bit(end, of: state.taken) && !bit(end, of: state.starts) && !bit(end, of: spanStarts)
    state.taken &= ~part
    state.starts &= ~part
    if goesOn { state.starts |= 1 << UInt64(end) }
  }

  /// Every state that allocating and freeing can lead to: each cell is free, begins an allocation, or continues
  /// the one before it. For one span of n cells their number is the Fibonacci number F(2n + 1).
  public var reachableStates: [State] {
    var states = [State()]
    for cell in 0..<cellCount {
      let one: UInt64 = 1 << UInt64(cell)
      var grown: [State] = []
      for state in states {
        grown.append(state)
        grown.append(State(taken: state.taken | one, starts: state.starts | one))
        let before: UInt64 = cell == 0 ? 0 : one >> 1
        if state.taken & before != 0, spanStarts & one == 0 {
          grown.append(State(taken: state.taken | one, starts: state.starts))
        }
      }
      states = grown
    }
    return states
  }
}
