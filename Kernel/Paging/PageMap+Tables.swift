import Frames
import Primitives

// A table counts its entries in the word of its frame's record: valid ones, and those that a call in progress is
// about to write or has just cleared (Paging-I2).
extension PageMap where Lock: ~Copyable {
  /// The table of directory entry `index` with `count` more entries counted in.
  ///
  /// - Returns: The table, and whether it is new, so that all its entries are known to be absent.
  @inline(__always)
  func retainTable(_ index: UInt32, _ count: UInt32) throws(PagingError) -> (table: FrameNumber, isNew: Bool)
  {
    let token = acquire()
    let found = retainLocked(index, count)
    let isMapped = found == nil && machine.load(directory, index) & 1 == 1
    release(token)
    if let found { return found }
    guard !isMapped else { throw .alreadyMapped(PageNumber(index << 10)) }
    return try installTable(index, count)
  }

  /// The same, for who has the lock, where there is a table or one in reserve; nil where there is neither.
  @inline(__always)
  func retainLocked(_ index: UInt32, _ count: UInt32) -> (table: FrameNumber, isNew: Bool)? {
    let entry = PageDirectoryEntry(rawValue: machine.load(directory, index))
    if entry.isTable {
      let table = entry.tableFrame
      frames.setWord(of: table, to: frames.word(of: table) &+ count)
      return (table, false)
    }
    guard !entry.isPresent, let table = takeReserve() else { return nil }
    install(table, index, count)
    return (table, true)
  }

  /// A new table for directory entry `index`, counting `count` entries; the one that another processor installed
  /// meanwhile, where there is one.
  ///
  /// The table is cleared before the lock is taken: interrupts stay on for that.
  func installTable(_ index: UInt32, _ count: UInt32) throws(PagingError) -> (table: FrameNumber, isNew: Bool)
  {
    let table = try takeTable()
    let token = acquire()
    let isPresent = machine.load(directory, index) & 1 == 1
    if !isPresent { install(table, index, count) }
    release(token)
    guard isPresent else { return (table, true) }
    frames.giveBack(table, isZero: true)
    return try retainTable(index, count)
  }

  /// Enters an empty table into the directory. Under the lock.
  @inline(__always)
  private func install(_ table: FrameNumber, _ index: UInt32, _ count: UInt32) {
    frames.setWord(of: table, to: count)
    machine.store(directory, index, PageDirectoryEntry(table: table).rawValue)
    unsafe state.pointee.tables &+= 1
  }

  /// A frame of zeros in the direct map.
  func takeTable() throws(PagingError) -> FrameNumber {
    let token = acquire()
    let reserve = takeReserve()
    release(token)
    if let reserve { return reserve }
    let taken: (frame: FrameNumber, isZero: Bool)
    do throws(FrameError) { taken = try frames.allocateForTable(owner: tableOwner) } catch {
      throw .outOfTables(error)
    }
    if !taken.isZero { machine.clear(taken.frame, 0, count: 1024) }
    return taken.frame
  }

  /// Counts `count` cleared entries out of `table`; the last one takes the table out of the directory.
  ///
  /// - Returns: Whether the table is empty and detached; then it belongs into a receipt (Paging-I5).
  @inline(__always)
  func releaseTable(_ table: FrameNumber, _ index: UInt32, _ count: UInt32) -> Bool {
    let token = acquire()
    let isEmpty = releaseLocked(table, index, count)
    release(token)
    return isEmpty
  }

  /// The same, for who has the lock.
  @inline(__always)
  func releaseLocked(_ table: FrameNumber, _ index: UInt32, _ count: UInt32) -> Bool {
    let counted = frames.word(of: table)
    precondition(count <= counted, "more entries are counted out of a table than in")
    frames.setWord(of: table, to: counted &- count)
    guard counted == count else { return false }
    machine.store(directory, index, 0)
    unsafe state.pointee.tables &-= 1
    return true
  }

  /// Replaces the large page of directory entry `index` by a table that translates every page alike.
  ///
  /// Page size changes here and frame, rights and memory type do not, as SDM 4.10.2.3 asks. Accessed and dirty are
  /// set in every small entry: the processor may have been setting them while the table was written, and for them
  /// "maybe" has to read as "yes".
  func split(_ index: UInt32) throws(PagingError) {
    let table = try takeTable()
    let large = directoryEntry(at: index)
    machine.fill(table, 0, count: 1024, with: large.smallEntry(at: 0).rawValue | 0x60, step: 4096)
    frames.setWord(of: table, to: 1024)
    let token = acquire()
    machine.store(directory, index, PageDirectoryEntry(table: table).rawValue)
    unsafe state.pointee.tables += 1
    unsafe state.pointee.splits += 1
    release(token)
  }

  // MARK: The table in reserve

  /// The table in reserve, if there is one. Under the lock.
  @inline(__always)
  func takeReserve() -> FrameNumber? {
    let table = unsafe state.pointee.reserve
    guard table != 0 else { return nil }
    unsafe state.pointee.reserve = 0
    return FrameNumber(table)
  }

  /// Gives the table in reserve back to the frame allocator; whether there was one. Constant time. Context: any.
  @discardableResult
  public func trim() -> Bool {
    let token = acquire()
    let table = takeReserve()
    release(token)
    guard let table else { return false }
    frames.giveBack(table, isZero: true)
    return true
  }
}
