import Frames
import Paging
import Primitives
import VMem

extension VMap where Lock: ~Copyable {
  /// Maps the `size` bytes at `physical`, neither of which need be whole pages.
  ///
  /// - Returns: Where the byte at `physical` is now.
  ///
  /// Addresses are congruent to the frames modulo 4 MiB where a large page then fits; where no such addresses are
  /// free, any will do. No request fails while a free range of the size exists (VMap-I5).
  ///
  /// Worst case: three allocations from the arena and a free, 2 stores a page, a new table for every 1,024 pages; linear in the
  /// mappings where two memory types meet in 4 MiB, and where lent guard pages are taken back. Context: any.
  public func vmap(
    _ physical: UInt32, size: UInt32, _ options: MappingOptions
  ) throws(VMapError) -> Mapping {
    if let address = mapShort(physical, size, options) { return Mapping(address: address, size: size) }
    return try mapLong(physical, size, options)
  }

  /// Not inlined, so that the short way keeps its variables in registers.
  @inline(never)
  private func mapLong(
    _ physical: UInt32, _ size: UInt32, _ options: MappingOptions
  ) throws(VMapError) -> Mapping {
    guard size != 0 else { throw refused(.empty) }
    guard size - 1 <= UInt32.max - physical else { throw refused(.wraps(physical: physical, size: size)) }
    let frames = FrameRange(
      FrameNumber(containing: physical), through: FrameNumber(containing: physical + (size - 1)))
    let type = deviceType(options.cache)
    if options.cache != .natural { try checkPolicy(frames, options.cache) }
    // Addresses first: a request that fails for want of them has entered nothing into the ledger.
    let pages: PageRange
    do throws(VMapError) { pages = try takeAddresses(for: frames, options) } catch { throw refused(error) }
    do throws(VMapError) { try retain(frames, type) } catch {
      giveBack(pages, options)
      throw error
    }
    do throws(VMapError) { try writeOrReturn(pages, frames, options, type) } catch {
      release(frames, type)
      throw refused(error)
    }
    return Mapping(address: pages.first.address | physical & 0xFFF, size: size)
  }

  /// Writes the entries, or returns the addresses. Quarantine holds frames too, so it is drained where tables run out.
  private func writeOrReturn(
    _ pages: PageRange, _ frames: FrameRange, _ options: MappingOptions, _ type: MemoryType?
  ) throws(VMapError) {
    while true {
      do throws(PagingError) { return try write(pages, frames, options, type) } catch {
        if case .outOfTables = error, drainAddresses() { continue }
        giveBack(pages, options)
        throw Self.translate(error)
      }
    }
  }

  /// Writes the entries, one run of equal memory type after the other; undoes all of them where one fails.
  private func write(
    _ pages: PageRange, _ frames: FrameRange, _ options: MappingOptions, _ device: MemoryType?
  ) throws(PagingError) {
    let kind: MappingKind = options.hasGuardPage ? .linearGuarded : .linear
    var done: UInt32 = 0
    do throws(PagingError) {
      while true {
        let first = FrameNumber(frames.first.rawValue &+ done)
        let (type, last) = run(at: first, through: frames.last, device)
        let piece = PageRange(
          PageNumber(pages.first.rawValue &+ done),
          through: PageNumber(pages.first.rawValue &+ (last.rawValue &- frames.first.rawValue)))
        let attributes = PageAttributes(type, isWritable: options.isWritable, software: kind.rawValue)
        try pageMap.map(piece, to: first, attributes, largePages: options.mayUseLargePages)
        guard last < frames.last else { return }
        done += piece.count
      }
    } catch {
      unwrite(pages.first, count: done)
      throw error
    }
  }

  /// Unmaps the first `count` pages of an unfinished mapping.
  private func unwrite(_ first: PageNumber, count: UInt32) {
    guard let pages = PageRange(first, count: count) else { return }
    do throws(PagingError) {
      pageMap.finish(try pageMap.unmap(pages))
      pageMap.trim()
    } catch {
      // Mapped a moment ago by this very call, in pieces that are unmapped whole: no table is needed.
      preconditionFailure("pages of an unfinished mapping are gone")
    }
  }

  static func translate(_ error: PagingError) -> VMapError {
    if case .outOfTables(let cause) = error { return .outOfTables(cause) }
    return .paging(error)
  }

  func refused(_ error: VMapError) -> VMapError {
    let token = acquire()
    unsafe state.pointee.statistics.refused &+= 1
    release(token)
    return error
  }
}
