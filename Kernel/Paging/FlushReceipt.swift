import Frames
import Primitives

/// What an unmap owes: translations that processors may still hold, and frames and tables that must not be used
/// before those are gone (law 6).
///
/// Having a value of this type tells you that entries were cleared and that nobody has flushed yet. There is no way
/// to the frames but through `PageMap.settle`, which flushes; the type cannot be copied, and dropping it traps.
@frozen
public struct FlushReceipt: ~Copyable {
  /// The pages whose translations may still be cached. Pages in between may have been unmapped by someone else.
  var pages: PageRange
  /// Pages from one flush to the next: 1, or 1,024 where only large pages were unmapped.
  var step: UInt32
  /// Flushing page by page is not enough: a large page was split on the way.
  var needsAll: Bool
  /// Frames that were page tables, all zero now.
  var tables: FrameChain
  /// Frames that were mapped, where the unmap was asked to collect them.
  var frames: FrameChain
  /// How many of the collected frames were written to through the entries that are gone: what the exchange that cleared
  /// an entry found in its dirty bit, to the last moment in which a processor could set it.
  public private(set) var dirtyCount: UInt32 = 0

  init(_ pages: PageRange, step: UInt32, needsAll: Bool = false) {
    self.pages = pages
    self.step = step
    self.needsAll = needsAll
    tables = FrameChain()
    frames = FrameChain()
  }

  /// For `count` pages from page number `first` on, which the caller has just worked on: they are pages.
  @inline(__always)
  init(first: UInt32, count: UInt32, step: UInt32) {
    let last = PageNumber(containing: (first &+ (count &- 1)) << 12)
    self.init(PageRange(PageNumber(containing: first << 12), through: last), step: step)
  }

  /// The pages that were unmapped or restricted.
  public var range: PageRange { pages }

  /// Whether a page table became empty and left the directory. Until the flush a processor may still look for pages
  /// of its 4 MiB in that table, and not in the next one that is put there.
  public var hasTables: Bool { tables.count > 0 }

  /// How many frames wait for the flush.
  public var frameCount: UInt32 { frames.count }

  /// Takes over what `other` owes; one flush then serves both.
  ///
  /// - Parameter link: Where the links of frames are kept.
  public mutating func absorb<Lock>(_ other: consuming FlushReceipt, link: FrameAllocator<Lock>)
  where Lock: ~Copyable {
    let first = min(pages.first, other.pages.first)
    pages = PageRange(first, through: max(pages.last, other.pages.last))
    step = min(step, other.step)
    needsAll = needsAll || other.needsAll
    tables.append(other.tables, link: link)
    frames.append(other.frames, link: link)
    dirtyCount += other.dirtyCount
    other.discharge()
  }

  /// Collects the frame of an entry that is gone.
  mutating func collect<Lock>(_ entry: PageTableEntry, link: FrameAllocator<Lock>) where Lock: ~Copyable {
    frames.push(entry.frame, link: link)
    if entry.isDirty { dirtyCount += 1 }
  }

  consuming func discharge() { discard self }

  // Always fails: a step is 1 or 1,024. The compiler warns of code after a trap that it can prove.
  deinit { precondition(step == 0, "a flush receipt was dropped unsettled") }
}

/// A receipt whose translations are gone from every processor: the key to the frames.
@frozen
public struct SettledReceipt: ~Copyable {
  var tables: FrameChain
  var frames: FrameChain

  /// Gives tables and frames back to the allocator, each in the name of the owner that its record shows.
  ///
  /// Worst case: one free a frame.
  @inline(__always)
  public consuming func release<Lock>(to allocator: FrameAllocator<Lock>) where Lock: ~Copyable {
    while let table = tables.take(link: allocator) { allocator.giveBack(table, isZero: true) }
    while let frame = frames.take(link: allocator) { allocator.giveBack(frame, isZero: false) }
    discard self
  }

  deinit { precondition(tables.count == .max, "the frames of a settled receipt were dropped") }
}
