import Frames
import Paging
import Primitives

/// What forced eviction knows: the pages that were touched last, some of which are mapped.
struct ForcedEviction {
  /// An i386 instruction touches at most four pages of data, so with these mapped any instruction ends.
  static var working: Int { 4 }

  var isOn = false
  /// Latest first; page 0 is nobody's.
  var pages = InlineArray<4, UInt32>(repeating: 0)
  /// Whether any of them may be mapped.
  var isAnyMapped = false

  /// Puts a page before all others.
  mutating func note(_ page: UInt32) {
    var index = 0
    while index < Self.working - 1, pages[index] != page { index += 1 }
    while index > 0 {
      pages[index] = pages[index - 1]
      index -= 1
    }
    pages[0] = page
  }
}

/// Forced eviction: law 7 made visible, for tests.
///
/// Whoever touches pageable memory where that is forbidden goes unpunished as long as the page happens to be mapped.
/// Here no page is mapped but those of the instruction that faulted last, and none at all once a lock is taken or an
/// interrupt entered, so that every such touch faults.
extension PageableMemory where Lock: ~Copyable {
  /// Whether eviction is forced. To be turned on while no page is anybody's.
  public var isForcingEviction: Bool {
    get { state.value.forced.isOn }
    nonmutating set {
      let token = acquire()
      defer { release(token) }
      precondition(state.value.counts.promised == 0 && state.value.counts.pinned == 0)
      state.value.forced.isOn = newValue
    }
  }

  /// Unmaps all pages: what forced eviction does whenever a lock is taken or an interrupt entered. The frames stay
  /// theirs, for a disk cannot be waited for there.
  ///
  /// Worst case: four pages, a flush for each. Context: any; no lock of this memory is held by the processor.
  public func hide() {
    guard state.value.forced.isAnyMapped else { return }
    let token = acquire()
    hideAll()
    release(token)
  }

  /// Maps the page of `address`, which a fault found `resolved`, and those that were touched just before, which the
  /// same instruction may want. The last thing before the instruction is repeated: with interrupts off, or the next
  /// interrupt hides them again.
  ///
  /// Worst case: four pages. Context: any.
  public func reveal(_ address: UInt32) {
    let token = acquire()
    defer { release(token) }
    hideAll()
    state.value.forced.note(address >> 12)
    state.value.forced.isAnyMapped = true
    for index in 0..<ForcedEviction.working {
      let page = state.value.forced.pages[index]
      guard var record = record(of: page), record.has(.hidden) else { continue }
      unhide(page, &record)
    }
  }

  /// Maps a page that forced eviction hid. Under the lock.
  private func unhide(_ page: UInt32, _ record: inout PageRecord) {
    record.set(.hidden, false)
    setRecord(of: page, to: record)
    enter(page, record)
  }

  /// Unmaps those that were touched last. Under the lock.
  func hideAll() {
    guard state.value.forced.isAnyMapped else { return }
    state.value.forced.isAnyMapped = false
    for index in 0..<ForcedEviction.working {
      let page = state.value.forced.pages[index]
      guard let record = record(of: page), record.isUsable, !record.has(.hidden) else { continue }
      hide(page, record)
    }
  }

  /// Takes the entry away, and puts into the record what its dirty bit said.
  private func hide(_ page: UInt32, _ record: PageRecord) {
    var record = record
    var batch = PageBatch()
    batch.append(PageNumber(page))
    let isDirty = pageMap.withdraw(batch)[0].isDirty
    record.set(.hidden, true)
    if isDirty, record.state == .resident {
      forgetCopy(&record, page)
    } else if isDirty {
      // Taken back on its way out: the slot is for whoever sends it out to free.
      record.set(.hasCopy, false)
      record.set(.isZero, false)
    }
    setRecord(of: page, to: record)
  }
}
