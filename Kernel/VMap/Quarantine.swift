import Frames
import Paging
import Primitives
import VMem

/// Addresses that were unmapped and not yet flushed. They stay allocated in the arena, so nobody can be given them.
struct Quarantine: Sendable {
  /// Mappings that may wait for one flush. One full flush then costs each of them a thirty-second part.
  static var capacity: Int { 32 }
  /// Pages that may wait, so that quarantine never keeps more than 2 MiB of frames from their next users.
  static var pageCapacity: UInt32 { 512 }

  private var segments = InlineArray<32, AddressRange<UInt32>>(repeating: AddressRange(first: 0, last: 0))
  private(set) var count = 0
  private(set) var pages: UInt32 = 0

  /// Whether a mapping of `pages` more finds room.
  func hasRoom(for pages: UInt32) -> Bool {
    count < Self.capacity && pages <= Self.pageCapacity - self.pages
  }

  /// - Precondition: `hasRoom`.
  mutating func add(_ segment: AddressRange<UInt32>, pages: UInt32) {
    precondition(hasRoom(for: pages))
    segments[count] = segment
    count += 1
    self.pages += pages
  }

  func contains(_ segment: AddressRange<UInt32>) -> Bool {
    for index in 0..<count where segments[index] == segment { return true }
    return false
  }

  subscript(index: Int) -> AddressRange<UInt32> {
    precondition(index < count)
    return segments[index]
  }
}

extension VMap where Lock: ~Copyable {
  /// Flushes for every mapping in quarantine and frees its frames and addresses, those kept for the next mapping, and
  /// the page table in reserve; whether there was any.
  ///
  /// Called by itself when frames run out. Worst case: one full flush, and one free for each of at most 513 frames and
  /// 48 segments. Context: any.
  @discardableResult
  public func drain() -> Bool {
    let hadTable = pageMap.trim()
    return drainAddresses() || hadTable
  }

  /// The same without the page table: when the quarantine is full, and when addresses run out.
  @discardableResult
  func drainAddresses() -> Bool {
    let hadKept = releaseKept()
    // A look without the lock: who has just put something there drains it himself when he needs to.
    guard unsafe state.pointee.quarantine.count > 0 else { return hadKept }
    return settleQuarantine() || hadKept
  }

  /// Frees the addresses that are kept for the next mapping; whether there were any.
  private func releaseKept() -> Bool {
    // A look without the lock: who has just put something there frees it himself when he needs to.
    guard unsafe state.pointee.kept.mayHold else { return false }
    var (next, hadAny) = (0, false)
    while true {
      let token = acquire()
      let removed = unsafe state.pointee.kept.remove(from: next)
      release(token)
      guard let removed else { return hadAny }
      finish(removed.segment)
      (next, hadAny) = (removed.index, true)
    }
  }

  private func settleQuarantine() -> Bool {
    let token = acquire()
    let waiting = unsafe state.pointee.quarantine
    unsafe state.pointee.quarantine = Quarantine()
    let owed = unsafe state.pointee.owed.take()
    if waiting.count > 0 { unsafe state.pointee.statistics.drains &+= 1 }
    release(token)
    guard let owed else { return false }
    pageMap.settle(owed).release(to: frames)
    for index in 0..<waiting.count { finish(waiting[index]) }
    return true
  }

  func isInQuarantine(_ segment: AddressRange<UInt32>) -> Bool {
    let token = acquire()
    defer { release(token) }
    return unsafe state.pointee.quarantine.contains(segment)
  }

  /// Addresses that wait for a flush, in pages.
  public var quarantinedPages: UInt32 {
    let token = acquire()
    defer { release(token) }
    return unsafe state.pointee.quarantine.pages
  }

  /// Puts an unmapped mapping and its receipt into quarantine, and drains that first where it is full. A mapping that
  /// is larger than the quarantine is flushed at once.
  func quarantine(_ mapping: LiveMapping, _ receipt: consuming FlushReceipt) {
    guard mapping.pages.count <= Quarantine.pageCapacity else {
      pageMap.finish(receipt)
      leave(mapping)
      return finish(mapping.segment)
    }
    leave(mapping)
    while true {
      let token = acquire()
      if unsafe state.pointee.quarantine.hasRoom(for: mapping.pages.count) {
        unsafe state.pointee.quarantine.add(mapping.segment, pages: mapping.pages.count)
        unsafe state.pointee.statistics.deferred &+= 1
        if var owed = unsafe state.pointee.owed.take() {
          owed.absorb(receipt, link: frames)
          unsafe state.pointee.owed = .some(owed)
        } else {
          unsafe state.pointee.owed = .some(receipt)
        }
        release(token)
        return
      }
      release(token)
      drainAddresses()
    }
  }

  private func leave(_ mapping: LiveMapping) {
    let token = acquire()
    unsafe state.pointee.leave(mapping.pages.first.rawValue, hasGuard: mapping.hasGuard)
    unsafe state.pointee.statistics.unmapped &+= 1
    release(token)
  }
}
