#if os(none)
import Frames
import Machine
import Paging
import Primitives
import VMap
import VMem

/// A window of its own for trials: 248 MiB, what Plan 9 has, taken from `kva` and given back.
struct TrialWindow: ~Copyable {
  /// What 0xE0000000 + 0x10000000 - 4 MiB - 4 MiB leaves: `VMAPSIZE` of Plan 9's i386 kernel.
  static var size: UInt32 { 248 << 20 }

  let window: VMap<HardwareMMU, KernelLock>
  private let memory: KernelMemory
  private let addresses: AddressRange<UInt32>
  private let storage: FrameRange

  private static var owner: Owner { Owners.register("trial window") }

  /// Frames for the window's own bookkeeping and its first 120 tags.
  private static var storageFrames: UInt32 {
    let bytes = VMap<HardwareMMU, KernelLock>.storageSize + arenaSize + 16
    return UInt32(truncatingIfNeeded: (bytes + 4095) >> 12)
  }

  private static var arenaSize: Int { Arena<UInt32, KernelLock>.storageSize(spans: 1, allocations: 120) }

  /// Nil where there is no room for it. `size` is in bytes, a multiple of 4 MiB.
  init?(_ memory: KernelMemory, size: UInt32 = Self.size) {
    self.memory = memory
    var request = Request<UInt32>(count: size)
    request.alignment = 0x40_0000
    request.owner = Self.owner
    var run = RunRequest(count: Self.storageFrames)
    run.last = FrameNumber(memory.frames.directLimit - 1)
    guard let addresses = try? memory.window.arena.allocate(request) else { return nil }
    guard let storage = try? memory.frames.allocateRun(run, owner: Self.owner) else {
      Self.release(addresses, memory)
      return nil
    }
    self.addresses = addresses
    self.storage = storage
    // Consecutive frames are consecutive in the direct map, and these are ours.
    let bytes = unsafe UnsafeMutableRawBufferPointer(
      start: HardwareMMU().memory(of: storage.first).baseAddress, count: Int(storage.count) << 12)
    let parts = unsafe (
      UnsafeMutableRawBufferPointer(rebasing: bytes[..<(bytes.count - Self.arenaSize & ~15)]),
      UnsafeMutableRawBufferPointer(rebasing: bytes[(bytes.count - Self.arenaSize & ~15)...])
    )
    guard
      let arena = try? unsafe Arena<UInt32, KernelLock>.create(
        name: "trial", quantum: 4096, storage: parts.1, lock: KernelLock()),
      let window = unsafe VMap.create(
        window: addresses, arena: arena, pageMap: memory.pageMap, bookkeeper: Self.owner, storage: parts.0)
    else { panic("the trial window's storage was computed too small", .decimal("frames", storage.count)) }
    self.window = window
    ArenaLogs.follow(arena)
    unsafe Self.storedArena = arena
  }

  /// The arena of the latest window, while that is there: what `show` draws and `log trial` notes.
  private nonisolated(unsafe) static var storedArena: Arena<UInt32, KernelLock>?
  static var arena: Arena<UInt32, KernelLock>? { unsafe storedArena }

  private static func release(_ addresses: AddressRange<UInt32>, _ memory: KernelMemory) {
    do throws(FreeError<UInt32>) { try memory.window.arena.free(addresses) } catch {
      panic("the trial window's addresses are gone", .range("window", addresses.first, addresses.last))
    }
  }

  deinit {
    ArenaLogs.leave(window.arena)
    unsafe Self.storedArena = nil
    guard window.destroy() else { panic("a trial left a mapping", .decimal("live", window.statistics.live)) }
    Self.release(addresses, memory)
    do throws(FrameError) { try memory.frames.freeRun(storage, owner: Self.owner) } catch {
      panic("the trial window's frames are gone", .decimal("frame", storage.first.rawValue))
    }
  }
}

/// Who gets the mappings of a mixture.
protocol MixtureLabels {
  /// The options for a mapping of so many pages.
  func options(pages: UInt32) -> MappingOptions
}

extension MappingOptions: MixtureLabels {
  /// All the same.
  func options(pages: UInt32) -> MappingOptions { self }
}

/// The random mixture of the peers' figures: 4 KiB to 8 MiB, 24 live at most, in 248 MiB.
struct Mixture: ~Copyable {
  private var live = InlineArray<24, UInt32>(repeating: 0)
  private var count = 0
  private var random: UInt32 = 0x2545_F491
  private(set) var calls: UInt32 = 0
  private(set) var failures: UInt32 = 0

  /// One step: with 24 live one goes, with fewer a coin decides.
  mutating func step<Labels: MixtureLabels>(_ window: VMap<HardwareMMU, KernelLock>, _ labels: Labels) {
    calls += 1
    if count == 24 || count > 0 && next() & 1 == 0 {
      let index = Int(next() % UInt32(count))
      unmap(index, window)
    } else {
      // A power of two from 1 to 2,048 pages, and something below it.
      let pages = 1 << (next() % 12) as UInt32
      let size = (pages - next() % pages) << 12
      let physical = 0xE000_0000 + (next() & 0xFFF) << 12
      do throws(VMapError) {
        live[count] = try window.vmap(physical, size: size, labels.options(pages: size >> 12)).address
        count += 1
      } catch { failures += 1 }
    }
  }

  /// Unmaps all that lives.
  mutating func finish(_ window: VMap<HardwareMMU, KernelLock>) {
    while count > 0 { unmap(count - 1, window) }
  }

  private mutating func unmap(_ index: Int, _ window: VMap<HardwareMMU, KernelLock>) {
    do throws(VMapError) { try window.vunmap(live[index]) } catch { failures += 1 }
    count -= 1
    live[index] = live[count]
  }

  /// Marsaglia's xorshift with 13, 17, 5; the high bits serve.
  private mutating func next() -> UInt32 {
    random ^= random << 13
    random ^= random >> 17
    random ^= random << 5
    return random >> 8
  }
}
#endif
