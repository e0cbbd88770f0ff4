import Frames
import Primitives

/// The first invariant of Paging.md that does not hold.
public enum PagingViolation: Error, Equatable, Sendable {
  /// Paging-I1: a table without entries, which nobody holds, is in the directory.
  case emptyTable(index: UInt32)
  /// Paging-I2: a table's count is not the number of its entries.
  case count(index: UInt32, counted: UInt32, found: UInt32)
  /// Paging-I3: page 0 is mapped.
  case pageZero
  /// Paging-I4: a table is no frame of the direct map that this map took.
  case foreignTable(index: UInt32, frame: FrameNumber)
  /// Paging-I6: the number of tables is not what was counted.
  case tables(counted: UInt32, found: UInt32)
  /// Paging-I7: the table in reserve is in the directory, not this map's, or not all zero.
  case reserve(FrameNumber)
}

extension PageMap where Lock: ~Copyable {
  /// Proves Paging-I1 to Paging-I4, I6 and I7 by reading every managed entry, or throws the first that fails. No call may
  /// be in progress. Linear in tables; for tests and the monitor.
  public func checkInvariants() throws(PagingViolation) {
    guard query(PageNumber(0)) == nil else { throw .pageZero }
    var tables: UInt32 = 0
    for index in managed.first.directoryIndex...managed.last.directoryIndex {
      guard case .table(let table) = directoryEntry(at: index).kind else { continue }
      tables += 1
      guard unsafe table.rawValue != state.pointee.reserve else { throw .reserve(table) }
      let record = frames.record(of: table)
      guard record.state == .single, record.owner == tableOwner, table.rawValue < frames.directLimit else {
        throw .foreignTable(index: index, frame: table)
      }
      var found: UInt32 = 0
      for entry in UInt32(0)..<1024 where machine.load(table, entry) != 0 { found += 1 }
      guard record.word > 0 else { throw .emptyTable(index: index) }
      let counted = record.word & (Self.oneHold - 1)
      guard found == counted else { throw .count(index: index, counted: counted, found: found) }
    }
    guard tables == tableCount else { throw .tables(counted: tableCount, found: tables) }
    try checkReserve()
  }

  private func checkReserve() throws(PagingViolation) {
    guard unsafe state.pointee.reserve != 0 else { return }
    let table = FrameNumber(unsafe state.pointee.reserve)
    let record = frames.record(of: table)
    guard record.state == .single, record.owner == tableOwner, table.rawValue < frames.directLimit,
      machine.areAbsent(table, 0, count: 1024)
    else { throw .reserve(table) }
  }
}
