import CHooks
import KMem
import Pool
import Primitives
import VMem

typealias CMemory = KMem<UInt, InPlaceLock>
typealias CCache = PoolCache<InPlaceLock>

/// The one kmem of the library.
enum KMemState {
  private(set) nonisolated(unsafe) static var handle: UnsafeMutableRawPointer?
  /// As `kmem_init` was told.
  private(set) nonisolated(unsafe) static var ipl: CInt = 0
  /// What those who wait for memory sleep on; changes with every free while anybody waits.
  private nonisolated(unsafe) static var changes: UInt = 0

  static var memory: CMemory? {
    guard let handle = unsafe handle else { return nil }
    return unsafe CMemory.at(handle)
  }

  /// Makes it, in pages of the hook. Without memory nothing has changed.
  static func create(ipl: CInt) -> CInt {
    guard unsafe handle == nil else { return EINVAL }
    let arenaBytes = Arena<UInt, InPlaceLock>.storageSize(spans: 1, allocations: 1, quantum: 4096)
    let bytes = (CMemory.storageSize() + arenaBytes + 64 + 4095) & ~4095
    guard let block = unsafe tessera_page_alloc(bytes, 0) else { return ENOMEM }
    // Addresses and memory come together from the hook: the arena that kmem-va would import from is empty.
    let source = try? unsafe Arena<UInt, InPlaceLock>.create(
      name: "none", quantum: 4096, storage: UnsafeMutableRawBufferPointer(start: block, count: arenaBytes),
      lock: InPlaceLock(ipl: ipl))
    guard let source,
      let made = try? unsafe CMemory.create(
        source: source, backing: backing, tags: tags,
        storage: UnsafeMutableRawBufferPointer(start: block + arenaBytes, count: bytes - arenaBytes),
        makeLock: { InPlaceLock(ipl: ipl) })
    else {
      unsafe tessera_page_free(block, bytes)
      return ENOMEM
    }
    unsafe made.pools.setWaiting(WaitHooks(wait: sleepForMemory, wake: wakeForMemory, context: nil))
    unsafe handle = made.handle
    unsafe self.ipl = ipl
    return 0
  }

  private static var tags: TagSource {
    unsafe TagSource(
      grant: { unsafe tessera_page_alloc($1, 0) }, release: { unsafe tessera_page_free($1, $2) },
      context: nil,
      byteCount: Int(TESSERA_PAGE_SIZE))
  }

  private static var backing: Backing {
    unsafe Backing(
      context: nil, back: { _, _, _ in true }, unback: { _, _, _ in },
      direct: PageSource(grant: grantPages, release: releasePages, context: nil),
      grant: grantPages, release: releasePages,
      importSpan: { _, call in
        let call = unsafe ImportCall<UInt>.at(call)
        let countMinusOne = unsafe call.pointee.request.countMinusOne
        guard countMinusOne < UInt(Int.max), let block = unsafe tessera_page_alloc(Int(countMinusOne) + 1, 0)
        else { return }
        unsafe call.pointee.granted = AddressRange(
          first: UInt(bitPattern: block), countMinusOne: countMinusOne)
      },
      releaseSpan: { _, range in
        let range = unsafe range.assumingMemoryBound(to: AddressRange<UInt>.self).pointee
        unsafe tessera_page_free(
          UnsafeMutableRawPointer(bitPattern: range.first), Int(range.countMinusOne) + 1)
      })
  }

  fileprivate static func sleep(_ seen: UInt32) -> Bool {
    unsafe withUnsafePointer(to: &changes) { changes in
      // The count is compared with what the pools had: every wake changes both.
      let moment = unsafe changes.pointee
      guard let memory, memory.pools.releaseCount == seen else { return true }
      return unsafe tessera_sleep(changes, moment, 0) == 0
    }
  }

  fileprivate static func wake() {
    unsafe withUnsafeMutablePointer(to: &changes) { changes in
      unsafe changes.pointee &+= 1
      unsafe tessera_wake(changes)
    }
  }
}

private func grantPages(_ context: UnsafeMutableRawPointer?, _ pages: Int) -> UnsafeMutableRawPointer? {
  unsafe tessera_page_alloc(pages * Int(TESSERA_PAGE_SIZE), 0)
}

private func releasePages(_ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ pages: Int)
{
  unsafe tessera_page_free(base, pages * Int(TESSERA_PAGE_SIZE))
}

private func sleepForMemory(_ context: UnsafeMutableRawPointer?, _ seen: UInt32) -> Bool {
  KMemState.sleep(seen)
}

private func wakeForMemory(_ context: UnsafeMutableRawPointer?) { KMemState.wake() }
