#if os(none)
import Frames
import Machine
import Pageable
import Pool
import Primitives
import TmpFS
import VMem

/// The pools of the running kernel whose objects may be pageable, with books that are not.
enum KernelPools {
  private nonisolated(unsafe) static var stored: Pools<KernelLock>?

  private static var owner: Owner { Owners.register("pools") }

  /// Made at the first use; nil where there is no memory for them. Context: thread; the caller serialises the first use.
  static var shared: Pools<KernelLock>? {
    if let pools = unsafe stored { return pools }
    guard
      let storage = WiredStorage(
        bytes: Pools<KernelLock>.storageSize, owner: owner, KernelMemory.shared.frames)
    else { return nil }
    let pools = unsafe Pools.create(
      wired: wired, objects: wired, storage: storage.bytes(from: 0, count: Pools<KernelLock>.storageSize),
      lock: KernelLock())
    unsafe stored = pools
    return pools
  }

  /// Gives back what the pools keep for later. Any context.
  static func reap() { unsafe stored?.reap() }

  /// Runs of frames of the direct map.
  static var wired: PageSource {
    // A run is in the direct map, writable, and nobody else's until it is freed.
    unsafe PageSource(
      grant: { _, pages in KernelPools.takeRun(pages) }, release: { _, base, pages in unsafe KernelPools.putRun(base, pages) },
      context: nil)
  }

  /// Pageable pages: nothing may be done with them but hand them out.
  static var pageable: PageSource {
    // What the arena hands out is nobody else's until it is freed.
    unsafe PageSource(
      grant: { _, pages in KernelPools.takePages(pages) },
      release: { _, base, pages in unsafe KernelPools.putPages(base, pages) }, context: nil)
  }

  /// Not the last frames of the machine, without which nothing else goes on.
  private static func takeRun(_ pages: Int) -> UnsafeMutableRawPointer? {
    let frames = KernelMemory.shared.frames
    let counts = frames.statistics
    guard counts.free > WaterMarks(total: counts.total).minimum else { return nil }
    var request = RunRequest(count: UInt32(truncatingIfNeeded: pages))
    request.last = FrameNumber(frames.directLimit - 1)
    guard let run = try? frames.allocateRun(request, owner: owner) else { return nil }
    return unsafe HardwareMMU().memory(of: run.first).baseAddress
  }

  @unsafe private static func putRun(_ base: UnsafeMutableRawPointer, _ pages: Int) {
    guard let physical = DirectMap.physicalAddress(of: UInt32(UInt(bitPattern: base))),
      let run = FrameRange(FrameNumber(containing: physical), count: UInt32(truncatingIfNeeded: pages)),
      (try? KernelMemory.shared.frames.freeRun(run, owner: owner)) != nil
    else { panic("a pool gives back what it was not given") }
  }

  private static func takePages(_ pages: Int) -> UnsafeMutableRawPointer? {
    guard let range = try? KernelPageable.allocate(bytes: UInt32(truncatingIfNeeded: pages) << 12) else { return nil }
    return unsafe UnsafeMutableRawPointer(bitPattern: UInt(range.first))
  }

  @unsafe private static func putPages(_ base: UnsafeMutableRawPointer, _ pages: Int) {
    let first = UInt32(UInt(bitPattern: base))
    let range = AddressRange(first: first, last: first + (UInt32(truncatingIfNeeded: pages) << 12 - 1))
    guard (try? KernelPageable.free(range)) != nil else { panic("a pool gives back pages that it was not given") }
  }
}
#endif
