#if os(none)
import Frames
import Machine
import Pageable
import Pool
import Primitives
import Threads
import VMem

/// The pools of the running kernel whose objects may be pageable, with books that are not.
enum KernelPools {
  private nonisolated(unsafe) static var stored: Pools<KernelLock>?

  private nonisolated(unsafe) static var label = NamedOwner("pools")
  private static var owner: Owner { unsafe label.owner }

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

  /// Single frames of the direct map: a run of several would take a tag of the arena of frames, of which there is one
  /// for sixteen frames.
  static var wired: PageSource {
    // A frame is in the direct map, writable, and nobody else's until it is freed.
    unsafe PageSource(
      grant: { _, _ in unsafe KernelPools.takeFrame() },
      release: { _, base, _ in unsafe KernelPools.putFrame(base) },
      context: nil, longestRun: 1)
  }

  /// Pageable pages: nothing may be done with them but hand them out.
  static var pageable: PageSource {
    // What the arena hands out is nobody else's until it is freed.
    unsafe PageSource(
      grant: { _, pages in unsafe KernelPools.takePages(pages) },
      release: { _, base, pages in unsafe KernelPools.putPages(base, pages) }, context: nil)
  }

  /// Not the last frames of the machine, without which nothing else goes on: pages that come in leave twice as many. As
  /// long as pages can go out, waits for that.
  private static func takeFrame() -> UnsafeMutableRawPointer? {
    let frames = KernelMemory.shared.frames
    for _ in 0..<patience {
      let counts = frames.statistics
      if counts.free > WaterMarks(total: counts.total).minimum / 2,
        let frame = try? frames.allocate(in: .direct, owner: owner)
      {
        return unsafe HardwareMMU().memory(of: frame).baseAddress
      }
      guard KernelPageable.hasDisk, KernelPageable.memory.statistics.resident > 0, !KernelPageable.isPager
      else {
        return nil
      }
      KernelPageable.wakePager()
      KernelThreads.scheduler.sleep(ticks: 1)
    }
    return nil
  }

  /// Ticks that a request for a frame waits while pages go out: seconds.
  private static var patience: Int { 300 }

  @unsafe private static func putFrame(_ base: UnsafeMutableRawPointer) {
    guard let physical = DirectMap.physicalAddress(of: UInt32(UInt(bitPattern: base))) else {
      panic(
        "a pool gives back what it was not given", .hexadecimal("address", UInt32(UInt(bitPattern: base))))
    }
    KernelMemory.shared.frames.giveBack(FrameNumber(containing: physical), isZero: false)
  }

  private static func takePages(_ pages: Int) -> UnsafeMutableRawPointer? {
    guard let range = try? KernelPageable.allocate(bytes: UInt32(truncatingIfNeeded: pages) << 12) else {
      return nil
    }
    return unsafe UnsafeMutableRawPointer(bitPattern: UInt(range.first))
  }

  @unsafe private static func putPages(_ base: UnsafeMutableRawPointer, _ pages: Int) {
    let first = UInt32(UInt(bitPattern: base))
    let range = AddressRange(first: first, last: first + (UInt32(truncatingIfNeeded: pages) << 12 - 1))
    guard (try? KernelPageable.free(range)) != nil else {
      panic("a pool gives back pages that it was not given")
    }
  }
}
#endif
