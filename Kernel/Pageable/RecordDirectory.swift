import Frames
import Paging
import Primitives
import VMem

/// The records of the 1,024 pages below one directory entry: two frames of the direct map, there as long as one of
/// the pages is somebody's. Meanwhile the page table is held, so that a page that comes in needs no memory but its own.
struct RecordDirectory: Sendable {
  /// Directory entries there are.
  static var count: Int { 1024 }
  /// Records in a frame.
  static var perFrame: UInt32 { 512 }

  var first = FrameNumber(0)
  var second = FrameNumber(0)
  /// Pages that are somebody's, and pages that a call in progress is about to take; 0 where there are no frames.
  var live: UInt32 = 0
}

extension PageableMemory where Lock: ~Copyable {
  /// The records in `frame`.
  private func records(_ frame: FrameNumber) -> StoredTable<PageRecord> {
    // The frame is this memory's, in the direct map, and was filled with records when it was taken.
    unsafe StoredTable(over: machine.memory(of: frame).baseAddress!, count: Int(RecordDirectory.perFrame))
  }

  /// The record of `page`; nil where it has none. Under the lock, or of a page that is the caller's.
  @inline(__always)
  func record(of page: UInt32) -> PageRecord? {
    let directory = state.value.directories[Int(page >> 10)]
    guard directory.live > 0 else { return nil }
    let index = page & 1023
    return index < RecordDirectory.perFrame
      ? records(directory.first)[Int(index)]
      : records(directory.second)[Int(index - RecordDirectory.perFrame)]
  }

  /// Replaces the record of `page`, which has one. Under the lock.
  @inline(__always)
  func setRecord(of page: UInt32, to record: PageRecord) {
    let directory = state.value.directories[Int(page >> 10)]
    precondition(directory.live > 0)
    let index = page & 1023
    if index < RecordDirectory.perFrame {
      records(directory.first)[Int(index)] = record
    } else {
      records(directory.second)[Int(index - RecordDirectory.perFrame)] = record
    }
  }

  /// Counts `pages` in, and sees that they have records and a held table; all of them or none.
  func takeRecords(for pages: PageRange) throws(PageableError) {
    var page = pages.first.rawValue
    while true {
      let last = min(pages.last.rawValue, page | 1023)
      do throws(PageableError) { try takeRecords(page >> 10, last - page + 1) } catch {
        if page > pages.first.rawValue {
          dropRecords(for: PageRange(pages.first, through: PageNumber(page - 1)))
        }
        throw error
      }
      guard last < pages.last.rawValue else { return }
      page = last + 1
    }
  }

  /// Counts `pages`, whose records all say `none`, out.
  func dropRecords(for pages: PageRange) {
    var page = pages.first.rawValue
    while true {
      let last = min(pages.last.rawValue, page | 1023)
      dropRecords(page >> 10, last - page + 1)
      guard last < pages.last.rawValue else { return }
      page = last + 1
    }
  }

  private func countIn(_ index: UInt32, _ count: UInt32) -> Bool {
    let token = acquire()
    defer { release(token) }
    guard state.value.directories[Int(index)].live > 0 else { return false }
    state.value.directories[Int(index)].live += count
    return true
  }

  /// Frames are taken and the table is held before the lock is taken; who comes second gives them back.
  private func takeRecords(_ index: UInt32, _ count: UInt32) throws(PageableError) {
    if countIn(index, count) { return }
    let first = try recordFrame()
    let second: FrameNumber
    do throws(PageableError) { second = try recordFrame() } catch {
      frames.giveBack(first, isZero: false)
      throw error
    }
    do throws(PagingError) { try pageMap.holdTable(of: PageNumber(index << 10)) } catch {
      frames.giveBack(first, isZero: false)
      frames.giveBack(second, isZero: false)
      throw .table(error)
    }
    let token = acquire()
    guard state.value.directories[Int(index)].live == 0 else {
      state.value.directories[Int(index)].live += count
      release(token)
      return drop(first, second, index)
    }
    state.value.directories[Int(index)] = RecordDirectory(first: first, second: second, live: count)
    state.value.counts.directories += 1
    release(token)
  }

  private func dropRecords(_ index: UInt32, _ count: UInt32) {
    let token = acquire()
    state.value.directories[Int(index)].live -= count
    let directory = state.value.directories[Int(index)]
    guard directory.live == 0 else { return release(token) }
    state.value.directories[Int(index)] = RecordDirectory()
    state.value.counts.directories -= 1
    release(token)
    drop(directory.first, directory.second, index)
  }

  private func drop(_ first: FrameNumber, _ second: FrameNumber, _ index: UInt32) {
    pageMap.dropTable(of: PageNumber(index << 10))
    frames.giveBack(first, isZero: false)
    frames.giveBack(second, isZero: false)
  }

  /// A frame full of records that say `none`.
  private func recordFrame() throws(PageableError) -> FrameNumber {
    do throws(FrameError) {
      let frame = try frames.allocate(in: .direct, owner: owner)
      // Just taken, so nobody else's, and as long as 512 records.
      unsafe _ = StoredTable(
        at: machine.memory(of: frame).baseAddress!, count: Int(RecordDirectory.perFrame),
        repeating: PageRecord())
      return frame
    } catch { throw .records(error) }
  }
}
