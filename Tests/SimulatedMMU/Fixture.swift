import Frames
import Paging
import Primitives
import VMap
import VMem

/// Everything that vmap stands on, made of host memory and a simulated MMU.
public final class Fixture {
  public typealias Frames = FrameAllocator<NoLock>
  public typealias Map = PageMap<SimulatedMMU, NoLock>
  public typealias Window = VMap<SimulatedMMU, NoLock>

  /// What the simulated machine has.
  public struct Configuration: Sendable {
    /// Memory from address 0 up, in frames. Frame 0 and the directory's, number 1, are reserved.
    public var memoryFrames: UInt32 = 4096
    /// One more than the highest frame of the direct map.
    public var directLimit: UInt32 = 0x2_0000
    public var features = PagingFeatures(hasLargePages: true, hasGlobalPages: true, hasAttributeTable: true)
    /// The window, as Plan 9 has it: 248 MiB from 0xE0000000 on.
    public var window = AddressRange<UInt32>(first: 0xE000_0000, last: 0xEF7F_FFFF)
    /// Tags that the window's arena starts with.
    public var windowTags = 128
    public var processors = 2
    /// Allocations that the frames' arena has tags for; nil for one in 16 frames, and the reservations.
    public var frameTags: Int?

    public init() {}
  }

  public static let tableOwner = Owner(rawValue: 1)
  public static let bookkeeper = Owner(rawValue: 2)
  public static let boot = Owner(rawValue: 3)

  public let configuration: Configuration
  public let mmu: SimulatedMMU
  public let frames: Frames
  public let map: Map
  /// Made when it is first asked for; tests of paging do without.
  public private(set) lazy var window = makeWindow()
  private var storage: [UnsafeMutableRawBufferPointer] = []

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    var blocks: [UnsafeMutableRawBufferPointer] = []
    func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      blocks.append(block)
      return block
    }
    var memory = MemoryMap()
    memory.add(base: 0, length: UInt64(configuration.memoryFrames) << 12)
    memory.reserve(first: 0, last: 0x1FFF, owner: Self.boot)
    mmu = SimulatedMMU(processors: configuration.processors, directory: FrameNumber(1))
    frames = Self.frames(
      memory, directLimit: configuration.directLimit, tags: configuration.frameTags, bytes)
    map = Map.create(
      machine: mmu, frames: frames, directory: FrameNumber(1), features: configuration.features,
      managed: PageRange(PageNumber(0xE0000), through: PageNumber(0xFFFFF)), tableOwner: Self.tableOwner,
      storage: bytes(Map.storageSize), lock: NoLock())
    storage = blocks
  }

  private func makeWindow() -> Window {
    func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      storage.append(block)
      return block
    }
    let arena = try! Arena<UInt32, NoLock>.create(
      name: "kva", quantum: 4096,
      storage: bytes(Arena<UInt32, NoLock>.storageSize(spans: 1, allocations: configuration.windowTags)))
    return Window.create(
      window: configuration.window, arena: arena, pageMap: map, bookkeeper: Self.bookkeeper,
      storage: bytes(Window.storageSize))!
  }

  /// Free frames, the one of the page table in reserve among them.
  public var freeFrames: UInt32 {
    map.trim()
    return frames.statistics.free
  }

  /// A fixture that is never freed, for tests that keep only a part of it.
  public static func immortal(_ configuration: Configuration = Configuration()) -> Fixture {
    Unmanaged.passRetained(Fixture(configuration)).takeUnretainedValue()
  }

  deinit {
    for block in storage { block.deallocate() }
  }

  /// A frame allocator for `memory`, with tags for as many allocations, or for one in 16 frames.
  public static func frames(
    _ memory: MemoryMap, directLimit: UInt32, tags: Int? = nil,
    _ bytes: (Int) -> UnsafeMutableRawBufferPointer
  ) -> Frames {
    let tags = tags ?? Int(memory.frameLimit / 16) + memory.reservationCount + 8
    let arena = try! Arena<UInt32, NoLock>.create(
      name: "frames", quantum: 4096,
      storage: bytes(Arena<UInt32, NoLock>.storageSize(spans: memory.rangeCount, allocations: tags)))
    return Frames.create(
      map: memory, directLimit: directLimit, arena: arena,
      storage: bytes(Frames.storageSize(frameLimit: memory.frameLimit)), lock: NoLock())!
  }
}
