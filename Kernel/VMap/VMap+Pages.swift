import Frames
import Paging
import Primitives
import VMem

extension VMap where Lock: ~Copyable {
  /// Maps a list of frames, all of them memory, to consecutive addresses.
  ///
  /// - Parameter isOwned: Whether the frames, single ones of `options.owner`, become the mapping's: vunmap then frees
  ///   them, and may defer its flush. On an error they stay the caller's.
  ///
  /// The memory type is write-back; another policy than `natural` or `writeBack` is an error, for all memory is
  /// mapped write-back elsewhere (VMap-I4).
  /// Worst case: as `vmap` with small pages, and a look at each frame's record. Context: any.
  public func vmapPages(
    _ list: Span<FrameNumber>, _ options: MappingOptions, isOwned: Bool = false
  ) throws(VMapError) -> Mapping {
    guard !list.isEmpty, list.count <= 0xF_FFFF else { throw refused(.empty) }
    try check(list, options, isOwned)
    let count = UInt32(truncatingIfNeeded: list.count)
    do throws(VMapError) {
      let pages = try takeAddresses(count: count, phase: nil, options)
      let kind: MappingKind = isOwned ? .ownedPages : .pages
      let attributes = PageAttributes(
        .writeBack, isWritable: options.isWritable,
        software: (options.hasGuardPage ? kind.guarded : kind).rawValue)
      try write(pages, list, attributes, options)
      return Mapping(address: pages.first.address, size: count << 12)
    } catch { throw refused(error) }
  }

  /// Writes the entries, or returns the addresses; drains the quarantine where tables run out.
  private func write(
    _ pages: PageRange, _ list: Span<FrameNumber>, _ attributes: PageAttributes, _ options: MappingOptions
  ) throws(VMapError) {
    while true {
      do throws(PagingError) { return try pageMap.map(pages, attributes) { list[Int($0)] } } catch {
        if case .outOfTables = error, drainAddresses() { continue }
        giveBack(pages, options)
        throw Self.translate(error)
      }
    }
  }

  /// Refuses a list with a frame that is no memory, or that the window cannot own.
  private func check(
    _ list: Span<FrameNumber>, _ options: MappingOptions, _ isOwned: Bool
  ) throws(VMapError) {
    for index in list.indices {
      let frame = list[index]
      let record = frames.record(of: frame)
      guard record.state != .absent else { throw refused(.notMemory(frame)) }
      guard options.cache == .natural || options.cache == .writeBack else {
        throw refused(.memoryType(frame, existing: .writeBack, owner: .none))
      }
      guard isOwned else { continue }
      guard record.state == .single, record.owner == options.owner else { throw refused(.notOwned(frame)) }
      frames.setWord(of: frame, to: UInt32(truncatingIfNeeded: index))
    }
    // A frame that is in the list twice has the later index in its word.
    for index in list.indices
    where isOwned && frames.word(of: list[index]) != UInt32(truncatingIfNeeded: index) {
      throw refused(.notOwned(list[index]))
    }
  }

  /// Makes the mapping at `address` writable or read-only, on every processor.
  ///
  /// Fails as `vunmap` does on a wrong argument, and where a large page would have to be split and no table is left;
  /// a whole mapping never has to be. Worst case: 2 accesses a page and a flush. Context: any.
  public func protect(_ address: UInt32, size: UInt32? = nil, isWritable: Bool) throws(VMapError) {
    let mapping = try find(address, size: size)
    do throws(PagingError) { try pageMap.protect(mapping.pages, isWritable: isWritable) } catch {
      throw refused(Self.translate(error))
    }
  }
}
