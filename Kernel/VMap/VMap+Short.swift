import Frames
import Paging
import Primitives
import VMem

// The short way for the registers of a device and for frame buffers: at most 128 pages behind one directory entry, or at
// most 16 large pages and nothing else; addresses of that size kept from before; no second memory type in the 4 MiB.
// Each step is one that the long way takes too; where a case needs more, nothing has changed and the long way is taken.
// One acquisition of the lock maps; two unmap, with the flush between them.
extension VMap where Lock: ~Copyable {
  /// The address, or nil for the long way.
  @inline(__always)
  func mapShort(_ physical: UInt32, _ size: UInt32, _ options: MappingOptions) -> UInt32? {
    let last = physical &+ (size &- 1)
    let (first, extra) = (physical >> 12, last >> 12 &- physical >> 12)
    // An empty or wrapping request ends below its start, or is far too long.
    guard last >= physical, unsafe first >= state.pointee.short.firstDevice, !options.hasGuardPage,
      options.alignment <= 4096
    else { return nil }
    if extra < ShortWay.limit {
      guard (first ^ last >> 12) >> 10 == 0 else { return nil }
      return mapFew(physical, extra &+ 1, options)
    }
    guard extra & 1023 == 1023, first & 1023 == 0, extra >> 10 < ShortWay.largeLimit,
      options.mayUseLargePages
    else { return nil }
    return mapLarge(physical, extra &+ 1, options)
  }

  @inline(__always)
  private func mapFew(_ physical: UInt32, _ count: UInt32, _ options: MappingOptions) -> UInt32? {
    let flags = unsafe state.pointee.short.flags(options)
    guard flags != 0 else { return nil }
    let entry = physical & ~0xFFF | flags | (options.isWritable ? 2 : 0)
    let column = TypeLedger.column(smallEntry: flags)
    let token = acquire()
    if unsafe !state.pointee.fault.isArmed,
      unsafe !state.pointee.ledger.knowsOther(block: physical >> 22, column),
      let page = unsafe state.pointee.kept.take(count, owner: options.owner)
    {
      if page & 1023 &+ count <= 1024, pageMap.mapShort(page, count, entry) {
        unsafe state.pointee.ledger.count(1, block: physical >> 22, column)
        unsafe state.pointee.enter(page, count, options.owner)
        release(token)
        return page << 12 | physical & 0xFFF
      }
      // Into the slot that it was taken from a moment ago.
      _ = unsafe state.pointee.kept.put(page, count, owner: options.owner)
    }
    release(token)
    return nil
  }

  /// A function of its own, so that the way of few pages has few variables to save and restore.
  @inline(never)
  private func mapLarge(_ physical: UInt32, _ count: UInt32, _ options: MappingOptions) -> UInt32? {
    let flags = unsafe state.pointee.short.largeFlags(options)
    guard flags != 0 else { return nil }
    let entry = physical & ~0xFFF | flags | (options.isWritable ? 2 : 0)
    let (block, blocks) = (physical >> 22, count >> 10)
    let column = TypeLedger.column(largeEntry: flags)
    let token = acquire()
    if unsafe !state.pointee.fault.isArmed,
      unsafe !state.pointee.ledger.knowsOther(from: block, blocks, column),
      let page = unsafe state.pointee.kept.take(count, owner: options.owner)
    {
      if page & 1023 == 0, pageMap.mapLargeShort(page >> 10, blocks, entry) {
        unsafe state.pointee.ledger.count(1, from: block, blocks, column)
        unsafe state.pointee.enter(page, count, options.owner)
        release(token)
        return page << 12 | physical & 0xFFF
      }
      _ = unsafe state.pointee.kept.put(page, count, owner: options.owner)
    }
    release(token)
    return nil
  }

  /// Whether the mapping is gone; if not, the long way finds out why.
  @inline(__always)
  func unmapShort(_ address: UInt32, _ size: UInt32?) -> Bool {
    let page = address >> 12
    let token = acquire()
    let recent = unsafe state.pointee.recent.entry(at: page)
    guard recent.first == page, recent.total &- 1 < ShortWay.limit, page & 1023 &+ recent.total <= 1024,
      Self.agrees(size, address, recent.total), let table = pageMap.table(of: page),
      let entry = deviceEntry(machine.load(table, page & 1023), recent.total),
      let receipt = pageMap.unmapShort(page, recent.total, of: table)
    else {
      release(token)
      return unmapLargeShort(address, size)
    }
    unsafe state.pointee.recent.forget(known: page)
    release(token)
    pageMap.finish(receipt)
    let again = acquire()
    unsafe state.pointee.ledger.count(
      .max, block: entry.frame.rawValue >> 10, TypeLedger.column(smallEntry: entry.rawValue))
    unsafe state.pointee.leaveShort()
    let evicted = unsafe state.pointee.kept.put(page, recent.total, owner: recent.owner)
    release(again)
    if let evicted { finish(evicted) }
    return true
  }

  @inline(never)
  private func unmapLargeShort(_ address: UInt32, _ size: UInt32?) -> Bool {
    let page = address >> 12
    let token = acquire()
    let recent = unsafe state.pointee.recent.entry(at: page)
    let (index, blocks) = (page >> 10, recent.total >> 10)
    let entry = pageMap.directoryEntry(at: index)
    guard recent.first == page, recent.total & 1023 == 0, page & 1023 == 0, blocks &- 1 < ShortWay.largeLimit,
      Self.agrees(size, address, recent.total), entry.isLarge,
      entry.smallEntry(at: 0).software == MappingKind.linear.rawValue,
      isDevice(entry.smallEntry(at: 0).frame),
      let receipt = pageMap.unmapLargeShort(index, blocks)
    else {
      release(token)
      return false
    }
    unsafe state.pointee.recent.forget(known: page)
    release(token)
    pageMap.finish(receipt)
    let again = acquire()
    unsafe state.pointee.ledger.count(
      .max, from: entry.rawValue >> 22, blocks, TypeLedger.column(largeEntry: entry.rawValue))
    unsafe state.pointee.leaveShort()
    let evicted = unsafe state.pointee.kept.put(page, recent.total, owner: recent.owner)
    release(again)
    if let evicted { finish(evicted) }
    return true
  }

  /// `value` as an entry, if it is the first of a linear mapping of `total` frames in one 4 MiB, none of them memory.
  @inline(__always)
  private func deviceEntry(_ value: UInt32, _ total: UInt32) -> PageTableEntry? {
    let entry = PageTableEntry(rawValue: value)
    let frame = entry.frame.rawValue
    // Being absent is noticed with the others.
    guard entry.software == MappingKind.linear.rawValue, isDevice(entry.frame),
      frame >> 10 == (frame &+ (total &- 1)) >> 10
    else { return nil }
    return entry
  }

  /// Whether neither `frame` nor any behind it is memory.
  @inline(__always)
  private func isDevice(_ frame: FrameNumber) -> Bool {
    unsafe frame.rawValue >= state.pointee.short.firstDevice
  }

  /// Whether `size` bytes from `address` on are `total` pages; no size agrees with every total.
  @inline(__always)
  private static func agrees(_ size: UInt32?, _ address: UInt32, _ total: UInt32) -> Bool {
    guard let size else { return true }
    return size != 0 && ((address & 0xFFF) &+ (size &- 1)) >> 12 == total &- 1 && size <= total << 12
  }
}
