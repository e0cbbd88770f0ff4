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
  /// addresses return to the arena.
  ///
  /// Needs no memory, and fails only on a wrong argument (law 3).
  /// Worst case: 2 accesses a page, one flush, one free in the arena. Context: any.
  public func vunmap(_ address: UInt32, size: UInt32? = nil, isDeferred: Bool = false) throws(VMapError) {
    let mapping = try find(address, size: size)
    let (linear, type) = (linearFrames(of: mapping), deviceType(of: mapping))
    guard change(mapping.pages.first, from: mapping.kind, to: .leaving) else {
      throw refused(.leaving(address, owner: mapping.owner))
    }
    let receipt = try clear(mapping)
    // A detached table cannot wait: see `FlushReceipt.hasTables`.
    if isDeferred && mapping.ownsFrames && !receipt.hasTables {
      quarantine(mapping, receipt)
    } else {
      pageMap.settle(receipt).release(to: frames)
      if let linear { release(linear, type) }
      finish(mapping.segment)
    }
    count(unmapping: mapping)
  }

  private func clear(_ mapping: LiveMapping) throws(VMapError) -> FlushReceipt {
    do throws(PagingError) {
      return try pageMap.unmap(mapping.pages, collecting: mapping.ownsFrames)
    } catch { throw refused(.paging(error)) }
  }

  /// Frees the addresses of a mapping whose flush is done.
  func finish(_ segment: AddressRange<UInt32>) {
    do throws(FreeError<UInt32>) { try arena.free(segment) } catch {
      preconditionFailure("the window's arena lost a mapping")
    }
  }

  private func count(unmapping mapping: LiveMapping) {
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.statistics.live -= 1
    unsafe state.pointee.statistics.unmapped &+= 1
    if mapping.hasGuard { unsafe state.pointee.guards -= 1 }
    unsafe state.pointee.lock.release(token)
  }

  /// The mapping that starts in the page of `address`.
  func find(_ address: UInt32, size: UInt32?) throws(VMapError) -> LiveMapping {
    guard window.contains(address) else { throw refused(.outsideWindow(address)) }
    guard let segment = arena.segment(atOrAfter: address), segment.range.contains(address),
      segment.kind == .allocated
    else { throw refused(.notMapped(address)) }
    guard segment.range.first >> 12 == address >> 12 else {
      throw refused(.notStart(address, mapping: segment.range, owner: segment.owner))
    }
    guard let mapping = LiveMapping(segment, kind(of: PageNumber(containing: address))) else {
      throw refused(.leaving(address, owner: segment.owner))
    }
    if let size {
      let pages = size == 0 ? 0 : ((address & 0xFFF) + ((size - 1) & 0xFFF)) >> 12 + (size - 1) >> 12 + 1
      guard pages == mapping.pages.count else {
        throw refused(
          .sizeMismatch(address, size: size, mapping: mapping.segment, owner: mapping.owner))
      }
    }
    return mapping
  }
}
