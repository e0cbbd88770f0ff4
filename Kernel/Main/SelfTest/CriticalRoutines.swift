#if os(none)
import Frames
import Instructions
import Machine
import Primitives
import Threads
import VMap
import VMem

/// The routines of the arenas, each with a handler that uses the same arena.
enum CriticalArenas {
  static var plainAllocate: CriticalRoutine {
    CriticalRoutine(
      name: "arena.allocate", prepare: {},
      run: {
        BoundaryWorld.shared.value.held = try? BoundaryWorld.shared.value.arena.allocate(Request(count: 7))
      },
      intrude: { CriticalArenas.intrude(upon: BoundaryWorld.shared.value.arena) },
      check: { CriticalArenas.isSound(BoundaryWorld.shared.value.arena) })
  }

  static var plainFree: CriticalRoutine {
    CriticalRoutine(
      name: "arena.free",
      prepare: {
        BoundaryWorld.shared.value.held = try? BoundaryWorld.shared.value.arena.allocate(Request(count: 7))
      },
      run: { BoundaryWorld.freeHeld(in: BoundaryWorld.shared.value.arena) },
      intrude: { CriticalArenas.intrude(upon: BoundaryWorld.shared.value.arena) },
      check: { CriticalArenas.isSound(BoundaryWorld.shared.value.arena, held: false) })
  }

  static var boundedAllocate: CriticalRoutine {
    CriticalRoutine(
      name: "arena.allocate, bounded", prepare: {},
      run: {
        var request = Request<UInt32>(count: 5)
        request.alignment = 8
        request.phase = 3
        request.first = 20
        request.last = 900
        BoundaryWorld.shared.value.held = try? BoundaryWorld.shared.value.arena.allocate(request)
      }, intrude: { CriticalArenas.intrude(upon: BoundaryWorld.shared.value.arena) },
      check: { CriticalArenas.isSound(BoundaryWorld.shared.value.arena) })
  }

  static var cachedAllocate: CriticalRoutine {
    CriticalRoutine(
      name: "arena.allocate, cached", prepare: { CriticalArenas.fillCache() },
      run: {
        BoundaryWorld.shared.value.held = try? BoundaryWorld.shared.value.cached.allocate(Request(count: 2))
      },
      intrude: { CriticalArenas.intrude(upon: BoundaryWorld.shared.value.cached) },
      check: { CriticalArenas.isSound(BoundaryWorld.shared.value.cached) })
  }

  static var cachedFree: CriticalRoutine {
    CriticalRoutine(
      name: "arena.free, cached",
      prepare: {
        CriticalArenas.fillCache()
        BoundaryWorld.shared.value.held = try? BoundaryWorld.shared.value.cached.allocate(Request(count: 2))
      }, run: { BoundaryWorld.freeHeld(in: BoundaryWorld.shared.value.cached) },
      intrude: { CriticalArenas.intrude(upon: BoundaryWorld.shared.value.cached) },
      check: { CriticalArenas.isSound(BoundaryWorld.shared.value.cached, held: false) })
  }

  /// Two allocations in the magazine and no more.
  private static func fillCache() {
    let arena = BoundaryWorld.shared.value.cached
    arena.reap()
    guard let first = try? arena.allocate(Request(count: 2)),
      let second = try? arena.allocate(Request(count: 2))
    else { return BoundaryWorld.fail() }
    BoundaryWorld.free(first, in: arena)
    BoundaryWorld.free(second, in: arena)
  }

  /// The handler: allocates what the routine allocates and keeps it; allocates something else and frees it.
  private static func intrude(upon arena: BoundaryWorld.Words) {
    BoundaryWorld.shared.value.stolen = try? arena.allocate(Request(count: 2))
    guard BoundaryWorld.shared.value.stolen != nil, let range = try? arena.allocate(Request(count: 9)) else {
      return BoundaryWorld.fail()
    }
    BoundaryWorld.free(range, in: arena)
  }

  /// Looks for damage, and frees what routine and handler have.
  private static func isSound(_ arena: BoundaryWorld.Words, held: Bool = true) -> Bool {
    var isSound = (BoundaryWorld.shared.value.held != nil) == held && arena.checkInvariants() == 0
    BoundaryWorld.freeHeld(in: arena)
    if let stolen = BoundaryWorld.shared.value.stolen { BoundaryWorld.free(stolen, in: arena) }
    BoundaryWorld.shared.value.stolen = nil
    arena.reap()
    if arena.statistics.allocatedSegments != BoundaryWorld.shared.value.segments(of: arena) {
      isSound = false
    }
    return isSound && !BoundaryWorld.takeFailure()
  }
}

/// The routines of the frame allocator.
enum CriticalFrames {
  static var allocate: CriticalRoutine {
    CriticalRoutine(
      name: "frames.allocate", prepare: {},
      run: { BoundaryWorld.shared.value.frame = CriticalFrames.takeFrame() },
      intrude: { CriticalFrames.intrude() }, check: { CriticalFrames.isSound(held: true) })
  }

  static var free: CriticalRoutine {
    CriticalRoutine(
      name: "frames.free", prepare: { BoundaryWorld.shared.value.frame = CriticalFrames.takeFrame() },
      run: { CriticalFrames.freeFrame() },
      intrude: { CriticalFrames.intrude() }, check: { CriticalFrames.isSound(held: false) })
  }

  static var allocateRun: CriticalRoutine {
    CriticalRoutine(
      name: "frames.allocateRun and freeRun", prepare: {},
      run: {
        let world = BoundaryWorld.shared.value
        guard let run = try? world.frames.allocateRun(RunRequest(count: 5), owner: world.owner) else {
          return BoundaryWorld.fail()
        }
        if (try? world.frames.freeRun(run, owner: world.owner)) == nil { BoundaryWorld.fail() }
      }, intrude: { CriticalFrames.intrude() }, check: { CriticalFrames.isSound(held: false) })
  }

  private static func takeFrame() -> FrameNumber? {
    try? BoundaryWorld.shared.value.frames.allocate(owner: BoundaryWorld.shared.value.owner)
  }

  private static func freeFrame() {
    let world = BoundaryWorld.shared.value
    guard let frame = world.frame else { return }
    BoundaryWorld.shared.value.frame = nil
    if (try? world.frames.free(frame, owner: world.owner)) == nil { BoundaryWorld.fail() }
  }

  private static func intrude() {
    let world = BoundaryWorld.shared.value
    guard let kept = takeFrame(), let other = takeFrame() else { return BoundaryWorld.fail() }
    BoundaryWorld.shared.value.stolenFrame = kept
    if (try? world.frames.free(other, owner: world.owner)) == nil { BoundaryWorld.fail() }
  }

  private static func isSound(held: Bool) -> Bool {
    let world = BoundaryWorld.shared.value
    var isSound = (world.frame != nil) == held
    do throws(FramesViolation) { try world.frames.checkInvariants() } catch { isSound = false }
    freeFrame()
    if let stolen = world.stolenFrame, (try? world.frames.free(stolen, owner: world.owner)) == nil {
      isSound = false
    }
    BoundaryWorld.shared.value.stolenFrame = nil
    return isSound && world.frames.statistics.free == BoundaryWorld.frameCount && !BoundaryWorld.takeFailure()
  }
}

/// The routines of a window: `neighbour` says whether a page table is there already, or is made and freed.
enum CriticalWindow {
  static var map: CriticalRoutine {
    CriticalRoutine(
      name: "vmap of a page",
      prepare: {
        CriticalWindow.settle()
        BoundaryWorld.shared.value.neighbour = CriticalWindow.mapPage()
      },
      run: { BoundaryWorld.shared.value.mapping = CriticalWindow.mapPage() },
      intrude: { CriticalWindow.intrude() },
      check: { CriticalWindow.isSound(held: true) })
  }

  static var unmap: CriticalRoutine {
    CriticalRoutine(
      name: "vunmap of a page",
      prepare: {
        CriticalWindow.settle()
        BoundaryWorld.shared.value.neighbour = CriticalWindow.mapPage()
        BoundaryWorld.shared.value.mapping = CriticalWindow.mapPage()
      }, run: { CriticalWindow.unmapHeld() }, intrude: { CriticalWindow.intrude() },
      check: { CriticalWindow.isSound(held: false) })
  }

  static var table: CriticalRoutine {
    CriticalRoutine(
      name: "vmap and vunmap with a page table", prepare: { CriticalWindow.settle() },
      run: {
        BoundaryWorld.shared.value.mapping = CriticalWindow.mapPage()
        CriticalWindow.unmapHeld()
      }, intrude: { CriticalWindow.intrude() }, check: { CriticalWindow.isSound(held: false) })
  }

  /// The display's text page: device memory on every machine.
  private static func mapPage() -> UInt32? {
    let world = BoundaryWorld.shared.value
    return (try? world.window.vmap(0xB_8000, size: 4096, MappingOptions(.uncached, owner: world.owner)))?
      .address
  }

  /// Leaves in every cache what the same calls leave each time.
  private static func settle() {
    let window = BoundaryWorld.shared.value.window
    _ = window.drain()
    for _ in 0..<2 { if let address = mapPage() { unmap(address) } }
  }

  private static func unmapHeld() {
    if let address = BoundaryWorld.shared.value.mapping { unmap(address) }
    BoundaryWorld.shared.value.mapping = nil
  }

  private static func unmap(_ address: UInt32) {
    if (try? BoundaryWorld.shared.value.window.vunmap(address)) == nil { BoundaryWorld.fail() }
  }

  private static func intrude() {
    guard let kept = mapPage(), let other = mapPage() else { return BoundaryWorld.fail() }
    BoundaryWorld.shared.value.stolenMapping = kept
    _ = cpu_load32(other)
    unmap(other)
  }

  private static func isSound(held: Bool) -> Bool {
    let world = BoundaryWorld.shared.value
    var isSound = (world.mapping != nil) == held
    if let address = world.mapping { _ = cpu_load32(address) }
    if let address = world.stolenMapping { _ = cpu_load32(address) }
    do throws(VMapViolation) { try world.window.checkInvariants() } catch { isSound = false }
    unmapHeld()
    if let address = world.stolenMapping { unmap(address) }
    if let address = world.neighbour { unmap(address) }
    BoundaryWorld.shared.value.stolenMapping = nil
    BoundaryWorld.shared.value.neighbour = nil
    return isSound && world.window.statistics.live == 0 && !BoundaryWorld.takeFailure()
  }
}

/// The scheduler's own routines; the handler ticks, so that the switch comes at every boundary where it may.
enum CriticalThreads {
  static var yield: CriticalRoutine {
    CriticalRoutine(
      name: "a switch to another thread and back", prepare: { CriticalThreads.settle() },
      run: { KernelThreads.scheduler.yield() }, intrude: { CriticalThreads.intrude() },
      check: { CriticalThreads.isSound() })
  }

  static var wake: CriticalRoutine {
    CriticalRoutine(
      name: "waking a sleeper that sleeps again", prepare: { CriticalThreads.settle() },
      run: {
        KernelThreads.scheduler.wakeAll(Notes.channel)
        KernelThreads.scheduler.yield()
      }, intrude: { CriticalThreads.intrude() }, check: { CriticalThreads.isSound() })
  }

  private static func intrude() {
    KernelThreads.scheduler.wakeOne(Notes.channel)
    KernelThreads.scheduler.tick()
  }

  /// Lets the other thread come to where it yields or sleeps: an interrupt may have left it elsewhere.
  private static func settle() {
    for _ in 0..<3 { KernelThreads.scheduler.yield() }
  }

  private static func isSound() -> Bool { KernelThreads.scheduler.checkInvariants() == 0 }
}

/// No routine of the kernel: a thousand instructions whose boundaries are all open, which shows that the timer hits each.
enum OpenInstructions {
  static var countDown: CriticalRoutine {
    CriticalRoutine(
      name: "1000 instructions", prepare: {}, run: { cpu_count_down(500) }, intrude: {}, check: { true })
  }

  static var nothing: CriticalRoutine {
    CriticalRoutine(name: "nothing", prepare: {}, run: {}, intrude: {}, check: { true })
  }
}
#endif
