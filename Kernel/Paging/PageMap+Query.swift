import Frames
import Primitives

/// What a page translates to.
public struct Translation: Equatable, Sendable {
  public var frame: FrameNumber
  public var attributes: PageAttributes
  /// Whether a 4 MiB entry translates it.
  public var isLarge: Bool
  public var isAccessed: Bool
  public var isDirty: Bool
}

extension PageMap where Lock: ~Copyable {
  /// What `page` translates to now; nil where it is not mapped. Any page, managed or not.
  ///
  /// Worst case: 2 loads. Context: any.
  public func query(_ page: PageNumber) -> Translation? {
    guard let small = entry(of: page) else { return nil }
    return Translation(
      frame: small.frame, attributes: small.attributes,
      isLarge: directoryEntry(at: page.directoryIndex).isLarge, isAccessed: small.isAccessed,
      isDirty: small.isDirty)
  }

  /// The entry that translates `page`; for a page of a large one, the entry that it would have in a table. Nil where
  /// the page is not mapped.
  ///
  /// Worst case: 2 loads. Context: any.
  @inline(__always)
  public func entry(of page: PageNumber) -> PageTableEntry? {
    let entry = directoryEntry(at: page.directoryIndex)
    guard entry.isPresent else { return nil }
    if entry.isLarge { return entry.smallEntry(at: page.tableIndex) }
    let small = PageTableEntry(rawValue: machine.load(entry.tableFrame, page.tableIndex))
    return small.isPresent ? small : nil
  }

  /// Makes `pages`, all mapped, writable or read-only, and flushes. The memory type of a page never changes
  /// while it is mapped.
  ///
  /// Splits large pages that `pages` covers in part; fails, and changes nothing, where no table is left for that.
  /// Worst case: 2 accesses a page and the flush. Context: any.
  public func protect(_ pages: PageRange, isWritable: Bool) throws(PagingError) {
    try checkManaged(pages)
    try checkMapped(pages)
    let didSplit = try splitEdges(of: pages)
    var receipt = FlushReceipt(pages, step: 1, needsAll: didSplit)
    var page = pages.first.rawValue
    while true {
      let index = page >> 10
      let pieceLast = min(pages.last.rawValue, page | 1023)
      let entry = directoryEntry(at: index)
      if entry.isLarge {
        setWritable(directory, index, isWritable)
      } else {
        for page in page...pieceLast { setWritable(entry.tableFrame, page & 1023, isWritable) }
      }
      guard pieceLast != pages.last.rawValue else { break }
      page = pieceLast + 1
    }
    receipt.step = 1
    finish(receipt)
  }

  /// Changes bit 1 of an entry and keeps the accessed and dirty bits that the processor may be setting meanwhile.
  private func setWritable(_ table: FrameNumber, _ index: UInt32, _ isWritable: Bool) {
    let old = machine.load(table, index)
    let new = isWritable ? old | 2 : old & ~2
    let found = machine.exchange(table, index, new)
    if found != old { _ = machine.exchange(table, index, new | found & 0x60) }
  }

  /// Changes the software bits in the entry of `page` from `old` to `new`; false, and nothing changed, where the page
  /// is not mapped or has other bits. Calls for one page are serialised by the caller.
  ///
  /// For a large page these are the bits of the directory entry. No flush: the processor ignores them.
  public func changeSoftware(_ page: PageNumber, from old: UInt8, to new: UInt8) -> Bool {
    let entry = directoryEntry(at: page.directoryIndex)
    let (table, index): (FrameNumber, UInt32)
    switch entry.kind {
    case .absent: return false
    case .large: (table, index) = (directory, page.directoryIndex)
    case .table(let frame): (table, index) = (frame, page.tableIndex)
    }
    let value = machine.load(table, index)
    guard value & 1 != 0, value >> 9 & 7 == UInt32(old) else { return false }
    let changed = value & ~0xE00 | UInt32(new & 7) << 9
    let found = machine.exchange(table, index, changed)
    if found != value { _ = machine.exchange(table, index, changed | found & 0x60) }
    return true
  }
}
