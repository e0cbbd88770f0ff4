/// An arena as an array of cells, one a quantum.
public struct ReferenceArena: Sendable {
  /// Cells `firstCell ..< firstCell + count` are the addresses from `first` on.
  public struct Span: Hashable, Sendable {
    public let first: UInt64
    public let firstCell: Int
    public let count: Int
  }

  /// A maximal run of free cells, or one live allocation.
  public struct Segment: Hashable, Sendable {
    public let first: UInt64
    public let last: UInt64
    public let isFree: Bool

    public init(first: UInt64, last: UInt64, isFree: Bool) {
      self.first = first
      self.last = last
      self.isFree = isFree
    }
  }

  public let quantum: UInt64
  public private(set) var spans: [Span] = []
  /// 0 where the cell is free, otherwise a number that all cells of one allocation share.
  private var cells: [Int] = []
  private var nextIdentity = 1

  public init(quantum: UInt64) {
    self.quantum = quantum
  }

  /// The spans must come in ascending order and not overlap: the oracle does not judge spans.
  public mutating func addSpan(first: UInt64, cells count: Int) {
    spans.append(Span(first: first, firstCell: cells.count, count: count))
    cells.append(contentsOf: repeatElement(0, count: count))
  }

  public var cellCount: Int { cells.count }
  public var freeCells: Int { cells.count { $0 == 0 } }

  // MARK: Addresses and cells

  public func address(ofCell cell: Int) -> UInt64 {
    let span = spans.last { $0.firstCell <= cell }!
    return span.first + UInt64(cell - span.firstCell) * quantum
  }

  private func lastAddress(ofCell cell: Int) -> UInt64 {
    address(ofCell: cell) + (quantum - 1)
  }

  /// The cell that begins exactly at `address`.
  public func cell(startingAt address: UInt64) -> Int? {
    for span in spans where address >= span.first {
      let distance = address - span.first
      if distance % quantum == 0, distance / quantum < UInt64(span.count) {
        return span.firstCell + Int(distance / quantum)
      }
    }
    return nil
  }

  private func span(ofCell cell: Int) -> Int {
    spans.lastIndex { $0.firstCell <= cell }!
  }

  // MARK: Questions

  /// All segments in ascending order.
  public var segments: [Segment] {
    runs().map {
      Segment(first: address(ofCell: $0.start), last: lastAddress(ofCell: $0.end - 1), isFree: $0.isFree)
    }
  }

  private struct Run {
    let start: Int
    let end: Int
    let isFree: Bool
  }

  private func runs() -> [Run] {
    var result: [Run] = []
    for span in spans {
      var start = span.firstCell
      let end = span.firstCell + span.count
      while start < end {
        var stop = start + 1
        while stop < end, cells[stop] == cells[start] { stop += 1 }
        result.append(Run(start: start, end: stop, isFree: cells[start] == 0))
        start = stop
      }
    }
    return result
  }

  /// Every place that the wish could be put, ascending.
  public func possiblePlaces(for wish: Wish) -> [UInt64] {
    places(for: wish).flatMap(\.starts)
  }

  /// The possible places of every free segment that has one.
  private func places(for wish: Wish) -> [(length: Int, starts: [UInt64])] {
    guard let count = wish.cells(quantum: quantum, limit: cells.count) else { return [] }
    var result: [(length: Int, starts: [UInt64])] = []
    for run in runs() where run.isFree && run.end - run.start >= count {
      let starts = (run.start...(run.end - count)).map(address(ofCell:)).filter {
        wish.permits(start: $0, cells: UInt64(count), quantum: quantum)
      }
      if !starts.isEmpty { result.append((run.end - run.start, starts)) }
    }
    return result
  }

  /// The one place that the policy must choose, or nil if the request must fail.
  public func place(for wish: Wish, _ choice: Choice) -> UInt64? {
    let candidates = places(for: wish)
    switch choice {
    case .first:
      return candidates.first?.starts.first
    case .best:
      let smallest = candidates.min { $0.length < $1.length }  // the first of equals, which is the lowest
      return smallest?.starts.first
    case .next(let cursor):
      let all = candidates.flatMap(\.starts)
      return all.first { $0 >= cursor } ?? all.first
    }
  }

  /// Whether all of `first...last` is free cells of one span.
  public func isFree(first: UInt64, last: UInt64) -> Bool {
    guard let range = cellRange(first: first, last: last) else { return false }
    return range.allSatisfy { cells[$0] == 0 }
  }

  /// Whether `first...last` is exactly one live allocation.
  public func isAllocation(first: UInt64, last: UInt64) -> Bool {
    segments.contains(Segment(first: first, last: last, isFree: false))
  }

  /// The live allocation that all of `first...last` belongs to.
  public func allocation(around first: UInt64, _ last: UInt64) -> Segment? {
    segments.first { !$0.isFree && $0.first <= first && last <= $0.last }
  }

  private func cellRange(first: UInt64, last: UInt64) -> Range<Int>? {
    guard first <= last, let start = cell(startingAt: first) else { return nil }
    let span = spans[span(ofCell: start)]
    let countMinusOne = (last - first) / quantum
    guard (last - first) % quantum == quantum - 1 else { return nil }
    guard countMinusOne < UInt64(span.firstCell + span.count - start) else { return nil }
    return start..<(start + Int(countMinusOne) + 1)
  }

  // MARK: Changes

  /// Takes free cells. The caller has asked `isFree`.
  public mutating func occupy(first: UInt64, last: UInt64) {
    for cell in cellRange(first: first, last: last)! {
      precondition(cells[cell] == 0, "the oracle was told to take a taken cell")
      cells[cell] = nextIdentity
    }
    nextIdentity += 1
  }

  /// Gives a part of one allocation back; what lies before and what lies after become allocations of their own.
  public mutating func release(first: UInt64, last: UInt64) {
    let range = cellRange(first: first, last: last)!
    let identity = cells[range.lowerBound]
    precondition(identity != 0, "the oracle was told to free a free cell")
    for cell in range {
      precondition(cells[cell] == identity, "the oracle was told to free over two allocations")
      cells[cell] = 0
    }
    var after = range.upperBound
    while after < cells.count, cells[after] == identity {
      cells[after] = nextIdentity
      after += 1
    }
    nextIdentity += 1
  }
}
