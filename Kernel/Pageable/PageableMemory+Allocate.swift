import Frames
import Paging
import Primitives
import VMem

extension PageableMemory where Lock: ~Copyable {
  /// Hands out pageable addresses, all zero, with the promise that every page can be written.
  ///
  /// - Parameters:
  ///   - request: What is wanted of the addresses; rounded to pages.
  ///   - arena: Whose addresses: this memory's own, or one that imports from it.
  ///   - hasGuard: Whether the last of the pages is a guard page: nobody may touch it, and it needs no backing.
  /// - Returns: Whole pages, the guard page included.
  ///
  /// Each page gets the promise of a slot. Where there are not enough, all get frames for good; where those cannot be
  /// spared either, the call fails: a disk that is full is told here and never later.
  ///
  /// Worst case: an arena allocation with import, linear in pages, two frames and a table for each 4 MiB.
  /// Context: thread; never sleeps.
  public func allocate(
    _ request: Request<UInt32>, from arena: Arena<UInt32, Lock>? = nil, hasGuard: Bool = false
  ) throws(PageableError) -> AddressRange<UInt32> {
    let isSubmap = arena != nil
    let arena = arena ?? self.arena
    let range: AddressRange<UInt32>
    do throws(AllocationError<UInt32>) { range = try arena.allocate(request) } catch {
      throw .addresses(error)
    }
    let pages = PageRange(PageNumber(containing: range.first), through: PageNumber(containing: range.last))
    do throws(PageableError) {
      try takeRecords(for: pages)
      do throws(PageableError) { try back(pages, hasGuard: hasGuard, isSubmap) } catch {
        dropRecords(for: pages)
        throw error
      }
    } catch {
      giveBack(range, to: arena)
      throw error
    }
    return range
  }

  /// As above, for so many bytes anywhere.
  public func allocate(bytes: UInt32, hasGuard: Bool = false) throws(PageableError) -> AddressRange<UInt32> {
    try allocate(Request(count: bytes), hasGuard: hasGuard)
  }

  func giveBack(_ range: AddressRange<UInt32>, to arena: Arena<UInt32, Lock>) {
    do throws(FreeError<UInt32>) { try arena.free(range) } catch {
      preconditionFailure("the pageable arena refuses what it handed out")
    }
  }

  /// Promises slots to the pages, or frames; sets their records.
  private func back(_ pages: PageRange, hasGuard: Bool, _ isSubmap: Bool) throws(PageableError) {
    let count = pages.count - (hasGuard ? 1 : 0)
    let token = acquire()
    let available = state.value.slots.usable - min(state.value.counts.promised, state.value.slots.usable)
    let isFailing = state.value.fault.trips()
    guard count > 0, !isFailing else {
      state.value.counts.refused += 1
      release(token)
      throw .noBacking(pages: count, slots: available)
    }
    guard count <= available else {
      release(token)
      return try pin(pages, hasGuard: hasGuard, isSubmap, available: available)
    }
    state.value.counts.promised += count
    for page in pages.first.rawValue...pages.last.rawValue { setRecord(of: page, to: PageRecord(.untouched)) }
    finish(pages, hasGuard, isSubmap)
    release(token)
  }

  private func finish(_ pages: PageRange, _ hasGuard: Bool, _ isSubmap: Bool) {
    if isSubmap, var first = record(of: pages.first.rawValue) {
      first.set(.inSubmap, true)
      setRecord(of: pages.first.rawValue, to: first)
    }
    guard hasGuard else { return }
    setRecord(of: pages.last.rawValue, to: PageRecord(.guardPage))
    state.value.counts.guards += 1
  }

  /// Gives every page a frame of zeros for good, or none of them.
  private func pin(
    _ pages: PageRange, hasGuard: Bool, _ isSubmap: Bool, available: UInt32
  ) throws(PageableError) {
    let count = pages.count - (hasGuard ? 1 : 0)
    var chain = FrameChain()
    while chain.count < count {
      guard frames.statistics.free > state.value.marks.minimum,
        let frame = try? frames.allocate(in: .direct, owner: owner)
      else {
        while let frame = chain.take(link: frames) { frames.giveBack(frame, isZero: false) }
        let token = acquire()
        state.value.counts.refused += 1
        release(token)
        throw .noBacking(pages: count, slots: available)
      }
      clear(frame)
      chain.push(frame, link: frames)
    }
    let token = acquire()
    for page in pages.first.rawValue..<pages.first.rawValue + count {
      guard let frame = chain.take(link: frames) else {
        preconditionFailure("a frame of a pinned page is missing")
      }
      var record = PageRecord(.resident)
      record.frame = frame
      record.set(.pinned, true)
      setRecord(of: page, to: record)
      map(page, record)
    }
    state.value.counts.pinned += count
    finish(pages, hasGuard, isSubmap)
    release(token)
  }

  /// Fills a frame with zeros.
  func clear(_ frame: FrameNumber) { machine.clear(frame, 0, count: 1024) }

  /// Maps a page to the frame in its record, which is stored already. Under forced eviction the next touch does it.
  func map(_ page: UInt32, _ record: PageRecord) {
    guard state.value.forced.isOn else { return enter(page, record) }
    var record = record
    record.set(.hidden, true)
    setRecord(of: page, to: record)
  }

  /// Writes the entry. The table is held, so nothing can fail (Pageable-I6).
  func enter(_ page: UInt32, _ record: PageRecord) {
    let number = PageNumber(page)
    do throws(PagingError) {
      try pageMap.map(
        PageRange(number, through: number), to: record.frame,
        PageAttributes(.writeBack, isWritable: !record.has(.readOnly)), largePages: false)
    } catch {
      preconditionFailure("a pageable page could not be mapped")
    }
  }
}
