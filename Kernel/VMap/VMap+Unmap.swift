import Frames
import Paging
import Primitives
import VMem

extension VMap where Lock: ~Copyable {
  /// Removes the mapping that vmap or vmapPages returned as `address`.
  ///
  /// - Parameters:
  ///   - size: Its size in bytes, checked to the page; nil trusts the record.
  ///   - isDeferred: Whether the flush may wait, with addresses and frames in quarantine until then. Only mappings
  ///     that own their frames can wait; for all others, device memory above all, this is ignored.
  ///
  /// Order (law 6): the mapping is claimed in its first entry, so that a second call finds it leaving; entries are
  /// cleared and empty tables detached; every processor is flushed; tables and owned frames are freed; last, the
  /// addresses return to the cache or the arena.
  ///
  /// Needs no memory, and fails only on a wrong argument (law 3).
  /// Worst case: 2 accesses a page, one flush, one free in the arena. Context: any.
  public func vunmap(_ address: UInt32, size: UInt32? = nil, isDeferred: Bool = false) throws(VMapError) {
    if unmapShort(address, size) { return }
    try unmapLong(address, size, isDeferred)
  }

  /// Not inlined, so that the short way keeps its variables in registers.
  @inline(never)
  private func unmapLong(_ address: UInt32, _ size: UInt32?, _ isDeferred: Bool) throws(VMapError) {
    let mapping = try find(address, size: size)
    let (linear, type) = deviceFrames(of: mapping)
    guard change(mapping.pages.first, from: mapping.kind, to: .leaving) else {
      throw refused(.leaving(address, owner: mapping.owner))
    }
    let receipt = try clear(mapping)
    // A detached table cannot wait: see `FlushReceipt.hasTables`.
    if isDeferred && mapping.ownsFrames && !receipt.hasTables {
      quarantine(mapping, receipt)
    } else {
      pageMap.finish(receipt)
      keep(mapping, linear, type)
    }
  }

  @inline(__always)
  private func clear(_ mapping: LiveMapping) throws(VMapError) -> FlushReceipt {
    do throws(PagingError) {
      return try pageMap.unmap(mapping.pages, collecting: mapping.ownsFrames)
    } catch { throw refused(.paging(error)) }
  }

  /// Takes a mapping whose flush is done off the books, and keeps its addresses for the next.
  @inline(__always)
  private func keep(_ mapping: LiveMapping, _ linear: FrameRange?, _ type: MemoryType?) {
    let first = mapping.pages.first.rawValue
    let total = (mapping.segment.countMinusOne >> 12) + 1
    let token = acquire()
    if let linear, let type { releaseLocked(linear, type) }
    unsafe state.pointee.leave(first, hasGuard: mapping.hasGuard)
    unsafe state.pointee.statistics.unmapped &+= 1
    let evicted = unsafe state.pointee.kept.put(first, total, owner: mapping.owner)
    release(token)
    if let evicted { finish(evicted) }
  }

  /// The mapping that starts in the page of `address`.
  func find(_ address: UInt32, size: UInt32?) throws(VMapError) -> LiveMapping {
    guard window.contains(address) else { throw refused(.outsideWindow(address)) }
    let mapping: LiveMapping
    if let recent = findRecent(address) { mapping = recent } else { mapping = try findInArena(address) }
    guard let size else { return mapping }
    // From the first byte's offset to the last byte: page numbers, so that nothing wraps.
    let pages = size == 0 ? 0 : ((address & 0xFFF) + ((size - 1) & 0xFFF)) >> 12 + (size - 1) >> 12 + 1
    guard pages == mapping.pages.count else {
      throw refused(
        .sizeMismatch(address, size: size, mapping: mapping.segment, owner: mapping.owner))
    }
    return mapping
  }

  @inline(__always)
  private func findRecent(_ address: UInt32) -> LiveMapping? {
    let first = address >> 12
    let token = acquire()
    let entry = unsafe state.pointee.recent.entry(at: first)
    release(token)
    guard entry.first == first, entry.total > 0, let kind = kind(of: PageNumber(first)) else { return nil }
    return LiveMapping(first: first, total: entry.total, owner: entry.owner, kind)
  }

  private func findInArena(_ address: UInt32) throws(VMapError) -> LiveMapping {
    guard let segment = arena.segment(atOrAfter: address), segment.range.contains(address),
      segment.kind == .allocated
    else { throw refused(.notMapped(address)) }
    let first = segment.range.first >> 12
    guard
      let mapping = LiveMapping(
        first: first, total: segment.range.countMinusOne >> 12 + 1, owner: segment.owner,
        kind(of: PageNumber(first)))
    else {
      // Addresses of nobody: kept for the next mapping. Others are in quarantine, or being unmapped.
      let isLeaving = isInQuarantine(segment.range) || kind(of: PageNumber(first)) == .leaving
      throw refused(isLeaving ? .leaving(address, owner: segment.owner) : .notMapped(address))
    }
    guard first == address >> 12 else {
      throw refused(.notStart(address, mapping: segment.range, owner: segment.owner))
    }
    return mapping
  }
}
