#if os(none)
import Frames
import Machine
import Paging
import Primitives
import VMap
import VMem

extension KernelMemory {
  private typealias FrameArena = Arena<UInt32, KernelLock>

  /// Segments that the window starts with; more come from frames when they are needed.
  private static var windowTags: Int { 120 }

  /// Makes the allocator, the page map and the window in frames carved from `map`, which the direct map reaches.
  init(_ map: inout MemoryMap) {
    let limit = map.frameLimit
    let sizes = Self.sizes(limit, ranges: map.rangeCount)
    let total = sizes.arena + sizes.frames + sizes.pageMap + sizes.windowArena + sizes.window + 5 * 16
    let count = UInt32(truncatingIfNeeded: (total + 4095) >> 12)
    guard
      let carved = map.carve(count: count, below: DirectMap.frameLimit, owner: Owners.register("frame table"))
    else { Self.tooLittle(map, "the frame table", frames: count) }
    var bytes = Bookkeeping(carved)
    do throws(CreationError) {
      let arena = unsafe try FrameArena.create(
        name: "frames", quantum: 4096, storage: bytes.take(sizes.arena), lock: KernelLock())
      let kva = unsafe try FrameArena.create(
        name: "kva", quantum: 4096, storage: bytes.take(sizes.windowArena), lock: KernelLock())
      guard
        let frames = unsafe FrameAllocator<KernelLock>.create(
          map: map, directLimit: DirectMap.frameLimit, arena: arena, storage: bytes.take(sizes.frames),
          lock: KernelLock())
      else { Self.tooLittle(map, "the frame allocator", frames: count) }
      let pageMap = unsafe PageMap.create(
        machine: HardwareMMU(), frames: frames, directory: HardwareMMU.directory,
        features: DirectMap.pagingFeatures,
        managed: PageRange(PageNumber(0xE_0000), through: PageNumber(0xF_FFFF)),
        tableOwner: Owners.register("page tables"), storage: bytes.take(sizes.pageMap), lock: KernelLock())
      guard
        let window = unsafe VMap.create(
          window: Self.virtualAddresses, arena: kva, pageMap: pageMap,
          bookkeeper: Owners.register("kva records"), storage: bytes.take(sizes.window))
      else { panic("no tag for the span of kva") }
      self.init(frames: frames, pageMap: pageMap, window: window)
    } catch {
      panic("an arena's storage was computed too small", .decimal("bytes", UInt32(sizes.arena)))
    }
  }

  /// Bytes of each part: a tag for every 16 frames and every reservation that a map may hold.
  private static func sizes(
    _ limit: UInt32, ranges: Int
  ) -> (arena: Int, frames: Int, pageMap: Int, windowArena: Int, window: Int) {
    (
      FrameArena.storageSize(spans: ranges, allocations: Int(limit / 16) + MemoryMap.capacity),
      FrameAllocator<KernelLock>.storageSize(frameLimit: limit),
      PageMap<HardwareMMU, KernelLock>.storageSize,
      FrameArena.storageSize(spans: 1, allocations: windowTags),
      VMap<HardwareMMU, KernelLock>.storageSize
    )
  }
}
#endif
