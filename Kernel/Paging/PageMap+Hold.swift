import Frames
import Primitives

// The upper half of a table's word counts who holds the table, the lower half its entries (Paging-I2).
extension PageMap where Lock: ~Copyable {
  static var oneHold: UInt32 { 0x1_0000 }

  /// Keeps the table that translates `page`, which is made if there is none, until as many calls of `dropTable`:
  /// meanwhile, mapping a page below it takes no frame and cannot fail for want of one.
  ///
  /// Worst case: a frame and 1,024 stores. Context: any.
  public func holdTable(of page: PageNumber) throws(PagingError) {
    try checkManaged(PageRange(page, through: page))
    _ = try retainTable(page.directoryIndex, Self.oneHold)
  }

  /// Undoes one `holdTable`; frees the table, after a flush, if it has no entries and no other hold.
  ///
  /// Worst case: a flush and a free. Context: any.
  public func dropTable(of page: PageNumber) {
    let table = directoryEntry(at: page.directoryIndex).tableFrame
    precondition(frames.word(of: table) >= Self.oneHold, "a page table was dropped that nobody holds")
    var receipt = FlushReceipt(PageRange(page, through: page), step: 1)
    if releaseTable(table, page.directoryIndex, Self.oneHold) { receipt.tables.push(table, link: frames) }
    settle(receipt).release(to: frames)
  }

  /// Whether anybody holds the table that translates `page`. Constant; a moment's view. Context: any.
  public func isTableHeld(of page: PageNumber) -> Bool {
    guard case .table(let table) = directoryEntry(at: page.directoryIndex).kind else { return false }
    return frames.word(of: table) >= Self.oneHold
  }
}
