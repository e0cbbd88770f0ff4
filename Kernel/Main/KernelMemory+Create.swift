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
    let sizes = Self.sizes(map)
    let total = sizes.arena + sizes.frames + sizes.pageMap + sizes.windowArena + sizes.window + 5 * 16
    let count = UInt32(truncatingIfNeeded: (total + 4095) >> 12)
    guard
      let carved = map.carve(count: count, below: DirectMap.frameLimit, owner: Owners.register("frame table"))
    else { Self.tooLittle(map, "the frame table", frames: count) }
    var bytes = Bookkeeping(carved)
    do throws(CreationError) {
      let arena = unsafe try FrameArena.create(
        name: "frames", quantum: 4096, addressIndex: Self.addressIndex(map),
        storage: bytes.take(sizes.arena), lock: KernelLock())
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
      self.init(
        frames: frames, pageMap: pageMap, window: window, frameBookkeeping: sizes.arena + sizes.frames)
    } catch {
      panic("an arena's storage was computed too small", .decimal("bytes", UInt32(sizes.arena)))
    }
  }

  /// Bytes of each part. The frames' arena can note an allocation for every 16 frames, and every reservation of the map,
  /// each of which another may cut in two.
  private static func sizes(
    _ map: MemoryMap
  ) -> (arena: Int, frames: Int, pageMap: Int, windowArena: Int, window: Int) {
    (
      FrameArena.storageSize(
        spans: map.rangeCount, allocations: Int(map.frameLimit / 16) + 2 * map.reservationCount + 4,
        addressIndex: addressIndex(map)),
      FrameAllocator<KernelLock>.storageSize(frameLimit: map.frameLimit),
      PageMap<HardwareMMU, KernelLock>.storageSize,
      FrameArena.storageSize(spans: 1, allocations: windowTags),
      VMap<HardwareMMU, KernelLock>.storageSize
    )
  }

  /// Below 8 MiB the frames' arena has so few segments that walking them is as good as an index by address, and
  /// bookkeeping is counted in bytes.
  private static func addressIndex(_ map: MemoryMap) -> AddressIndex {
    map.frameLimit < 2048 ? .never : .onDemand
  }
}
#endif
