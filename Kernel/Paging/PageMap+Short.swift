import Frames
import Primitives

// The short ways: what `map` and `unmap` do where all pages are behind one directory entry, or all in large pages, and no
// table has to be asked of the frame allocator. The caller has the lock (`acquire`). Each gives up with nothing changed
// where there is more to do.
extension PageMap where Lock: ~Copyable {
  /// Maps `count` pages from page number `page` on, all behind one directory entry, if a table is there or in reserve.
  /// `entry` is the first page's.
  ///
  /// Worst case: 2 accesses a page. Context: any, under the lock.
  @inline(__always)
  public func mapShort(_ page: UInt32, _ count: UInt32, _ entry: UInt32) -> Bool {
    guard let (table, isNew) = retainLocked(page >> 10, count) else { return false }
    guard isNew || machine.areAbsent(table, page & 1023, count: count) else {
      // The page that is mapped already keeps the table.
      _ = releaseLocked(table, page >> 10, count)
      return false
    }
    machine.fill(table, page & 1023, count: count, with: entry, step: 4096)
    return true
  }

  /// The table behind the directory entry of page number `page`; nil where there is none. One load. Context: any.
  @inline(__always)
  public func table(of page: UInt32) -> FrameNumber? {
    let entry = PageDirectoryEntry(rawValue: machine.load(directory, page >> 10))
    return entry.isTable ? entry.tableFrame : nil
  }

  /// Unmaps `count` pages from page number `page` on, all mapped by `table`, the one `table(of: page)` names. What is
  /// owed has no frames.
  ///
  /// Worst case: 2 accesses a page. Context: any, under the lock.
  @inline(__always)
  public func unmapShort(_ page: UInt32, _ count: UInt32, of table: FrameNumber) -> FlushReceipt? {
    guard machine.arePresent(table, page & 1023, count: count) else { return nil }
    machine.clear(table, page & 1023, count: count)
    var receipt = FlushReceipt(first: page, count: count, step: 1)
    if releaseLocked(table, page >> 10, count) { receipt.tables.push(table, link: frames) }
    return receipt
  }

  /// Maps `count` large pages from directory entry `index` on. `entry` is the first's.
  ///
  /// Worst case: 2 accesses for each. Context: any, under the lock.
  @inline(__always)
  public func mapLargeShort(_ index: UInt32, _ count: UInt32, _ entry: UInt32) -> Bool {
    guard machine.areAbsent(directory, index, count: count) else { return false }
    machine.fill(directory, index, count: count, with: entry, step: 0x40_0000)
    return true
  }

  /// Unmaps `count` large pages from directory entry `index` on, all mapped. What is owed has no frames.
  ///
  /// Worst case: 2 accesses for each. Context: any, under the lock.
  @inline(__always)
  public func unmapLargeShort(_ index: UInt32, _ count: UInt32) -> FlushReceipt? {
    for index in index..<index &+ count where machine.load(directory, index) & 0x81 != 0x81 { return nil }
    machine.clear(directory, index, count: count)
    return FlushReceipt(first: index << 10, count: count << 10, step: 1024)
  }
}
