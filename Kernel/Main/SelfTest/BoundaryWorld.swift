#if os(none)
import Frames
import Machine
import Paging
import Primitives
import VMap
import VMem

/// What the critical routines and the handler that interrupts them share: arenas, frames and a window of their own, in
/// memory that the suite was given.
struct BoundaryWorld {
  typealias Words = Arena<UInt32, KernelLock>

  /// Allocations here and there, so that a search has something to search.
  let arena: Words
  /// With quantum caches for 1 to 4 quanta.
  let cached: Words
  let frames: FrameAllocator<KernelLock>
  let window: VMap<HardwareMMU, KernelLock>
  let owner: Owner
  /// What the routine has, and what the handler keeps, until the check frees it.
  var held: AddressRange<UInt32>?
  var stolen: AddressRange<UInt32>?
  /// Addresses of kmem; 0 for none.
  var object: UInt = 0
  var stolenObject: UInt = 0
  var frame: FrameNumber?
  var stolenFrame: FrameNumber?
  var mapping: UInt32?
  var stolenMapping: UInt32?
  /// A mapping that is there all the time.
  var neighbour: UInt32?
  /// Whether a step failed that must not.
  private var hasFailed = false

  private nonisolated(unsafe) static var place: Place<BoundaryWorld>?

  /// The world of the suite that runs. Where it lies: a handler changes one field while the code that it interrupts
  /// changes another.
  static var shared: Place<BoundaryWorld> {
    guard let place = unsafe place else { panic("no world for critical routines") }
    return place
  }

  /// Frames that the private allocator has.
  static var frameCount: UInt32 { 256 }

  /// Bytes of storage, aligned to 16.
  static var storageSize: Int {
    2 * arenaSize(cacheLimit: 0) + arenaSize(cacheLimit: 4)
      + FrameAllocator<KernelLock>.storageSize(frameLimit: frameCount) + MemoryLayout<BoundaryWorld>.stride
      + 5 * 16
  }

  /// Makes the world in `storage`, of `storageSize` bytes; false where something does not fit, which it does.
  @unsafe static func make(
    in storage: UnsafeMutableRawBufferPointer, window: VMap<HardwareMMU, KernelLock>
  ) -> Bool {
    var bytes = unsafe Bookkeeping(storage)
    let own = unsafe bytes.take(MemoryLayout<BoundaryWorld>.stride).baseAddress!
    guard let world = unsafe BoundaryWorld(&bytes, window) else { return false }
    let pointer = unsafe own.bindMemory(to: BoundaryWorld.self, capacity: 1)
    unsafe pointer.initialize(to: world)
    unsafe place = Place(pointer)
    return true
  }

  @unsafe private init?(_ bytes: inout Bookkeeping, _ window: VMap<HardwareMMU, KernelLock>) {
    var map = MemoryMap()
    // Numbers and nothing else: nobody touches what they name.
    map.add(base: 0, length: UInt64(Self.frameCount) << 12)
    guard let arena = unsafe Self.arena("plain", 1, 0, bytes.take(Self.arenaSize(cacheLimit: 0))),
      let cached = unsafe Self.arena("cached", 1, 4, bytes.take(Self.arenaSize(cacheLimit: 4))),
      let physical = unsafe Self.arena("physical", 4096, 0, bytes.take(Self.arenaSize(cacheLimit: 0))),
      let frames = unsafe FrameAllocator<KernelLock>.create(
        map: map, directLimit: Self.frameCount, arena: physical,
        storage: bytes.take(FrameAllocator<KernelLock>.storageSize(frameLimit: Self.frameCount)),
        lock: KernelLock())
    else { return nil }
    (self.arena, self.cached, self.frames, self.window) = (arena, cached, frames, window)
    owner = Owners.register("self-test")
    guard (try? arena.add(first: 0, count: 1024)) != nil, (try? cached.add(first: 0, count: 1024)) != nil
    else { return nil }
    // Gaps of many sizes.
    for count in UInt32(1)...12 {
      guard let range = try? arena.allocate(Request(count: count * 3)) else { return nil }
      if count & 1 == 0 { try? arena.free(range) }
    }
  }

  /// Allocations that are there all the time.
  func segments(of arena: Words) -> Int { arena.name.withBytes { $0.count } == 5 ? 6 : 0 }

  /// Notes that a step failed that must not.
  static func fail() { shared.value.hasFailed = true }

  /// Whether one did, since the last time.
  static func takeFailure() -> Bool {
    let hasFailed = shared.value.hasFailed
    shared.value.hasFailed = false
    return hasFailed
  }

  static func free(_ range: AddressRange<UInt32>, in arena: Words) {
    if (try? arena.free(range)) == nil { fail() }
  }

  static func freeHeld(in arena: Words) {
    if let held = shared.value.held { free(held, in: arena) }
    shared.value.held = nil
  }

  private static func arenaSize(cacheLimit: UInt32) -> Int {
    Words.storageSize(spans: 4, allocations: 64, cacheLimit: cacheLimit)
  }

  @unsafe private static func arena(
    _ name: ArenaName, _ quantum: UInt32, _ cacheLimit: UInt32, _ storage: UnsafeMutableRawBufferPointer
  ) -> Words? {
    unsafe try? Words.create(
      name: name, quantum: quantum, cacheLimit: cacheLimit, storage: storage, lock: KernelLock())
  }
}
#endif
