import Frames
import Paging

/// A memory-management unit that takes every liberty the manual gives it (SDM 4.10), for host tests.
///
/// Processors speculate at any moment, so whatever *may* be cached *is*: after every write to memory and after every
/// flush each processor caches every translation of the watched pages that the tables, or directory entries cached
/// earlier, lead to. Nothing leaves a cache but by a flush that names it. One value therefore stands for all
/// interleavings of speculation with the kernel's writes, and no test has to enumerate them.
///
/// Cached are, by processor: directory entries that point to tables, and translations, large and global ones marked.
/// A load of CR3 drops what is not global; INVLPG drops one page, or the whole large page that holds it, and the
/// cached directory entry above it.
public final class SimulatedMMU: PagingMachine, @unchecked Sendable {
  /// A cached translation of one page.
  public struct Cached: Hashable {
    public var frame: UInt32
    /// Bits 11:0 as a small entry has them, without accessed and dirty.
    public var flags: UInt32
    public var isLarge: Bool
    public var isGlobal: Bool { flags & 0x100 != 0 }
  }

  public struct Processor: Equatable {
    /// Cached translations by page number.
    public var translations: [UInt32: Set<Cached>] = [:]
    /// Cached directory entries that point to tables, by index.
    public var directoryEntries: [UInt32: Set<UInt32>] = [:]
  }

  /// What goes wrong on purpose (seeded faults).
  public enum Fault: CaseIterable, Sendable {
    case none
    /// Flushes do nothing.
    case flushLeftOut
    /// A flush reaches the first processor only.
    case flushElsewhereLeftOut
    /// A full flush is a load of CR3, which keeps global translations.
    case fullFlushKeepsGlobals
    /// Flushes happen before entries are cleared: the ones asked for afterwards do nothing.
    case flushTooEarly
    /// INVLPG keeps the cached directory entry.
    case pageFlushKeepsDirectoryEntry
  }

  public private(set) var processors: [Processor]
  public let directory: FrameNumber
  /// Pages on which processors speculate.
  public var watched: [UInt32] = [] {
    didSet { speculate() }
  }
  public var fault = Fault.none
  /// Flushes asked for, one by one and full.
  public private(set) var flushCount = 0
  public private(set) var fullFlushCount = 0
  /// Entries written.
  public private(set) var storeCount = 0

  private var memory: [UInt32: UnsafeMutablePointer<UInt32>] = [:]

  public init(processors: Int = 2, directory: FrameNumber) {
    self.processors = Array(repeating: Processor(), count: processors)
    self.directory = directory
    entries(of: directory.rawValue).update(repeating: 0, count: 1024)
  }

  deinit {
    for (_, entries) in memory { entries.deallocate() }
  }

  /// The 1,024 words of a frame; full of junk when first seen, as memory is.
  private func entries(of frame: UInt32) -> UnsafeMutablePointer<UInt32> {
    if let known = memory[frame] { return known }
    let new = UnsafeMutablePointer<UInt32>.allocate(capacity: 1024)
    new.initialize(repeating: 0xDEAD_BEEF, count: 1024)
    memory[frame] = new
    return new
  }

  /// Fills a frame with junk, as its next owner may: a table that is still cached then leads anywhere.
  public func scribble(_ frame: FrameNumber) {
    entries(of: frame.rawValue).update(repeating: 0xBAD0_0001, count: 1024)
    speculate()
  }

  // MARK: PagingMachine

  public func load(_ table: FrameNumber, _ index: UInt32) -> UInt32 {
    entries(of: table.rawValue)[Int(index)]
  }

  public func store(_ table: FrameNumber, _ index: UInt32, _ value: UInt32) {
    _ = exchange(table, index, value)
  }

  public func exchange(_ table: FrameNumber, _ index: UInt32, _ value: UInt32) -> UInt32 {
    precondition(index < 1024)
    beforeExchange?(table, index)
    let place = entries(of: table.rawValue) + Int(index)
    if fault == .flushTooEarly, place.pointee & 1 == 1 && value & 1 == 0 { dropEverything() }
    let old = place.pointee
    place.pointee = value
    storeCount += 1
    if concernsWatched(index..<index + 1) { speculate() }
    afterExchange?(table, index)
    return old
  }

  /// As 1,024 stores: each entry is written once, so what may be cached in between may be cached before or after.
  public func fill(_ table: FrameNumber, _ index: UInt32, count: UInt32, with value: UInt32, step: UInt32) {
    precondition(index < 1024 && count <= 1024 - index)
    beforeFill?(table)
    let first = entries(of: table.rawValue) + Int(index)
    if fault == .flushTooEarly, value & 1 == 0 { dropEverything() }
    if step == 0 {
      first.update(repeating: value, count: Int(count))
    } else {
      for offset in 0..<count { first[Int(offset)] = value &+ offset &* step }
    }
    storeCount += Int(count)
    if concernsWatched(index..<index + count) { speculate() }
  }

  public func memory(of frame: FrameNumber) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: entries(of: frame.rawValue), count: 4096)
  }

  public func flush(_ page: PageNumber) {
    flushCount += 1
    if fault == .flushLeftOut || fault == .flushTooEarly { return }
    for index in processors.indices where index == 0 || fault != .flushElsewhereLeftOut {
      invalidate(page, on: index)
    }
    speculate()
  }

  public func flushAll() {
    fullFlushCount += 1
    if fault == .flushLeftOut || fault == .flushTooEarly { return }
    for index in processors.indices where index == 0 || fault != .flushElsewhereLeftOut {
      if fault == .fullFlushKeepsGlobals { dropNonGlobal(on: index) } else { processors[index] = Processor() }
    }
    speculate()
  }

  /// A processor reads or writes through `page` as the tables translate it now, and sets the accessed bit, for a write
  /// the dirty bit too, in the same piece (SDM 4.8). False where the page is not mapped or may not be written.
  @discardableResult
  public func access(_ page: PageNumber, isWrite: Bool) -> Bool {
    let bits: UInt32 = isWrite ? 0x60 : 0x20
    let upper = entries(of: directory.rawValue) + Int(page.directoryIndex)
    guard upper.pointee & 1 == 1 else { return false }
    let isLarge = upper.pointee & 0x80 != 0
    let entry = isLarge ? upper : entries(of: upper.pointee >> 12) + Int(page.tableIndex)
    guard entry.pointee & 1 == 1, !isWrite || entry.pointee & 2 != 0 else { return false }
    if !isLarge { upper.pointee |= 0x20 }
    entry.pointee |= bits
    return true
  }

  /// Called before each exchange of an entry of a table: the last moment in which a processor may still use the old one.
  public var beforeExchange: ((_ table: FrameNumber, _ index: UInt32) -> Void)?

  /// Called after each: the first moment in which a processor may use the new one.
  public var afterExchange: ((_ table: FrameNumber, _ index: UInt32) -> Void)?

  /// Called before a frame, or a part of a table, is filled.
  public var beforeFill: ((_ frame: FrameNumber) -> Void)?

  /// A load of CR3 on one processor, as another part of the kernel may do at any time.
  public func loadDirectoryBase(on processor: Int) {
    dropNonGlobal(on: processor)
    speculate()
  }

  // MARK: Caches

  private func invalidate(_ page: PageNumber, on processor: Int) {
    let index = page.directoryIndex
    processors[processor].translations[page.rawValue] = nil
    for other in processors[processor].translations.keys where other >> 10 == index {
      let kept = processors[processor].translations[other]!.filter { !$0.isLarge }
      processors[processor].translations[other] = kept.isEmpty ? nil : kept
    }
    if fault != .pageFlushKeepsDirectoryEntry { processors[processor].directoryEntries[index] = nil }
  }

  private func dropNonGlobal(on processor: Int) {
    processors[processor].directoryEntries = [:]
    for (page, cached) in processors[processor].translations {
      let kept = cached.filter { $0.isGlobal }
      processors[processor].translations[page] = kept.isEmpty ? nil : kept
    }
  }

  private func dropEverything() {
    for index in processors.indices { processors[index] = Processor() }
    speculate()
  }

  /// Whether an entry of a directory or a table with one of these indices can be on the way to a watched page.
  private func concernsWatched(_ indices: Range<UInt32>) -> Bool {
    for page in watched where indices.contains(page >> 10) || indices.contains(page & 1023) { return true }
    return false
  }

  /// Caches all that may be cached now.
  private func speculate() {
    for page in watched {
      let index = page >> 10
      let current = entries(of: directory.rawValue)[Int(index)]
      for processor in processors.indices {
        if current & 0x81 == 1 {
          processors[processor].directoryEntries[index, default: []].insert(current & ~0x20)
        }
        if current & 0x81 == 0x81 {
          let small = PageDirectoryEntry(rawValue: current).smallEntry(at: page & 1023).rawValue
          cache(small, page, isLarge: true, on: processor)
        }
        for entry in processors[processor].directoryEntries[index] ?? [] {
          let small = entries(of: entry >> 12)[Int(page & 1023)]
          if small & 1 == 1 { cache(small, page, isLarge: false, on: processor) }
        }
      }
    }
  }

  private func cache(_ small: UInt32, _ page: UInt32, isLarge: Bool, on processor: Int) {
    let cached = Cached(frame: small >> 12, flags: small & 0xF9F & ~0xE00, isLarge: isLarge)
    processors[processor].translations[page, default: []].insert(cached)
  }
}
