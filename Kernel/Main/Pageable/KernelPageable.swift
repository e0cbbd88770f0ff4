#if os(none)
import Frames
import Machine
import Pageable
import Paging
import Primitives
import Text
import Threads
import VMap
import VMem

/// The pageable memory of the running kernel: its arena, the answer to page faults, the threads that wait for pages.
///
/// Made once at boot, when threads are up; from then on reachable by everyone who may sleep.
enum KernelPageable {
  typealias Memory = PageableMemory<HardwareMMU, KernelLock>

  /// Nil until `start`.
  private nonisolated(unsafe) static var storedMemory: Memory?
  /// Where those sleep whose fault has to wait.
  private nonisolated(unsafe) static var storedChannel = WaitChannel(name: "a page")

  static var memory: Memory {
    guard let memory = unsafe storedMemory else { panic("pageable memory is used before it is there") }
    return memory
  }

  static var isStarted: Bool { unsafe storedMemory != nil }

  static var channel: Place<WaitChannel> {
    // A global stays where it is.
    unsafe withUnsafeMutablePointer(to: &storedChannel) { unsafe Place($0) }
  }

  private nonisolated(unsafe) static var label = NamedOwner("pageable")
  static var owner: Owner { unsafe label.owner }

  /// Allocations that the arena has room for in the storage that it starts with; more come from frames.
  private static var tags: Int { 64 }

  /// Makes the memory, without a disk.
  ///
  /// Says so and does without where the machine has too little memory for the books and the reserve.
  static func start(_ kernel: KernelMemory) {
    let total = kernel.frames.statistics.total
    let residents = min(total, kernel.frames.directLimit)
    let arenaSize = Arena<UInt32, KernelLock>.storageSize(spans: 2, allocations: tags)
    let memorySize = Memory.storageSize(residents: residents)
    guard let storage = WiredStorage(bytes: arenaSize + memorySize + 16, owner: owner, kernel.frames),
      let arena = unsafe makeArena(storage.bytes(from: 0, count: arenaSize), kernel)
    else { return Console.write("pageable   no memory for its books\n") }
    let made = unsafe Memory.create(
      arena: arena, pageMap: kernel.pageMap, owner: owner, marks: WaterMarks(total: total),
      residents: residents,
      storage: storage.bytes(from: (arenaSize + 15) & ~15, count: memorySize), lock: KernelLock())
    guard let made else { return Console.write("pageable   no memory for its reserve\n") }
    unsafe storedMemory = made
    // Uses nothing but the scheduler.
    unsafe made.setChangeHook(ChangeHook({ _ in KernelThreads.scheduler.wakeAll(KernelPageable.channel) }))
    let isHandled = PageFaults.handle(
      KernelMemory.virtualAddresses, owning: { _, address in KernelPageable.memory.covers(address) },
      by: { _, address, isWrite, _ in KernelPageable.answer(address, isWrite: isWrite) })
    if !isHandled { panic("no room for the handler of page faults") }
  }

  private static func makeArena(
    _ storage: UnsafeMutableRawBufferPointer, _ kernel: KernelMemory
  ) -> Arena<UInt32, KernelLock>? {
    do throws(CreationError) {
      let arena = unsafe try Arena<UInt32, KernelLock>.create(
        name: "pageable", quantum: 4096, storage: storage, lock: KernelLock())
      arena.setSource(.arena(kernel.window.arena), quantum: 4 << 20)
      arena.setTagSource(KernelMemory.tagSource)
      return arena
    } catch { return nil }
  }

  // MARK: Faults

  /// Answers a page fault on the stack of who touched the address: whether to try again.
  private static func answer(_ address: UInt32, isWrite: Bool) -> Bool {
    guard let failure = makeResident(address, isWrite: isWrite) else {
      if memory.isForcingEviction {
        // They stay off until the instruction is repeated, or an interrupt in between would hide its page again.
        _ = ProcessorInterrupts.disable()
        memory.reveal(address)
      }
      return true
    }
    // A wild pointer is reported like any other; what is ours is explained first.
    if case .notPageable = failure { return false }
    var console = ConsoleSink()
    console.write("\npageable: ")
    console.write(failure)
    console.newline()
    return false
  }

  /// Hides all pageable memory whenever a lock is taken or an interrupt entered, from now on; whether this image can.
  /// Boot, before anything is allocated.
  static func forceEviction() -> Bool {
    guard isStarted, Interrupts.whenMasked(call: { KernelPageable.memory.hide() }) else { return false }
    memory.isForcingEviction = true
    return true
  }

  /// Does what a touch of `address` would do, and answers why it would fail; nil if it would not. May sleep.
  static func makeResident(_ address: UInt32, isWrite: Bool) -> FaultFailure? {
    let context: FaultContext = isPager ? .pager : .ordinary
    while true {
      switch memory.fault(address, isWrite: isWrite, context: context) {
      case .resolved:
        if hasDisk, memory.evictionDemand > 0 { wakePager() }
        return nil
      case .wait(_, let generation):
        wakePager()
        KernelThreads.scheduler.sleep(on: channel) { memory.generation == generation }
      case .failed(let failure): return failure
      }
    }
  }

  // MARK: Memory

  /// Pageable pages, all zero. Context: thread.
  static func allocate(bytes: UInt32, hasGuard: Bool = false) throws(PageableError) -> AddressRange<UInt32> {
    var request = Request<UInt32>(count: bytes)
    request.owner = owner
    return try memory.allocate(request, hasGuard: hasGuard)
  }

  /// Takes back what `allocate` answered. Context: thread.
  static func free(_ range: AddressRange<UInt32>) throws(PageableError) {
    try memory.free(range)
  }
}
#endif
