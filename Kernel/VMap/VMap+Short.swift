import Frames
import Paging
import Primitives
import VMem

// The short way for the registers of a device: at most 128 pages in one page table that is there, addresses of that size
// kept from before, no second memory type in the 4 MiB. Each step is one that the long way takes too; where a case
// needs more, nothing has changed and the long way is taken. Interrupts are off for at most three accesses a page.
extension VMap where Lock: ~Copyable {
  private static var shortLimit: UInt32 { 128 }

  /// The address, or nil for the long way.
  @inline(__always)
  func mapShort(_ physical: UInt32, _ size: UInt32, _ options: MappingOptions) -> UInt32? {
    let first = physical >> 12
    let last = (physical &+ (size &- 1)) >> 12
    // An empty or wrapping request ends below its start, or is far too long.
    let count = last &- first &+ 1
    guard size != 0, last >= first, count <= Self.shortLimit, first >= frames.frameLimit,
      first >> 10 == last >> 10,
      !options.hasGuardPage, options.alignment <= 4096, let type = deviceType(options.cache)
    else { return nil }
    let attributes = PageAttributes(
      type, isWritable: options.isWritable, software: MappingKind.linear.rawValue)
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    guard unsafe state.pointee.fault == FaultPoint(),
      unsafe state.pointee.ledger.count(block: first >> 10, type == .uncached ? .writeCombining : .uncached)
        == 0,
      let page = unsafe state.pointee.kept.take(count, owner: options.owner, alignment: 1, phase: 0)
    else { return nil }
    let entry = PageTableEntry(FrameNumber(first), attributes, on: pageMap.features)
    guard page & 1023 &+ count <= 1024, pageMap.mapShort(page, count, entry) else {
      // Into the slot that it was taken from a moment ago.
      _ = unsafe state.pointee.kept.put(page, count, owner: options.owner)
      return nil
    }
    unsafe state.pointee.ledger.add(1, block: first >> 10, type)
    unsafe state.pointee.enter(page, count, options)
    return page << 12 | physical & 0xFFF
  }

  /// Whether the mapping is gone; if not, the long way finds out why.
  @inline(__always)
  func unmapShort(_ address: UInt32, _ size: UInt32?) -> Bool {
    let page = address >> 12
    let token = unsafe state.pointee.lock.acquire()
    guard let recent = unsafe state.pointee.recent.entry(at: page), recent.total <= Self.shortLimit,
      page & 1023 &+ recent.total <= 1024, Self.agrees(size, address, recent.total),
      let entry = pageMap.entry(of: PageNumber(page)), entry.software == MappingKind.linear.rawValue,
      entry.frame.rawValue >= frames.frameLimit,
      entry.frame.rawValue >> 10 == (entry.frame.rawValue &+ (recent.total &- 1)) >> 10,
      let receipt = pageMap.unmapShort(page, recent.total)
    else {
      unsafe state.pointee.lock.release(token)
      return false
    }
    unsafe state.pointee.recent.forget(page)
    unsafe state.pointee.lock.release(token)
    pageMap.settle(receipt).release(to: frames)
    settleShort(page, recent, entry)
    return true
  }

  /// Takes the mapping off the books and keeps its addresses, now that every processor has flushed them.
  @inline(__always)
  private func settleShort(_ page: UInt32, _ recent: RecentMappings.Entry, _ entry: PageTableEntry) {
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.ledger.add(
      .max, block: entry.frame.rawValue >> 10, MemoryType(smallEntryBits: entry.rawValue))
    unsafe state.pointee.statistics.live &-= 1
    unsafe state.pointee.statistics.unmapped &+= 1
    let evicted = unsafe state.pointee.kept.put(page, recent.total, owner: recent.owner)
    unsafe state.pointee.lock.release(token)
    if let evicted { finish(evicted) }
  }

  /// Whether `size` bytes from `address` on are `total` pages; no size agrees with every total.
  @inline(__always)
  private static func agrees(_ size: UInt32?, _ address: UInt32, _ total: UInt32) -> Bool {
    guard let size else { return true }
    return size != 0 && ((address & 0xFFF) &+ (size &- 1)) >> 12 == total &- 1 && size <= total << 12
  }
}
