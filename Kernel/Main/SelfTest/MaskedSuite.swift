#if os(none)
import Frames
import Instructions
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem

/// How long interrupts are off in the calls of a window, in instructions. VMap.md states the bounds.
func interruptsOffSuite(_ t: inout TestRun) {
  guard canCover(&t) else { return }
  t.test("the probe measures a section of known length") { t in
    withProbe(&t) { t, probe in
      let short = probe.longestMasked(MaskedInstructions.some) ?? 0
      let long = probe.longestMasked(MaskedInstructions.more) ?? 0
      t.expect(long &- short, is: 1000, "what 500 more turns of two instructions add")
    }
  }
  t.test("vmap and vunmap with interrupts off for a bounded time") { t in
    withProbe(&t, window: TrialWindow.size) { t, probe in
      MaskedWindow.each { measure(&t, probe, $0) }
    }
  }
  t.test("the same in a window with 15,000 mappings") { t in
    withProbe(&t, window: TrialWindow.size) { t, probe in
      guard MaskedWindow.fill() else { return t.skip("too little memory") }
      MaskedWindow.each { measure(&t, probe, $0) }
      MaskedWindow.empty()
    }
  }
  t.test("large pages that have no place in such a window") { t in
    withProbe(&t, window: TrialWindow.size) { t, probe in
      guard MaskedWindow.fill() else { return t.skip("too little memory") }
      t.expect(MaskedWindow.crowd(), "the places of large pages are taken")
      measure(&t, probe, MaskedWindow.displaced, limit: 3000)
      MaskedWindow.uncrowd()
      MaskedWindow.empty()
    }
  }
}

/// Measures one routine, says what came of it, and holds it against the bound that VMap.md states.
private func measure(
  _ t: inout TestRun, _ probe: BoundaryProbe, _ routine: CriticalRoutine, limit: UInt32 = 1000
) {
  guard let longest = probe.longestMasked(routine) else { return t.fail(routine.name) }
  t.remark {
    $0.write(routine.name)
    $0.write(": interrupts off for at most ")
    $0.write(decimal: longest)
    $0.write(" instructions")
  }
  t.expect(longest <= limit, routine.name)
}

/// Sections of known length.
private enum MaskedInstructions {
  static var some: CriticalRoutine { routine { withInterruptsDisabled { cpu_count_down(100) } } }
  static var more: CriticalRoutine { routine { withInterruptsDisabled { cpu_count_down(600) } } }

  private static func routine(_ run: @escaping @convention(c) () -> Void) -> CriticalRoutine {
    CriticalRoutine(name: "known", prepare: {}, run: run, intrude: {}, check: { true })
  }
}

/// Calls of the world's window, each leaving it as it was.
private enum MaskedWindow {
  typealias Window = VMap<HardwareMMU, KernelLock>

  /// Frames of no memory and no device that QEMU has: a multiple of 4 MiB.
  private static var device: UInt32 { 0xE000_0000 }

  static func each(_ body: (CriticalRoutine) -> Void) {
    body(
      routine(
        "4 KiB whose addresses were kept", { MaskedWindow.settle(4096, .small) },
        { MaskedWindow.pair(4096, .small) }))
    body(
      routine(
        "512 KiB whose addresses were kept", { MaskedWindow.settle(512 << 10, .small) },
        { MaskedWindow.pair(512 << 10, .small) }))
    body(
      routine(
        "64 MiB of large pages whose addresses were kept", { MaskedWindow.settle(64 << 20, .large) },
        { MaskedWindow.pair(64 << 20, .large) }))
    body(fresh("4 KiB, fresh", { MaskedWindow.pair(4096, .small) }))
    body(fresh("4 MiB of small pages, fresh", { MaskedWindow.pair(4 << 20, .small) }))
    body(fresh("64 MiB of large pages, fresh", { MaskedWindow.pair(64 << 20, .large) }))
    body(fresh("a request that cannot be granted", { MaskedWindow.refuse() }))
    body(fresh("a list of frames, its flush deferred", { MaskedWindow.passFrames() }))
    body(routine("protect of 512 KiB", { MaskedWindow.hold() }, { MaskedWindow.protect() }))
  }

  /// 4 MiB that could be a large page, where addresses are free but none that agree with it.
  static var displaced: CriticalRoutine {
    fresh("4 MiB for which no large page has a place", { MaskedWindow.pair(4 << 20, .large) })
  }

  private static func fresh(
    _ name: StaticString, _ run: @escaping @convention(c) () -> Void
  ) -> CriticalRoutine {
    routine(name, { MaskedWindow.drain() }, run)
  }

  private enum Pages { case small, large }

  private static func routine(
    _ name: StaticString, _ prepare: @escaping @convention(c) () -> Void,
    _ run: @escaping @convention(c) () -> Void
  ) -> CriticalRoutine {
    CriticalRoutine(name: name, prepare: prepare, run: run, intrude: {}, check: { MaskedWindow.isSound() })
  }

  private static var window: Window { BoundaryWorld.shared.value.window }

  private static func options(_ pages: Pages) -> MappingOptions {
    var options = MappingOptions(.uncached, owner: BoundaryWorld.shared.value.owner)
    options.mayUseLargePages = pages == .large
    return options
  }

  /// Leaves in the caches what a pair of calls leaves there.
  private static func settle(_ size: UInt32, _ pages: Pages) {
    for _ in 0..<2 { pair(size, pages) }
  }

  private static func drain() { _ = window.drain() }

  private static func pair(_ size: UInt32, _ pages: Pages) {
    guard let mapping = try? window.vmap(device, size: size, options(pages)),
      (try? window.vunmap(mapping.address)) != nil
    else { return BoundaryWorld.fail() }
  }

  private static func refuse() {
    if (try? window.vmap(device, size: 252 << 20, options(.large))) != nil { BoundaryWorld.fail() }
  }

  /// Eight frames become the window's and go with the mapping; the quarantine is drained.
  private static func passFrames() {
    let owner = BoundaryWorld.shared.value.owner
    let frames = window.pageMap.frames
    var list = InlineArray<8, FrameNumber>(repeating: FrameNumber(0))
    for index in 0..<8 {
      guard let frame = frames.takeOne(owner) else { return BoundaryWorld.fail() }
      list[index] = frame
    }
    guard let mapping = try? window.vmapPages(list.span, MappingOptions(owner: owner), isOwned: true),
      (try? window.vunmap(mapping.address, isDeferred: true)) != nil
    else { return BoundaryWorld.fail() }
    drain()
  }

  private static func hold() {
    BoundaryWorld.shared.value.mapping = (try? window.vmap(device, size: 512 << 10, options(.small)))?.address
  }

  private static func protect() {
    guard let address = BoundaryWorld.shared.value.mapping,
      (try? window.protect(address, isWritable: false)) != nil
    else { return BoundaryWorld.fail() }
  }

  private static func isSound() -> Bool {
    if let address = BoundaryWorld.shared.value.mapping, (try? window.vunmap(address)) == nil { return false }
    BoundaryWorld.shared.value.mapping = nil
    return !BoundaryWorld.takeFailure()
  }

  /// Every other page of the first 30,000 is mapped; false where memory does not do.
  static func fill() -> Bool {
    var live: UInt32 = 0
    while live < 30_000, (try? window.vmap(device, size: 4096, options(.small))) != nil { live += 1 }
    for page in 0..<live / 2 { _ = try? window.vunmap(window.window.first + page << 13) }
    if live == 30_000 { return true }
    empty()
    return false
  }

  /// One page of each 4 MiB behind the filled part, so that 4 MiB and 31 pages are free between two of them and no
  /// aligned 4 MiB; false where one is not free.
  static func crowd() -> Bool {
    for index in UInt32(0)..<32 where (try? window.arena.claim(obstacle(index))) == nil { return false }
    return true
  }

  static func uncrowd() {
    for index in UInt32(0)..<32 { BoundaryWorld.free(obstacle(index), in: window.arena) }
  }

  private static func obstacle(_ index: UInt32) -> AddressRange<UInt32> {
    let first = window.window.first + ((30 + index) << 10 + index << 5) << 12
    return AddressRange(first: first, last: first | 0xFFF)
  }

  static func empty() { window.forEachMapping { _ = try? window.vunmap($0.pages.first.address) } }
}
#endif
