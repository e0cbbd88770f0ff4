import Frames
import Primitives

extension PageMap where Lock: ~Copyable {
  /// Unmaps `pages`, every one of which must be mapped.
  ///
  /// A large page of which only a part goes is split first, which takes a table: the only reason but a wrong
  /// argument for which this can fail, and nothing is unmapped then.
  ///
  /// - Parameter collecting: Whether the frames come into the receipt. Only for frames that the caller owns and that
  ///   are mapped nowhere else, since the link of the list is in the frame's record.
  /// - Returns: What is owed; give it to `settle`.
  ///
  /// Worst case: 2 accesses a page (3 when collecting), 1,024 stores for each of at most two splits. Context: any.
  public func unmap(_ pages: PageRange, collecting: Bool = false) throws(PagingError) -> FlushReceipt {
    try checkManaged(pages)
    try checkMapped(pages)
    let didSplit = try splitEdges(of: pages)
    var receipt = clear(pages, collecting: collecting)
    if didSplit { receipt.needsAll = true }
    return receipt
  }

  /// Refuses a range with a page that is not mapped, naming it.
  @inline(__always)
  func checkMapped(_ pages: PageRange) throws(PagingError) {
    var page = pages.first.rawValue
    while true {
      let pieceLast = min(pages.last.rawValue, page | 1023)
      let entry = PageDirectoryEntry(rawValue: machine.load(directory, page >> 10))
      guard entry.isPresent else { throw .notMapped(PageNumber(page)) }
      if !entry.isLarge {
        let count = pieceLast &- page &+ 1
        guard machine.arePresent(entry.tableFrame, page & 1023, count: count) else {
          throw .notMapped(firstUnmapped(page, count: count))
        }
      }
      guard pieceLast != pages.last.rawValue else { return }
      page = pieceLast &+ 1
    }
  }

  func firstUnmapped(_ page: UInt32, count: UInt32) -> PageNumber {
    for page in page..<page + count where query(PageNumber(page)) == nil { return PageNumber(page) }
    return PageNumber(page)
  }

  /// Splits the large pages that `pages` covers in part: at most the first and the last.
  ///
  /// - Returns: Whether there was one.
  @inline(__always)
  func splitEdges(of pages: PageRange) throws(PagingError) -> Bool {
    let (first, last) = (pages.first.directoryIndex, pages.last.directoryIndex)
    var didSplit = false
    let firstIsPartial = pages.first.tableIndex != 0 || first == last && pages.last.tableIndex != 1023
    if firstIsPartial, directoryEntry(at: first).isLarge {
      try split(first)
      didSplit = true
    }
    if first != last, pages.last.tableIndex != 1023, directoryEntry(at: last).isLarge {
      try split(last)
      didSplit = true
    }
    return didSplit
  }

  /// Clears the entries of `pages`, all mapped and no large page covered in part, and detaches tables that become
  /// empty.
  @inline(__always)
  func clear(_ pages: PageRange, collecting: Bool) -> FlushReceipt {
    var receipt = FlushReceipt(pages, step: 1024)
    var page = pages.first.rawValue
    while true {
      let index = page >> 10
      let pieceLast = min(pages.last.rawValue, page | 1023)
      let count = pieceLast &- page &+ 1
      let entry = PageDirectoryEntry(rawValue: machine.load(directory, index))
      if entry.isLarge {
        let old = PageDirectoryEntry(rawValue: machine.exchange(directory, index, 0))
        if collecting { collect(old, into: &receipt) }
      } else {
        receipt.step = 1
        let table = entry.tableFrame
        if collecting {
          collect(table, page & 1023, count, into: &receipt)
        } else {
          machine.clear(table, page & 1023, count: count)
        }
        if releaseTable(table, index, count) { receipt.tables.push(table, link: frames) }
      }
      guard pieceLast != pages.last.rawValue else { return receipt }
      page = pieceLast &+ 1
    }
  }

  /// Clears `count` entries and collects their frames. The exchange leaves no moment in which the processor could
  /// set the dirty bit of an entry that was read already.
  func collect(_ table: FrameNumber, _ first: UInt32, _ count: UInt32, into receipt: inout FlushReceipt) {
    for index in first..<first + count {
      receipt.collect(PageTableEntry(rawValue: machine.exchange(table, index, 0)), link: frames)
    }
  }

  func collect(_ large: PageDirectoryEntry, into receipt: inout FlushReceipt) {
    for index in 0..<UInt32(1024) { receipt.collect(large.smallEntry(at: index), link: frames) }
  }

  /// Flushes what `receipt` owes, on every processor, and returns the key to its frames and tables.
  ///
  /// One empty table may stay behind as the map's reserve.
  ///
  /// Few pages are flushed one by one, many by dropping everything (`PageMap.flushLimit`). A table that was detached
  /// is covered by either: INVLPG drops the cached directory entries of its page too (SDM 4.10.4.1).
  ///
  /// Worst case: `flushLimit` single flushes. Context: any.
  @inline(__always)
  public func settle(_ receipt: consuming FlushReceipt) -> SettledReceipt {
    flush(receipt)
    var settled = SettledReceipt(tables: receipt.tables, frames: receipt.frames)
    receipt.discharge()
    if settled.tables.count > 0 { keepReserve(from: &settled) }
    return settled
  }

  /// Settles `receipt` and gives its frames and tables back to the allocator.
  @inline(__always)
  public func finish(_ receipt: consuming FlushReceipt) {
    // Mostly nothing waits for the flush.
    if receipt.tables.count | receipt.frames.count != 0 { return finishWithFrames(receipt) }
    flush(receipt)
    receipt.discharge()
  }

  @inline(never)
  private func finishWithFrames(_ receipt: consuming FlushReceipt) { settle(receipt).release(to: frames) }

  @inline(__always)
  private func flush(_ receipt: borrowing FlushReceipt) {
    let (pages, step) = (receipt.pages, receipt.step)
    if receipt.needsAll || pages.count > Self.flushLimit &* step { return machine.flushAll() }
    var page = pages.first.rawValue
    while true {
      machine.flush(PageNumber(page))
      guard pages.last.rawValue &- page >= step else { return }
      page &+= step
    }
  }

  /// Keeps one of the flushed tables for the next that is needed, if none is kept.
  private func keepReserve(from settled: inout SettledReceipt) {
    let token = acquire()
    defer { release(token) }
    guard unsafe state.pointee.reserve == 0, let table = settled.tables.take(link: frames) else { return }
    unsafe state.pointee.reserve = table.rawValue
  }

  /// Flushes one by one at most. Beyond, dropping everything costs less: Paging.md has the measurement.
  public static var flushLimit: UInt32 { 32 }
}
