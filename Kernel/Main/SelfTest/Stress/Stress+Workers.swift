#if os(none)
import Frames
import Instructions
import Machine
import Pageable
import Primitives
import Threads
import Traces
import VMap
import VMem

/// What each worker does, step by step.
extension Stress {
  /// The entry of every worker's thread.
  static func work(_ argument: UInt) {
    guard let worker = Worker(rawValue: Int(argument)) else { return }
    while !mayBegin { KernelThreads.scheduler.sleep(ticks: 1) }
    switch worker {
    case .first, .second, .third: touch(worker)
    case .pages: allocatePages(worker)
    case .heap: allocateMemory(worker)
    case .window: mapAndUnmap(worker)
    case .miser: takeAndGiveBack(worker)
    }
    Watchdog.end(worker.rawValue)
  }

  private static func repeating(_ worker: Worker, _ step: (inout XorShift32) -> Void) {
    var dice = dice(for: worker)
    for _ in 0..<worker.share(of: steps) {
      step(&dice)
      Watchdog.note(worker.rawValue)
    }
  }

  /// Pages in thirds: each has one toucher, and the other two look at its mark now and then.
  private static func touch(_ worker: Worker) {
    let number = UInt32(worker.rawValue)
    repeating(worker) { dice in
      let page = dice.next(below: pages / 3) * 3 + number
      if !holds(page) { noteWrong() }
      if dice.next(below: 2) == 0 { write(page) }
      if dice.next(below: 8) == 0 {
        let other = dice.next(below: pages)
        let found = cpu_load32(address(other) + markOffset)
        if found != 0, found != mark(other) { noteWrong() }
      }
    }
  }

  /// Pageable allocations that come and go, some of which are made to fail.
  private static func allocatePages(_ worker: Worker) {
    var ranges = InlineArray<16, AddressRange<UInt32>?>(repeating: nil)
    repeating(worker) { dice in
      let slot = Int(dice.next(below: 16))
      if let range = ranges[slot] {
        freePages(range)
        ranges[slot] = nil
        return
      }
      let isInjected = dice.next(below: 16) == 0
      ranges[slot] = takePages(1 + dice.next(below: 24), isInjected: isInjected)
    }
    for slot in 0..<16 { if let range = ranges[slot] { freePages(range) } }
  }

  private static func takePages(_ count: UInt32, isInjected: Bool) -> AddressRange<UInt32>? {
    let memory = KernelPageable.memory
    // No other worker takes promises, so it is this one's that fails.
    if isInjected { memory.fault = FaultPoint(failing: 1) }
    defer { memory.fault = FaultPoint() }
    do throws(PageableError) {
      let range = try KernelPageable.allocate(bytes: count << 12)
      if isInjected { noteWrong() }
      for page in 0..<count where page % 3 != 1 { cpu_store32(range.first + page << 12 + 8, ~page) }
      return range
    } catch {
      if isInjected, !memory.fault.isArmed { noteInjected() } else { noteRefused() }
      return nil
    }
  }

  private static func freePages(_ range: AddressRange<UInt32>) {
    for page in 0...range.countMinusOne >> 12 {
      let found = cpu_load32(range.first + page << 12 + 8)
      if found != (page % 3 == 1 ? 0 : ~page) { noteWrong() }
    }
    do throws(PageableError) { try KernelPageable.free(range) } catch { noteWrong() }
  }

  /// kmem, small and large, and frames that are refused for once, to whichever worker asks for the one that is chosen.
  private static func allocateMemory(_ worker: Worker) {
    let frames = KernelMemory.shared.frames
    var isArmed = false
    var blocks = InlineArray<24, UInt32>(repeating: 0)
    var sizes = InlineArray<24, UInt32>(repeating: 0)
    repeating(worker) { dice in
      let slot = Int(dice.next(below: 24))
      if blocks[slot] != 0 {
        release(blocks[slot], sizes[slot])
        blocks[slot] = 0
        return
      }
      if isArmed, !frames.fault.isArmed {
        // It has struck since.
        isArmed = false
        noteInjected()
      }
      if !isArmed, dice.next(below: 32) == 0 {
        frames.fault = FaultPoint(failing: 1 + dice.next(below: 8))
        isArmed = true
      }
      sizes[slot] = 8 << dice.next(below: 11) + 4 * dice.next(below: 16)
      blocks[slot] = take(sizes[slot])
    }
    for slot in 0..<24 where blocks[slot] != 0 { release(blocks[slot], sizes[slot]) }
    if isArmed, !frames.fault.isArmed { noteInjected() }
    frames.fault = FaultPoint()
  }

  /// The address of that many bytes; 0 where there are none.
  private static func take(_ size: UInt32) -> UInt32 {
    guard let block = unsafe KernelHeap.allocate(Int(size)) else {
      noteRefused()
      return 0
    }
    let address = UInt32(UInt(bitPattern: block))
    cpu_store32(address, address ^ size)
    cpu_store32(address + size - 4, ~address)
    return address
  }

  private static func release(_ address: UInt32, _ size: UInt32) {
    if cpu_load32(address + size - 4) != ~address { noteWrong() }
    if size > 4, cpu_load32(address) != address ^ size { noteWrong() }
    guard let block = unsafe UnsafeMutableRawPointer(bitPattern: UInt(address)) else { return }
    unsafe KernelHeap.free(block, size: Int(size))
  }

  /// Maps the firmware's memory as a whole, for the worker that compares; nil where that is refused.
  static func mapWhole() -> Mapping? {
    let options = MappingOptions(.uncached, owner: Owners.register("self-test"))
    return try? KernelMemory.shared.window.vmap(romAddress, size: 0x1_0000, options)
  }

  /// Mappings of the firmware's memory, compared with one that stays.
  private static func mapAndUnmap(_ worker: Worker) {
    let window = KernelMemory.shared.window
    let options = MappingOptions(.uncached, owner: Owners.register("self-test"))
    var mappings = InlineArray<8, UInt32>(repeating: 0)
    repeating(worker) { dice in
      let slot = Int(dice.next(below: 8))
      if mappings[slot] != 0 {
        unmap(mappings[slot])
        mappings[slot] = 0
        return
      }
      let page = dice.next(below: 16)
      let size = (1 + dice.next(below: 16 - page)) << 12
      guard let mapping = try? window.vmap(romAddress + page << 12, size: size, options) else {
        return noteRefused()
      }
      mappings[slot] = mapping.address
      let offset = dice.next(below: size >> 2) << 2
      if cpu_load32(mapping.address + offset) != cpu_load32(wholeAddress + page << 12 + offset) {
        noteWrong()
      }
    }
    for slot in 0..<8 where mappings[slot] != 0 { unmap(mappings[slot]) }
  }

  /// The last 64 KiB below 1 MiB, on every machine.
  private static var romAddress: UInt32 { 0xF_0000 }

  static func unmap(_ address: UInt32) {
    do throws(VMapError) { try KernelMemory.shared.window.vunmap(address) } catch { noteWrong() }
  }

  /// Takes nearly all frames that are free, holds them for a while, gives them back: forced shortage.
  private static func takeAndGiveBack(_ worker: Worker) {
    let frames = KernelMemory.shared.frames
    let owner = Owners.register("self-test")
    let rest = WaterMarks(total: frames.statistics.total).minimum / 2
    while !Watchdog.areDone(Worker.counted) {
      var chain = FrameChain()
      while frames.statistics.free > rest, let frame = frames.takeOne(owner) {
        chain.push(frame, link: frames)
      }
      KernelThreads.scheduler.sleep(ticks: 3)
      while let frame = chain.take(link: frames) { frames.giveBack(frame, isZero: false) }
      Watchdog.note(worker.rawValue)
      KernelThreads.scheduler.sleep(ticks: 5)
    }
  }
}
#endif
