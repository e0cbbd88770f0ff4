import Frames
import Primitives

extension PageMap where Lock: ~Copyable {
  /// Maps `pages` to consecutive frames from `first` on.
  ///
  /// - Parameter largePages: Whether 4 MiB pages may be used where page, frame and remaining length agree and the
  ///   processor has them.
  ///
  /// If any page is mapped already, or no table can be had, what was done is undone and flushed before the error is
  /// thrown.
  ///
  /// Worst case: 2 stores a page, and a new table (1,024 stores unless a zeroed frame is at hand) for every 1,024.
  /// Context: any.
  public func map(
    _ pages: PageRange, to first: FrameNumber, _ attributes: PageAttributes, largePages: Bool = true
  ) throws(PagingError) {
    try checkManaged(pages)
    guard pages.count - 1 <= 0xF_FFFF - first.rawValue else {
      throw .framesWrap(first: first, count: pages.count)
    }
    let flags = PageTableEntry.flags(attributes, on: features)
    let mayBeLarge =
      largePages && features.hasLargePages && (pages.first.rawValue ^ first.rawValue) & 1023 == 0
    let last = pages.last.rawValue
    var (page, frame) = (pages.first.rawValue, first.rawValue)
    while true {
      let pieceLast = min(last, page | 1023)
      let count = pieceLast &- page &+ 1
      do throws(PagingError) {
        if mayBeLarge && count == 1024 {
          try mapLarge(page >> 10, frame << 12 | PageDirectoryEntry.largeFlags(flags))
        } else {
          try mapSmall(page, count, frame << 12 | flags)
        }
      } catch {
        undo(from: pages.first.rawValue, before: page)
        throw error
      }
      guard pieceLast != last else { return }
      frame &+= count
      page = pieceLast &+ 1
    }
  }

  /// Maps `pages` to the frames that `frameAt` names for index 0, 1, 2..., each in a small entry.
  ///
  /// Undoes and reports as `map`. Worst case: as `map`, plus one call a page. Context: any.
  public func map(
    _ pages: PageRange, _ attributes: PageAttributes, frameAt: (UInt32) -> FrameNumber
  ) throws(PagingError) {
    try checkManaged(pages)
    let flags = PageTableEntry.flags(attributes, on: features)
    var page = pages.first.rawValue
    while true {
      let pieceLast = min(pages.last.rawValue, page | 1023)
      let count = pieceLast - page + 1
      do throws(PagingError) {
        let table = try claimEntries(page, count)
        for offset in 0..<count {
          let frame = frameAt(page + offset - pages.first.rawValue)
          machine.store(table, page & 1023 + offset, frame.address | flags)
        }
      } catch {
        undo(from: pages.first.rawValue, before: page)
        throw error
      }
      guard pieceLast != pages.last.rawValue else { return }
      page = pieceLast + 1
    }
  }

  @inline(__always)
  func mapLarge(_ index: UInt32, _ entry: UInt32) throws(PagingError) {
    let token = acquire()
    let old = machine.load(directory, index)
    if old == 0 { machine.store(directory, index, entry) }
    release(token)
    guard old == 0 else { throw .alreadyMapped(firstMapped(index << 10, count: 1024)) }
  }

  /// Writes `count` entries of one table, from the entry of page number `page` on.
  @inline(__always)
  func mapSmall(_ page: UInt32, _ count: UInt32, _ entry: UInt32) throws(PagingError) {
    let table = try claimEntries(page, count)
    machine.fill(table, page & 1023, count: count, with: entry, step: 4096)
  }

  /// The table for `count` entries from page number `page` on, which are counted in and all absent.
  func claimEntries(_ page: UInt32, _ count: UInt32) throws(PagingError) -> FrameNumber {
    let (table, isNew) = try retainTable(page >> 10, count)
    if isNew || machine.areAbsent(table, page & 1023, count: count) { return table }
    // The page that is mapped already keeps the table's count above zero.
    _ = releaseTable(table, page >> 10, count)
    throw .alreadyMapped(firstMapped(page, count: count))
  }

  /// The first of `count` pages that is mapped, for the error; `page` itself if another processor unmapped it.
  func firstMapped(_ page: UInt32, count: UInt32) -> PageNumber {
    for page in page..<page + count where query(PageNumber(page)) != nil { return PageNumber(page) }
    return PageNumber(page)
  }

  /// Unmaps what an unfinished call mapped, and flushes: the processor may have cached it already.
  func undo(from first: UInt32, before page: UInt32) {
    guard first < page else { return }
    let receipt = clear(PageRange(PageNumber(first), through: PageNumber(page - 1)), collecting: false)
    finish(receipt)
    // Frames are short, or nothing was gained by a table: the frame allocator has it as before.
    trim()
  }
}
