#if os(none)
import Frames
import Instructions
import KMem
import Machine
import Pageable
import Paging
import Primitives
import Text
import Threads
import VMap
import VMem

/// Ways to die, each chosen by `fatal=<name>` on the kernel's command line, so that a test can assert which report
/// comes. What follows the word `panic:` differs for each; the exit status is always 97.
enum FatalScenario {
  /// Writes through a null pointer.
  case null
  /// Writes to the kernel's own instructions.
  case text
  /// Writes to the kernel's constants.
  case constants
  /// Calls itself until the stack is full.
  case stack
  /// The same on the stack of a thread.
  case threadStack
  /// Lets all threads sleep for what none of them frees.
  case deadlock
  /// Touches memory that faults with interrupts off.
  case maskedFault
  /// Fails a precondition.
  case precondition
  /// Adds past the end of a UInt32.
  case overflow
  /// Takes an element behind the last one.
  case bounds
  /// Gives a frame back twice.
  case doubleFree
  /// Frees memory of kmem twice.
  case kmemFree
  /// Writes behind an object of kmem, where the cache for 64 bytes has guard pages.
  case overrun
  /// Reads an object of that cache that was freed.
  case stale
  /// Reads from device memory after its mapping is gone.
  case vunmap
  /// Faults while it reports.
  case report
  /// Reads what a multiboot loader would have left, with the magic of another loader.
  case magic
  /// Reads multiboot information whose flags say that it holds nothing.
  case noMap

  /// Touches pageable memory that was freed.
  case freed
  /// Touches pageable memory with a lock held; wants a swap disk.
  case locked
  /// Touches pageable memory that is resident with a lock held, which only forced eviction catches.
  case residentLocked
  /// The same in the handler of an interrupt.
  case residentInterrupt
  /// Waits for what nobody gives, and is watched.
  case stuck
  /// Touches a page whose slot cannot be read; wants a disk that fails so.
  case unreadable

  /// The scenario of that name.
  init?(named name: Span<UInt8>) {
    if name.equals("null") {
      self = .null
    } else if name.equals("text") {
      self = .text
    } else if name.equals("constants") {
      self = .constants
    } else if name.equals("stack") {
      self = .stack
    } else if name.equals("threadstack") {
      self = .threadStack
    } else if name.equals("deadlock") {
      self = .deadlock
    } else if name.equals("maskedfault") {
      self = .maskedFault
    } else if name.equals("precondition") {
      self = .precondition
    } else if name.equals("overflow") {
      self = .overflow
    } else if name.equals("bounds") {
      self = .bounds
    } else if name.equals("doublefree") {
      self = .doubleFree
    } else if name.equals("kmemfree") {
      self = .kmemFree
    } else if name.equals("overrun") {
      self = .overrun
    } else if name.equals("stale") {
      self = .stale
    } else if name.equals("vunmap") {
      self = .vunmap
    } else if name.equals("report") {
      self = .report
    } else if name.equals("magic") {
      self = .magic
    } else if name.equals("nomap") {
      self = .noMap
    } else if name.equals("freed") {
      self = .freed
    } else if name.equals("locked") {
      self = .locked
    } else if name.equals("residentlocked") {
      self = .residentLocked
    } else if name.equals("residentinterrupt") {
      self = .residentInterrupt
    } else if name.equals("stuck") {
      self = .stuck
    } else if name.equals("unreadable") {
      self = .unreadable
    } else {
      return nil
    }
  }

  /// Dies. Should the kernel survive, that is a failure of its own, and says so.
  func run(_ memory: KernelMemory) -> Never {
    switch self {
    case .null: cpu_store32(0, 0xDEAD_BEEF)
    case .text: cpu_store32(KernelImage.text.first, 0xDEAD_BEEF)
    case .constants: cpu_store32(KernelImage.constants.first, 0xDEAD_BEEF)
    case .stack: Console.write(decimal: recurse(depth: 1))
    case .threadStack: overflowThread()
    case .deadlock: lockUp()
    case .maskedFault: touchWithInterruptsOff()
    case .precondition: failPrecondition(3)
    case .overflow: Console.write(decimal: increment(.max))
    case .bounds: Console.write(decimal: pick(4))
    case .doubleFree: freeTwice(memory.frames)
    case .kmemFree: freeMemoryTwice()
    case .overrun: fillTooMuch()
    case .stale: readFreedMemory()
    case .vunmap: touchAfterVunmap(memory.window)
    case .report: panicWithoutWords()
    case .magic: _ = bootInformation(magic: 0x36D7_6289, address: 0)
    case .freed: touchFreed(memory)
    case .locked: touchLocked(isResident: false)
    case .residentLocked: touchLocked(isResident: true)
    case .residentInterrupt: touchResidentInInterrupt()
    case .stuck: getStuck()
    case .unreadable: touchUnreadable()
    // The double fault's stack is all zero as long as there was none.
    case .noMap: _ = bootInformation(magic: 0x2BAD_B002, address: KernelStack.doubleFault.first - 0xC000_0000)
    }
    panic("the kernel survived a fatal scenario")
  }
}

// Each of these is out of line, so that the compiler sees neither the value that kills nor that nothing follows.

@inline(never)
private func recurse(depth: UInt32) -> UInt32 {
  // Two calls, so that neither is a tail call.
  depth == 0 ? 0 : recurse(depth: depth &+ 1) ^ recurse(depth: depth &+ 2)
}

/// A thread that recurses; the scenario waits for its end.
@inline(never)
private func overflowThread() {
  do throws(ThreadStackError) {
    let thread = try KernelThread("deep", entry: { _ in Console.write(decimal: recurse(depth: 1)) })
    thread.join()
  } catch { panic("no stack for a thread") }
}

/// Two threads that hold an arena together, and both want more; the scenario waits for their end.
@inline(never)
private func lockUp() {
  do throws(ThreadStackError) {
    guard TrialArena.make(count: 100, name: "trial") else { panic("no arena for a scenario") }
    let first = try KernelThread("writer", entry: { _ in TrialArena.takeTwice(60, 70) })
    let second = try KernelThread("reader", entry: { _ in TrialArena.takeTwice(30, 20) })
    first.join()
    second.join()
  } catch { panic("no stack for a thread") }
}

/// The last page of kva, whose faults somebody answers.
@inline(never)
private func touchWithInterruptsOff() {
  let range = AddressRange<UInt32>(first: 0xFFFF_F000, last: 0xFFFF_FFFF)
  guard PageFaults.handle(range, by: { _, _, _, _ in true }) else { panic("no room for a handler") }
  withInterruptsDisabled { _ = cpu_load32(range.first) }
}

@inline(never)
private func failPrecondition(_ value: UInt32) {
  precondition(value > 3, "a precondition that fails on purpose")
}

@inline(never)
private func increment(_ value: UInt32) -> UInt32 { value + 1 }

@inline(never)
private func pick(_ index: Int) -> UInt32 {
  let numbers: InlineArray<4, UInt32> = [2, 3, 5, 7]
  return numbers[index]
}

@inline(never)
private func freeTwice(_ frames: FrameAllocator<KernelLock>) {
  let owner = Owners.register("fatal scenario")
  do throws(FrameError) {
    let frame = try frames.allocate(owner: owner)
    try frames.free(frame, owner: owner)
    try frames.free(frame, owner: owner)
  } catch {
    guard case .doubleFree(let frame) = error else { panic("the frame allocator refused for another reason") }
    panic("double free of a frame", .range("frame", frame.address, frame.address | 0xFFF))
  }
}

@inline(never)
private func freeMemoryTwice() {
  guard let object = unsafe KernelHeap.allocate(64) else { panic("no memory to free twice") }
  unsafe KernelHeap.free(object, size: 64)
  unsafe KernelHeap.free(object, size: 64)
}

/// A panic whose words lie on page 0.
@inline(never)
private func panicWithoutWords() {
  var words: StaticString = "words that cannot be read"
  // The first word of a string with a pointer is that pointer; nothing but the report reads it.
  unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.storeBytes(of: 8, as: UInt32.self) }
  panic(words)
}

@inline(never)
private func fillTooMuch() {
  guard let object = unsafe KernelHeap.kmem.allocate(64, caller: 0xC0DE) else {
    panic("no memory to overrun")
  }
  let address = UInt32(UInt(bitPattern: object))
  for offset in 0...UInt32(64) { cpu_store8(address + offset, 0x42) }
}

@inline(never)
private func readFreedMemory() {
  guard let object = unsafe KernelHeap.allocate(64) else { panic("no memory to free") }
  unsafe KernelHeap.free(object, size: 64)
  // Others that come and go do not get the same address.
  for _ in 0..<100 {
    guard let other = unsafe KernelHeap.allocate(64) else { panic("no memory to free") }
    unsafe KernelHeap.free(other, size: 64)
  }
  _ = cpu_load32(UInt32(UInt(bitPattern: object)))
}

@inline(never)
private func touchAfterVunmap(_ window: VMap<HardwareMMU, KernelLock>) {
  // The display's text page, which is there on every machine.
  let display: UInt32 = 0xB_8000
  do throws(VMapError) {
    let mapping = try window.vmap(
      display, size: 4096, MappingOptions(.uncached, owner: Owners.register("fatal scenario")))
    _ = cpu_load32(mapping.address)
    try window.vunmap(mapping.address)
    _ = cpu_load32(mapping.address)
  } catch { panic("the display's page was not mapped and unmapped") }
}

@inline(never)
private func touchFreed(_ memory: KernelMemory) {
  do throws(PageableError) {
    let range = try KernelPageable.allocate(bytes: 8192)
    let neighbour = try KernelPageable.allocate(bytes: 4096)
    cpu_store32(range.first, 1)
    try KernelPageable.free(range)
    _ = cpu_load32(range.first)
    try KernelPageable.free(neighbour)
  } catch { panic("pageable memory was refused") }
}

/// A page that was touched just before is mapped unless eviction is forced; one that never was has, with a disk, no frame yet.
@inline(never)
private func touchLocked(isResident: Bool) {
  do throws(PageableError) {
    let range = try KernelPageable.allocate(bytes: 4096)
    if isResident { cpu_store32(range.first, 1) }
    let lock = KernelLock()
    let token = lock.acquire()
    _ = cpu_load32(range.first)
    lock.release(token)
  } catch { panic("pageable memory was refused") }
}

/// One of two workers sleeps after a step, the other goes on.
@inline(never)
private func getStuck() {
  do throws(ThreadStackError) {
    Watchdog.begin(workers: 2)
    let first = try KernelThread(
      "sleeper",
      entry: { _ in
        Watchdog.note(0)
        KernelThreads.scheduler.sleep(on: Notes.channel) { true }
      })
    let second = try KernelThread(
      "walker",
      entry: { _ in
        while true {
          Watchdog.note(1)
          KernelThreads.scheduler.sleep(ticks: 1)
        }
      })
    Watchdog.watch(0..<2, patience: 50)
    first.join()
    second.join()
  } catch { panic("no stack for a thread") }
}

/// In the handler of line 5, which no device here has.
@inline(never)
private func touchResidentInInterrupt() {
  do throws(PageableError) {
    let range = try KernelPageable.allocate(bytes: 4096)
    cpu_store32(range.first, 1)
    Interrupts.handle(vector: Interrupts.firstLineVector + 5, context: range.first) { _ = cpu_load32($0) }
    cpu_interrupt_line5()
  } catch { panic("pageable memory was refused") }
}

@inline(never)
private func touchUnreadable() {
  do throws(PageableError) {
    let range = try KernelPageable.allocate(bytes: 4096)
    cpu_store32(range.first, 1)
    while KernelPageable.memory.pageState(at: range.first) != .swapped {
      _ = KernelPageable.memory.evict(upTo: 8, isForced: true)
      KernelPageable.wakePager()
      KernelThreads.scheduler.yield()
    }
    _ = cpu_load32(range.first)
  } catch { panic("pageable memory was refused") }
}
#endif
