/// The free runs of one state, in the two forms in which questions are asked of them.
public struct MaskAnswers: Sendable {
  /// For each count, the cells at which that many free cells of one span begin.
  private let starts: [UInt64]
  /// The free runs, the smallest first, the lowest first among equals.
  private let bySize: [UInt64]

  init(runs: [MaskArena.Run], cellCount: Int) {
    let free = runs.filter(\.isFree)
    starts = (0...cellCount).map { count in
      free.filter { $0.count >= count && count > 0 }.reduce(0) {
        $0 | MaskArena.mask(from: $1.first, count: $1.count - count + 1)
      }
    }
    bySize = free.sorted { ($0.count, $0.first) < ($1.count, $1.first) }.map(\.mask)
  }

  /// The cells at which `count` free cells of one span begin.
  public func freeRuns(of count: Int) -> UInt64 {
    count < starts.count ? starts[count] : 0
  }

  /// The cell that a deterministic policy must choose among `possible`, the cells at which a place is possible.
  /// `cursor` is the first cell at or above the address at which next fit begins; 64 if there is none.
  public func choose(_ choice: MaskChoice, possible: UInt64, cursor: Int) -> Int? {
    guard possible != 0 else { return nil }
    switch choice {
    case .first:
      return possible.trailingZeroBitCount
    case .best:
      return bySize.first { $0 & possible != 0 }.map { ($0 & possible).trailingZeroBitCount }
    case .next:
      let later = cursor >= 64 ? 0 : possible & (UInt64.max << UInt64(cursor))
      return (later != 0 ? later : possible).trailingZeroBitCount
    }
  }
}

/// The deterministic policies.
public enum MaskChoice: Sendable {
  case first
  case best
  case next
}
