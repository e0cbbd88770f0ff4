import Frames
import Paging

/// What an access by a processor came to.
public enum AccessOutcome: Equatable, Sendable {
  /// It reached the frame; accessed, and dirty for a write, are set in the entry.
  case frame(FrameNumber)
  /// The entry is absent, or forbids the write.
  case fault
  /// The processor still has a translation that the tables do not: whatever it reaches now is not the page's.
  case stale
}

extension SimulatedMMU {
  /// A read or write of `page`, in small pages, as `processor` does it. Watched pages are looked up in the caches too,
  /// with the worst of what may be in them.
  public func access(_ page: PageNumber, isWrite: Bool, on processor: Int = 0) -> AccessOutcome {
    let directoryEntry = PageDirectoryEntry(rawValue: load(directory, page.directoryIndex))
    var entry = PageTableEntry(rawValue: 0)
    if case .table(let table) = directoryEntry.kind {
      entry = PageTableEntry(rawValue: load(table, page.tableIndex))
    }
    for cached in processors[processor].translations[page.rawValue] ?? [] {
      guard entry.isPresent, cached.frame == entry.frame.rawValue, cached.flags & 2 == entry.rawValue & 2
      else {
        return .stale
      }
    }
    guard entry.isPresent, !isWrite || entry.attributes.isWritable else { return .fault }
    let bits: UInt32 = isWrite ? 0x60 : 0x20
    if entry.rawValue & bits != bits {
      store(directoryEntry.tableFrame, page.tableIndex, entry.rawValue | bits)
    }
    return .frame(entry.frame)
  }
}
