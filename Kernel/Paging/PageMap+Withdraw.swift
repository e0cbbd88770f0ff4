import Frames
import Primitives

/// Up to eight pages, anywhere, that are to lose their translations together.
@frozen
public struct PageBatch: Sendable {
  /// How many pages fit.
  public static var capacity: Int { 8 }

  var pages = InlineArray<8, UInt32>(repeating: 0)
  public private(set) var count = 0

  public init() {}

  /// - Precondition: `count < capacity`.
  public mutating func append(_ page: PageNumber) {
    pages[count] = page.rawValue
    count += 1
  }

  public subscript(index: Int) -> PageNumber {
    precondition(index < count)
    return PageNumber(pages[index])
  }
}

/// The entries that a batch of pages had.
///
/// Having a value of this type tells you that no processor translates the pages by these entries any more: they were
/// cleared, dirty bits captured, and flushed everywhere.
@frozen
public struct WithdrawnPages: Sendable {
  var entries = InlineArray<8, UInt32>(repeating: 0)

  init() {}

  public subscript(index: Int) -> PageTableEntry { PageTableEntry(rawValue: entries[index]) }
}

extension PageMap where Lock: ~Copyable {
  /// Clears the entries of the pages, each mapped in a small entry below a held table, flushes them everywhere, and
  /// answers what the entries were.
  ///
  /// The exchange leaves no moment in which the processor could set the dirty bit of an entry that was read already.
  /// Worst case: eight exchanges and eight flushes. Context: any in which other processors can be waited for.
  public func withdraw(_ batch: PageBatch) -> WithdrawnPages {
    var withdrawn = WithdrawnPages()
    for index in 0..<batch.count {
      let page = batch[index]
      let table = directoryEntry(at: page.directoryIndex).tableFrame
      withdrawn.entries[index] = machine.exchange(table, page.tableIndex, 0)
      precondition(withdrawn.entries[index] & 1 != 0, "a page was withdrawn that is not mapped")
      let isEmpty = releaseTable(table, page.directoryIndex, 1)
      precondition(!isEmpty, "a page was withdrawn from a table that nobody holds")
    }
    for index in 0..<batch.count { machine.flush(batch[index]) }
    return withdrawn
  }

  /// Whether a processor has used the translation of `page`, mapped in a small entry, since the last call; the
  /// accessed bit is cleared, the dirty bit is kept whatever happens meanwhile.
  ///
  /// Not flushed: a processor that has the translation cached may use the page unseen. That is a guess about the
  /// future gone wrong, and nothing else. Worst case: 4 accesses. Context: any.
  public func takeAccessed(_ page: PageNumber) -> Bool {
    let table = directoryEntry(at: page.directoryIndex).tableFrame
    let old = machine.load(table, page.tableIndex)
    guard old & 0x20 != 0 else { return false }
    let found = machine.exchange(table, page.tableIndex, old & ~0x20)
    if found != old { _ = machine.exchange(table, page.tableIndex, old & ~0x20 | found & 0x40) }
    return true
  }
}
