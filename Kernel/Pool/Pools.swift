import Primitives
import Synchronization
import Text
import VMem

/// The books that the caches of one kernel share: which page belongs to which slab, memory for slabs and magazines,
/// the debugging aids, who sleeps for memory.
///
/// The value is a handle to storage that the creator hands in (law 4); copies name the same pools. All methods may be
/// called at any time after `create`, from interrupt context too where the page sources may; none sleeps but an
/// allocation that was told to. No lock is held while a page source, a constructor or a hook is called.
///
/// The theory and the invariants Pool-I1... are in `Pool.docc/Pool.md`.
@safe
public struct Pools<Lock: Locking & ~Copyable>: @unchecked Sendable {
  /// In the storage that was handed in: its pointers lie in that storage and in the books.
  @safe
  struct State: ~Copyable {
    /// Guards everything here. Taken after a cache's locks and never before them.
    let lock: Lock
    let index: PageIndex
    /// Where the books are kept: wired pages.
    let wired: PageSource
    /// Where caches that name no other get their runs.
    let objects: PageSource
    let processors: Int
    /// The magazine that every processor has that has none.
    let noMagazine: MagazineReference
    var books = Books()
    var caches: UnsafeMutablePointer<CacheState<Lock>>?
    var aids = DebuggingAids.none
    var guarded: GuardedCache?
    var damageHook: DamageHook?
    var quarantine = Quarantine()
    var waiting: WaitHooks?
    /// Changed under the lock, and looked at without it: Pool.md says where.
    let waiters = Atomic<UInt>(0)
    var releaseCount: UInt32 = 0
    /// Pages of nodes of the index.
    var indexPages = 0

    init(
      lock: consuming Lock, index: PageIndex, wired: PageSource, objects: PageSource, processors: Int,
      noMagazine: MagazineReference
    ) {
      self.lock = lock
      self.index = index
      self.wired = wired
      self.objects = objects
      self.processors = processors
      self.noMagazine = noMagazine
      unsafe caches = nil
    }
  }

  // One pointer and no more: handles are passed in registers all over the place.
  let state: UnsafeMutablePointer<State>

  init(state: UnsafeMutablePointer<State>) { unsafe self.state = state }

  /// Bytes of storage that `create` needs, of any alignment: two pages and a little at 32 bits.
  public static var storageSize: Int { indexSize + stateSize + Magazine.headSize + 64 }

  private static var indexSize: Int { (PageIndex.byteCount + 63) & ~63 }

  private static var stateSize: Int { (MemoryLayout<State>.stride + 63) & ~63 }

  /// Makes pools without caches.
  ///
  /// - Parameters:
  ///   - wired: Where the books are kept. Its pages may be touched in any context.
  ///   - objects: Where caches get runs that name no source of their own.
  ///   - processors: How many have magazines of their own; `Lock.processor` is below it.
  ///   - storage: At least `storageSize` bytes that live as long as the pools. The index is at the first multiple of 64.
  ///   - lock: Guards the books; caches have locks of their own, made by `makeCache`.
  /// - Returns: nil where the storage is too small.
  ///
  /// Context: boot.
  public static func create(
    wired: PageSource, objects: PageSource, processors: Int = 1, storage: UnsafeMutableRawBufferPointer,
    lock: consuming Lock
  ) -> Pools? {
    guard storage.count >= storageSize, let base = storage.baseAddress, processors >= 1 else { return nil }
    // Safe: the guard proves that the three parts lie one behind the other within the storage.
    let start = unsafe base.alignedUp(toMultipleOf: 64)
    let state = unsafe (start + indexSize).bindMemory(to: State.self, capacity: 1)
    let magazine = unsafe (start + indexSize + stateSize).bindMemory(to: Magazine.self, capacity: 1)
    unsafe magazine.initialize(to: Magazine(count: 0, capacity: 0, next: nil))
    let index = unsafe PageIndex(makingAt: start)
    unsafe state.initialize(
      to: State(
        lock: lock, index: index, wired: wired, objects: objects, processors: processors,
        noMagazine: MagazineReference(magazine)))
    return unsafe Pools(state: state)
  }

  /// Which slab each page belongs to.
  public var index: PageIndex { unsafe state.pointee.index }

  /// The aids that every cache made from now on has. Call it before the first.
  public func setAids(_ aids: DebuggingAids) { unsafe state.pointee.aids = aids }

  /// The cache that is to have guard pages, if one that is made from now on has its name. Call it before that.
  public func guardCache(_ guarded: GuardedCache?) { unsafe state.pointee.guarded = guarded }

  /// The aids that every cache made from now on has.
  public var aids: DebuggingAids { unsafe state.pointee.aids }

  /// Who is told of damage that no caller can be told of.
  public func setDamageHook(_ hook: DamageHook?) { unsafe state.pointee.damageHook = hook }

  /// Tells the damage hook.
  public func report(_ damage: Damage, _ cache: ArenaName) {
    if let hook = unsafe state.pointee.damageHook { hook(damage, cache) }
  }
}

extension Pools where Lock: ~Copyable {
  /// A record of at least `bytes` bytes, aligned to 16; nil if no page is left. Worst case: one page from the source.
  func takeRecord(_ bytes: Int) -> UnsafeMutableRawPointer? {
    guard let number = Books.sizeNumber(bytes) else {
      let pages = Books.pages(bytes)
      guard unsafe pages <= state.pointee.wired.longestRun,
        let base = unsafe state.pointee.wired.take(pages)
      else { return nil }
      countBooks(pages)
      return unsafe base
    }
    while true {
      let token = unsafe state.pointee.lock.acquire()
      let record = unsafe state.pointee.books.take(number)
      unsafe state.pointee.lock.release(token)
      if let record = unsafe record { return unsafe record }
      guard let page = unsafe state.pointee.wired.take(1) else { return nil }
      let second = unsafe state.pointee.lock.acquire()
      unsafe state.pointee.books.adopt(page, number)
      unsafe state.pointee.lock.release(second)
    }
  }

  /// Takes back what `takeRecord(bytes)` answered.
  func putRecord(_ record: UnsafeMutableRawPointer, _ bytes: Int) {
    guard let number = Books.sizeNumber(bytes) else {
      countBooks(-Books.pages(bytes))
      return unsafe state.pointee.wired.giveBack(record, Books.pages(bytes))
    }
    let token = unsafe state.pointee.lock.acquire()
    let page = unsafe state.pointee.books.put(record, number)
    unsafe state.pointee.lock.release(token)
    if let page = unsafe page { unsafe state.pointee.wired.giveBack(page, 1) }
  }

  private func countBooks(_ pages: Int) {
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.books.pageCount += pages
    unsafe state.pointee.lock.release(token)
  }

  /// Enters `slab` for `pages` pages from `base` on; whether the index had the pages for it. If not, nothing is
  /// entered.
  ///
  /// That every way is there, and what is at its end, is one critical section: a node that leads nowhere yet may be reaped
  /// as soon as the lock is given back. Then it is made anew.
  func enter(_ slab: SlabReference, _ base: UInt, pages: Int) -> Bool {
    while let missing = enterOrMissing(slab, base, pages) {
      if !makeWay(missing) { return false }
    }
    return true
  }

  /// Enters it if all ways are there; else answers the first address to which one is missing.
  private func enterOrMissing(_ slab: SlabReference, _ base: UInt, _ pages: Int) -> UInt? {
    let token = unsafe state.pointee.lock.acquire()
    defer { unsafe state.pointee.lock.release(token) }
    for page in 0..<pages {
      let address = base &+ UInt(page) &* 4096
      if unsafe state.pointee.index.missingLevel(address) != nil { return address }
    }
    for page in 0..<pages { unsafe state.pointee.index.set(slab, at: base &+ UInt(page) &* 4096) }
    return nil
  }

  /// Makes the next node on the way to `address`; whether there was a page for it.
  private func makeWay(_ address: UInt) -> Bool {
    guard let page = unsafe state.pointee.wired.take(1) else { return false }
    let token = unsafe state.pointee.lock.acquire()
    let level = unsafe state.pointee.index.missingLevel(address)
    if let level {
      unsafe state.pointee.index.adopt(page, address, level: level)
      unsafe state.pointee.indexPages += 1
    }
    unsafe state.pointee.lock.release(token)
    // Another processor may have been faster.
    if level == nil {
      unsafe state.pointee.wired.giveBack(page, 1)
      announceRelease()
    }
    return true
  }

  func forget(_ base: UInt, pages: Int) {
    let token = unsafe state.pointee.lock.acquire()
    for page in 0..<pages { unsafe state.pointee.index.set(nil, at: base &+ UInt(page) &* 4096) }
    unsafe state.pointee.lock.release(token)
  }
}
