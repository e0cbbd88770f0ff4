#if os(none)
import Frames
import Machine
import Paging
import Pool
import Primitives
import VMem

/// What stands behind the addresses of kmem: frames, and page tables that name them.
///
/// Entries have no kind of the window's in their software bits, so that `VMap` takes them for foreign (VMap-I2).
enum HeapPages {
  /// Single pages of the direct map: a frame is a page, and nothing is mapped.
  static var direct: PageSource {
    // What is granted is a whole frame of the direct map, nobody else's until it is released.
    unsafe PageSource(grant: grantPage, release: releasePage, context: nil, longestRun: 1)
  }

  /// Takes frames for `pages` pages from `first` on and maps them, or does neither.
  static func back(_ first: UInt, _ pages: Int) -> Bool {
    let memory = KernelMemory.shared
    var chain = FrameChain()
    guard collect(pages, &chain, memory.frames) else { return false }
    let firstPage = UInt32(truncatingIfNeeded: first) >> 12
    let past = firstPage + UInt32(pages)
    var page = firstPage
    while page < past {
      // One page table at a time: a call that fails has then asked for no frame.
      let last = min(past - 1, page | 1023)
      let piece = PageRange(PageNumber(page), through: PageNumber(last))
      do throws(PagingError) {
        try memory.pageMap.map(piece, PageAttributes(.writeBack)) { _ in
          guard let frame = chain.take(link: memory.frames) else { panic("a chain of frames is too short") }
          return frame
        }
      } catch {
        giveBack(&chain, memory.frames)
        if page > firstPage { unmap(firstPage, page - 1) }
        return false
      }
      page = last + 1
    }
    return true
  }

  /// Unmaps, flushes, and only then gives the frames back (law 6).
  static func unback(_ first: UInt, _ pages: Int) {
    let firstPage = UInt32(truncatingIfNeeded: first) >> 12
    unmap(firstPage, firstPage + UInt32(pages) - 1)
  }

  private static func unmap(_ first: UInt32, _ last: UInt32) {
    let memory = KernelMemory.shared
    do throws(PagingError) {
      let receipt = try memory.pageMap.unmap(
        PageRange(PageNumber(first), through: PageNumber(last)), collecting: true)
      memory.pageMap.settle(receipt).release(to: memory.frames)
    } catch { panic("pages of kmem are not mapped", .range("pages", first << 12, last << 12 | 0xFFF)) }
  }

  private static func collect(
    _ count: Int, _ chain: inout FrameChain, _ frames: FrameAllocator<KernelLock>
  ) -> Bool {
    for _ in 0..<count {
      guard let frame = try? frames.allocate(owner: KernelHeap.owner) else {
        giveBack(&chain, frames)
        return false
      }
      chain.push(frame, link: frames)
    }
    return true
  }

  private static func giveBack(_ chain: inout FrameChain, _ frames: FrameAllocator<KernelLock>) {
    while let frame = chain.take(link: frames) { frames.giveBack(frame, isZero: false) }
  }
}

private func grantPage(_ context: UnsafeMutableRawPointer?, _ pages: Int) -> UnsafeMutableRawPointer? {
  guard pages == 1, let frame = try? KernelMemory.shared.frames.allocate(in: .direct, owner: KernelHeap.owner)
  else { return nil }
  return unsafe HardwareMMU().memory(of: frame).baseAddress
}

private func releasePage(_ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ pages: Int) {
  let address = UInt32(UInt(bitPattern: base))
  guard let physical = DirectMap.physicalAddress(of: address) else {
    panic("a page given back to kmem is outside the direct map", .hexadecimal("page", address))
  }
  KernelMemory.shared.frames.giveBack(FrameNumber(containing: physical), isZero: false)
}
#endif
