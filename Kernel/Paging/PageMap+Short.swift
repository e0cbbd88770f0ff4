import Frames
import Primitives

// The short way for pages of one table that stays in use: what `map` and `unmap` do, without their cases. Each gives
// up with nothing changed where there is more to do.
extension PageMap where Lock: ~Copyable {
  /// Maps `count` pages from page number `page` on, all behind one directory entry, if a table is there. `entry` is the
  /// first page's.
  ///
  /// Worst case: 2 accesses a page. Context: any.
  @inline(__always)
  public func mapShort(_ page: UInt32, _ count: UInt32, _ entry: PageTableEntry) -> Bool {
    let token = unsafe state.pointee.lock.acquire()
    let directoryEntry = PageDirectoryEntry(rawValue: machine.load(directory, page >> 10))
    guard directoryEntry.isPresent, !directoryEntry.isLarge,
      machine.areAbsent(directoryEntry.tableFrame, page & 1023, count: count)
    else {
      unsafe state.pointee.lock.release(token)
      return false
    }
    let table = directoryEntry.tableFrame
    frames.setWord(of: table, to: frames.word(of: table) &+ count)
    unsafe state.pointee.lock.release(token)
    machine.fill(table, page & 1023, count: count, with: entry.rawValue, step: 4096)
    return true
  }

  /// Unmaps `count` pages from page number `page` on, all mapped behind one directory entry, if the table keeps other
  /// entries. What is owed has neither tables nor frames.
  ///
  /// Worst case: 2 accesses a page. Context: any.
  @inline(__always)
  public func unmapShort(_ page: UInt32, _ count: UInt32) -> FlushReceipt? {
    let token = unsafe state.pointee.lock.acquire()
    let directoryEntry = PageDirectoryEntry(rawValue: machine.load(directory, page >> 10))
    let table = directoryEntry.tableFrame
    guard directoryEntry.isPresent, !directoryEntry.isLarge, frames.word(of: table) > count,
      machine.arePresent(table, page & 1023, count: count)
    else {
      unsafe state.pointee.lock.release(token)
      return nil
    }
    machine.clear(table, page & 1023, count: count)
    frames.setWord(of: table, to: frames.word(of: table) &- count)
    unsafe state.pointee.lock.release(token)
    return FlushReceipt(PageRange(PageNumber(page), through: PageNumber(page &+ (count &- 1))), step: 1)
  }
}
