#if os(none)
import KMem
import Machine
import Paging
import Pool
import Primitives
import Text
import VMap
import VMem

/// Runs of pages for the cache that `kmem=guard:<cache>` names: addresses of `kva`, the last page of which stays
/// unmapped. Whoever writes behind an object dies there, and so does who uses one that was freed: addresses are taken in
/// turn, so that those of a freed run come again only when all others were used.
enum HeapGuards {
  static var source: PageSource {
    // What is granted is mapped to frames of its own until it is released.
    unsafe PageSource(grant: grantRun, release: releaseRun, context: nil)
  }

  private nonisolated(unsafe) static var label = NamedOwner("kmem guards")
  private static var owner: Owner { unsafe label.owner }

  fileprivate static func grant(_ pages: Int) -> UnsafeMutableRawPointer? {
    let arena = KernelMemory.shared.window.arena
    var request = Request(count: UInt32(pages + 1) << 12)
    request.policy = .nextFit
    request.owner = owner
    guard let range = try? arena.allocate(request) else { return nil }
    guard HeapPages.back(UInt(range.first), pages) else {
      giveBack(range)
      return nil
    }
    return unsafe UnsafeMutableRawPointer(bitPattern: UInt(range.first))
  }

  fileprivate static func release(_ first: UInt32, _ pages: Int) {
    HeapPages.unback(UInt(first), pages)
    giveBack(AddressRange(first: first, last: first + (UInt32(pages + 1) << 12 - 1)))
  }

  private static func giveBack(_ range: AddressRange<UInt32>) {
    guard (try? KernelMemory.shared.window.arena.free(range)) != nil else {
      panic("addresses of a guarded run are gone", .range("run", range.first, range.last))
    }
  }

  /// Lets reports of page faults say whose guard page was touched.
  static func explainFaults() {
    PageFaults.explain { address in
      guard let (damage, cache) = KernelHeap.kmem.pools.overrun(at: UInt(address)) else { return false }
      var console = ConsoleSink()
      console.write(", guard page: ")
      damage.write(cache: cache, to: &console)
      return true
    }
  }
}

private func grantRun(_ context: UnsafeMutableRawPointer?, _ pages: Int) -> UnsafeMutableRawPointer? {
  unsafe HeapGuards.grant(pages)
}

private func releaseRun(_ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ pages: Int) {
  HeapGuards.release(UInt32(UInt(bitPattern: base)), pages)
}
#endif
