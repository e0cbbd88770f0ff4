import Frames
import Oracle
import Pageable
import Paging
import Primitives
import SimulatedMMU
import VMem

/// Pageable memory on a simulated machine: an adversarial MMU, a disk whose transfers end when and how a test likes, and
/// a model that knows what every page has to hold.
final class World {
  typealias Memory = PageableMemory<SimulatedMMU, NoLock>

  static let owner = Owner(rawValue: 30)
  static let marks = WaterMarks(minimum: 4, low: 8, high: 12)

  /// What a touch came to.
  enum Touch: Equatable {
    case done
    /// The page held something else than what was written last.
    case wrong
    case stale
    case waits(WaitReason)
    case failed(FaultFailure)
  }

  /// A transfer that the disk has, and what the frames held when it took it.
  struct Pending {
    var transfer: Transfer
    var early: [[UInt32]]
  }

  let fixture: Fixture
  let kva: Arena<UInt32, NoLock>
  let memory: Memory
  var slots: [UInt32: [UInt32]] = [:]
  var pending: [Pending] = []
  /// What each page that is somebody's was written last; 0 for never.
  var contents: [UInt32: UInt32] = [:]
  private var blocks: [UnsafeMutableRawBufferPointer] = []
  private var stamp: UInt32 = 0

  /// - Parameters:
  ///   - residents: The most pages in memory.
  ///   - isForced: Whether eviction is forced.
  ///   - slotCount: Slots of the disk; nil for none attached.
  init(
    frames: UInt32 = 160, residents: UInt32 = 8, slotCount: UInt32? = 64, processors: Int = 2,
    isForced: Bool = false
  ) {
    var blocks: [UnsafeMutableRawBufferPointer] = []
    func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
      blocks.append(.allocate(byteCount: count, alignment: 16))
      return blocks.last!
    }
    var configuration = Fixture.Configuration()
    configuration.memoryFrames = frames
    configuration.processors = processors
    fixture = Fixture(configuration)
    typealias Addresses = Arena<UInt32, NoLock>
    kva = try! Addresses.create(
      name: "kva", quantum: 4096, storage: bytes(Addresses.storageSize(spans: 1, allocations: 64)))
    try! kva.add(span: AddressRange(first: 0xE000_0000, last: 0xFFFF_FFFF))
    let arena = try! Addresses.create(
      name: "pageable", quantum: 4096, storage: bytes(Addresses.storageSize(spans: 16, allocations: 256)))
    arena.setSource(.arena(kva), quantum: 4 << 20)
    memory = Memory.create(
      arena: arena, pageMap: fixture.map, owner: Self.owner, marks: Self.marks, residents: residents,
      storage: bytes(Memory.storageSize(residents: residents)), lock: NoLock())!
    self.blocks = blocks
    memory.isForcingEviction = isForced
    // The count is in storage of the world, which outlives the memory's use.
    let calls = bytes(8).bindMemory(to: Int.self)
    calls[0] = 0
    self.calls = calls
    memory.setChangeHook(
      ChangeHook({ $0!.assumingMemoryBound(to: Int.self).pointee += 1 }, context: calls.baseAddress))
    if let slotCount { attach(slotCount) }
  }

  private var calls = UnsafeMutableBufferPointer<Int>(start: nil, count: 0)

  /// How often those who wait were woken.
  var wakeUps: Int { calls[0] }

  deinit {
    for block in blocks { block.deallocate() }
  }

  func attach(_ slotCount: UInt32) {
    blocks.append(.allocate(byteCount: Memory.slotStorageSize(slots: slotCount), alignment: 16))
    try! memory.attach(SwapArea(named: (slotCount + 1) * 8)!, storage: blocks.last!)
  }

  /// Storage that lives as long as the world.
  func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    blocks.append(.allocate(byteCount: count, alignment: 16))
    return blocks.last!
  }

  // MARK: Addresses

  func allocate(pages: UInt32, hasGuard: Bool = false) throws(PageableError) -> AddressRange<UInt32> {
    let range = try memory.allocate(Request(count: pages << 12), hasGuard: hasGuard)
    for page in range.first >> 12...range.last >> 12 { contents[page] = 0 }
    if hasGuard { contents[range.last >> 12] = nil }
    return range
  }

  func free(_ range: AddressRange<UInt32>) throws(PageableError) {
    try memory.free(range)
    for page in range.first >> 12...range.last >> 12 { contents[page] = nil }
  }

  // MARK: Processors

  private func words(_ frame: FrameNumber) -> UnsafeMutablePointer<UInt32> {
    fixture.mmu.memory(of: frame).baseAddress!.assumingMemoryBound(to: UInt32.self)
  }

  private static let places = [0, 1, 511, 1023]

  /// Touches a page once, with all faults that can be resolved at once; a write changes it, a read compares.
  func touch(_ page: UInt32, isWrite: Bool, on processor: Int = 0, context: FaultContext = .ordinary) -> Touch
  {
    for _ in 0..<4 {
      switch fixture.mmu.access(PageNumber(page), isWrite: isWrite, on: processor) {
      case .stale: return .stale
      case .frame(let frame):
        let holds = Self.places.allSatisfy { words(frame)[$0] == expected(page, $0) }
        if isWrite {
          stamp += 1
          contents[page] = stamp
          for place in Self.places { words(frame)[place] = expected(page, place) }
        }
        return holds ? .done : .wrong
      case .fault:
        switch memory.fault(page << 12 | 0x123, isWrite: isWrite, context: context) {
        case .resolved: if memory.isForcingEviction { memory.reveal(page << 12 | 0x123) }
        case .wait(let reason, _): return .waits(reason)
        case .failed(let failure): return .failed(failure)
        }
      }
    }
    return .stale
  }

  private func expected(_ page: UInt32, _ place: Int) -> UInt32 {
    let stamp = contents[page] ?? 0
    return stamp == 0 ? 0 : stamp &* 0x0101_0101 ^ page ^ UInt32(place)
  }

  /// Touches a page and drives disk and eviction as long as it waits.
  func touchPatiently(_ page: UInt32, isWrite: Bool) -> Touch {
    for _ in 0..<64 {
      let touch = touch(page, isWrite: isWrite)
      guard case .waits(let reason) = touch else { return touch }
      if reason == .frames { _ = memory.evict(upTo: 8) }
      settle()
    }
    return .waits(.page)
  }

  // MARK: Disk

  /// Gives the disk everything that waits.
  func submit() {
    while let transfer = memory.nextTransfer() {
      let early = (0..<transfer.count).map { snapshot(transfer.frame($0)) }
      pending.append(Pending(transfer: transfer, early: early))
    }
  }

  private func snapshot(_ frame: FrameNumber) -> [UInt32] {
    Array(UnsafeBufferPointer(start: words(frame), count: 1024))
  }

  /// Ends a transfer. What is written is what the frames hold now, what they held when the disk took them, or half of
  /// each: the disk may look at any time in between.
  func complete(_ index: Int, _ result: TransferResult = .done, mixing: Int = 0) {
    let pending = pending.remove(at: index)
    let transfer = pending.transfer
    for item in 0..<transfer.count {
      let slot = transfer.slot + UInt32(item)
      if case .failed(let bad) = result, item >= bad {
        // Half of the page that failed may have gone through.
        if transfer.isWrite, item == bad { slots[slot] = torn(slots[slot], pending.early[item]) }
        continue
      }
      if transfer.isWrite {
        let now = snapshot(transfer.frame(item))
        slots[slot] = mixing == 0 ? now : mixing == 1 ? pending.early[item] : torn(now, pending.early[item])
      } else {
        let stored = slots[slot] ?? Array(repeating: 0xDEAD_BEEF, count: 1024)
        for place in 0..<1024 { words(transfer.frame(item))[place] = stored[place] }
      }
    }
    memory.complete(transfer, result)
  }

  private func torn(_ old: [UInt32]?, _ new: [UInt32]) -> [UInt32] {
    Array(new[..<512]) + Array((old ?? Array(repeating: 0, count: 1024))[512...])
  }

  /// Ends all transfers well, also those that come of it.
  func settle() {
    submit()
    while !pending.isEmpty {
      complete(0)
      submit()
    }
  }

  /// Sends everything out that can go.
  func evictAll() {
    while true {
      let eviction = memory.evict(upTo: 8, isForced: true)
      settle()
      if eviction.total == 0 { return }
    }
  }

  /// The frames of this memory, as the allocator has them.
  var framesHeld: Int {
    var held = 0
    for frame in 0..<fixture.frames.frameLimit
    where fixture.frames.record(of: FrameNumber(frame)).owner == Self.owner {
      held += 1
    }
    return held
  }

  /// The first invariant that does not hold, here or below; nil if all do.
  ///
  /// - Parameter everything: Whether the rooms below are asked too, which takes longer.
  func violation(everything: Bool = true) -> String? {
    do { try memory.checkInvariants() } catch { return "\(error)" }
    guard everything else { return nil }
    do { try fixture.map.checkInvariants() } catch { return "\(error)" }
    do { try fixture.frames.checkInvariants() } catch { return "\(error)" }
    let broken = memory.arena.checkInvariants()
    return broken != 0 ? "VMem-I\(broken)" : nil
  }
}
