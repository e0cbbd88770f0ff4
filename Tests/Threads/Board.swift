import Synchronization
import VMem

/// Who holds which cell: every thread signs what it was given, and finds out if someone else has signed it.
final class Board: Sendable {
  private let cells: [Cell]
  private let first: UInt32
  private let quantum: UInt32

  private final class Cell: Sendable {
    let holder = Atomic<Int>(0)
  }

  init(first: UInt32, quantum: UInt32, cells count: Int) {
    self.first = first
    self.quantum = quantum
    cells = (0..<count).map { _ in Cell() }
  }

  private func indices(_ range: AddressRange<UInt32>) -> Range<Int> {
    let begin = Int((range.first - first) / quantum)
    return begin..<(begin + Int(range.countMinusOne / quantum) + 1)
  }

  /// Whether nobody held any of it.
  func sign(_ range: AddressRange<UInt32>, by thread: Int) -> Bool {
    indices(range).allSatisfy {
      cells[$0].holder.compareExchange(expected: 0, desired: thread + 1, ordering: .relaxed).exchanged
    }
  }

  /// Whether it was all held by `thread`. To be called before the range is freed.
  func strikeOut(_ range: AddressRange<UInt32>, by thread: Int) -> Bool {
    indices(range).allSatisfy {
      cells[$0].holder.compareExchange(expected: thread + 1, desired: 0, ordering: .relaxed).exchanged
    }
  }
}
