import Primitives

/// A freed object that must not be used again yet.
@safe
struct Detained {
  var object: UnsafeMutableRawPointer
  var cache: UnsafeMutableRawPointer
}

/// Freed objects, first in first out, in a page of the books.
@safe
struct Quarantine {
  private var entries: UnsafeMutablePointer<Detained>?
  private var first = 0
  private(set) var count = 0

  /// What a page holds.
  static var capacity: Int { PageSource.pageSize / MemoryLayout<Detained>.stride }

  init() { unsafe entries = nil }

  var hasPage: Bool { unsafe entries != nil }

  mutating func adopt(_ page: UnsafeMutableRawPointer) {
    unsafe entries = page.bindMemory(to: Detained.self, capacity: Self.capacity)
  }

  /// Adds one; what had to leave for it.
  mutating func add(_ detained: Detained) -> Detained? {
    guard let entries = unsafe entries else { return detained }
    let leaving = count == Self.capacity ? take() : nil
    unsafe entries[(first + count) % Self.capacity] = detained
    count += 1
    return leaving
  }

  /// Takes the one that was added first.
  mutating func take() -> Detained? {
    guard count > 0, let entries = unsafe entries else { return nil }
    let detained = unsafe entries[first]
    first = (first + 1) % Self.capacity
    count -= 1
    return detained
  }

  /// The page, if nothing is in it.
  mutating func takePage() -> UnsafeMutableRawPointer? {
    guard count == 0, let page = unsafe entries else { return nil }
    unsafe entries = nil
    return UnsafeMutableRawPointer(page)
  }
}

extension Pools where Lock: ~Copyable {
  /// Puts a freed object into quarantine. Where there is no page for one it goes straight to its slab: a free needs
  /// no memory.
  func detain(_ object: UnsafeMutableRawPointer, _ cache: PoolCache<Lock>) {
    if unsafe !state.pointee.quarantine.hasPage { openQuarantine() }
    let token = unsafe state.pointee.lock.acquire()
    let leaving = unsafe state.pointee.quarantine.add(
      Detained(object: object, cache: UnsafeMutableRawPointer(cache.state)))
    unsafe state.pointee.lock.release(token)
    if let leaving = leaving { dismiss(leaving) }
    // Reaping empties the quarantine.
    announceRelease()
  }

  private func openQuarantine() {
    guard let page = unsafe state.pointee.wired.take(1) else { return }
    let token = unsafe state.pointee.lock.acquire()
    let isWanted = unsafe !state.pointee.quarantine.hasPage
    if isWanted { unsafe state.pointee.quarantine.adopt(page) }
    unsafe state.pointee.lock.release(token)
    if !isWanted { unsafe state.pointee.wired.giveBack(page, 1) }
  }

  /// Lets everything in quarantine go, verified.
  public func drainQuarantine() {
    while true {
      let token = unsafe state.pointee.lock.acquire()
      let detained = unsafe state.pointee.quarantine.take()
      let page = unsafe detained == nil ? state.pointee.quarantine.takePage() : nil
      unsafe state.pointee.lock.release(token)
      if let page = unsafe page { unsafe state.pointee.wired.giveBack(page, 1) }
      guard let detained = detained else { return }
      dismiss(detained)
    }
  }

  private func dismiss(_ detained: Detained) {
    // Caches in quarantine live: `destroy` drains it first.
    unsafe PoolCache(state: detained.cache.assumingMemoryBound(to: CacheState<Lock>.self))
      .dismiss(detained.object)
  }
}
