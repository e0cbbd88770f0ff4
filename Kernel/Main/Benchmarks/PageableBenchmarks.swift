#if os(none)
import Frames
import Instructions
import Machine
import Pageable
import Primitives
import VMap
import VMem

/// What pageable memory costs: touches of pages that are there, and the processor's part of faults, evictions and
/// transfers.
///
/// A pageable memory of its own, whose disk is a piece of memory that this code copies from and to; copying is left out
/// of the figures. So is the driver of a real disk, and with it the two switches of threads that a wait for it takes.
enum PageableBenchmarks {
  private typealias Memory = PageableMemory<HardwareMMU, KernelLock>

  private static var pages: UInt32 { 64 }

  private nonisolated(unsafe) static var memory: Memory?
  /// A page for each slot.
  private nonisolated(unsafe) static var disk: UnsafeMutableRawBufferPointer?
  /// Instructions that copying took.
  private nonisolated(unsafe) static var copying: UInt32 = 0

  /// Interrupts are on, for pageable memory is touched; ticks are stopped.
  static func run(_ kernel: KernelMemory) {
    let report = BenchmarkReport()
    KernelThreads.stopTicks()
    defer { KernelThreads.startTicks() }
    guard let storage = BenchmarkMemory(kernel.frames, upTo: 1 << 20), make(storage, kernel),
      let memory = unsafe memory
    else { return report.skip("pageable", because: "no memory") }
    measure(report, memory)
    memory.destroy()
    do throws(DestroyError<UInt32>) { try memory.arena.destroy() } catch {
      panic("the addresses of a benchmark were not given back")
    }
    unsafe self.memory = nil
    unsafe disk = nil
  }

  private static func make(_ storage: borrowing BenchmarkMemory, _ kernel: KernelMemory) -> Bool {
    typealias Addresses = Arena<UInt32, KernelLock>
    let sizes: InlineArray<4, Int> = [
      Addresses.storageSize(spans: 2, allocations: 16), Memory.storageSize(residents: 2 * pages),
      Memory.slotStorageSize(slots: pages), Int(pages + 1) << 12,
    ]
    guard let parts = unsafe storage.split(UInt32(sizes[0])),
      let arena = unsafe try? Addresses.create(
        name: "bench", quantum: 4096, storage: parts.0, lock: KernelLock())
    else { return false }
    arena.setSource(.arena(kernel.window.arena), quantum: 4 << 20)
    let marks = WaterMarks(minimum: 0, low: 0, high: 0)
    let made = unsafe Memory.create(
      arena: arena, pageMap: kernel.pageMap, owner: Owners.register("bench"), marks: marks,
      residents: 2 * pages, storage: part(parts.1, 0, sizes[1]), lock: KernelLock())
    guard let made, let area = SwapArea(named: (pages + 1) * 8) else { return false }
    let slots = unsafe part(parts.1, sizes[1], sizes[2])
    guard unsafe (try? made.attach(area, storage: slots)) != nil else { return false }
    unsafe disk = unsafe part(parts.1, sizes[1] + sizes[2] + 64, sizes[3])
    unsafe memory = made
    return true
  }

  /// A part of the storage behind the arena's, from an offset that is rounded up to 64.
  private static func part(
    _ storage: UnsafeMutableRawBufferPointer, _ offset: Int, _ count: Int
  ) -> UnsafeMutableRawBufferPointer {
    let first = (offset + 63) & ~63
    return unsafe UnsafeMutableRawBufferPointer(rebasing: storage[first..<first + count])
  }

  private static func measure(_ report: BenchmarkReport, _ memory: Memory) {
    do throws(PageableError) {
      let range = try memory.allocate(bytes: pages << 12)
      defer { _ = try? memory.free(range) }
      let isHandled = PageFaults.handle(
        range, by: { _, address, isWrite, _ in PageableBenchmarks.answer(address, isWrite: isWrite) })
      guard isHandled else { return report.skip("pageable", because: "no room for a handler") }
      defer { PageFaults.stopHandling(from: range.first) }
      measureFaults(report, memory, range.first)
    } catch { report.skip("pageable", because: "it was refused") }
  }

  private static func measureFaults(_ report: BenchmarkReport, _ memory: Memory, _ first: UInt32) {
    let zeroFill = InstructionMeter.count {
      for page in 0..<pages { cpu_store32(first + page << 12, ~page) }
    }
    report.mean("pageable.zerofill", zeroFill, over: pages)
    measureHit(report, first)
    report.mean("pageable.evict.cpu", evictAll(memory), over: pages)
    unsafe copying = 0
    var isGood = true
    let pageIn = InstructionMeter.count {
      for page in 0..<pages where cpu_load32(first + page << 12) != ~page { isGood = false }
    }
    guard isGood else { return report.skip("pageable.pagein.cpu", because: "a page came back wrong") }
    report.mean("pageable.pagein.cpu", pageIn &- (unsafe copying), over: pages)
    // They were only read since.
    report.mean("pageable.evict.clean", evictAll(memory), over: pages)
  }

  /// Sends all pages out, eight at a time; answers what it took.
  private static func evictAll(_ memory: Memory) -> UInt32 {
    unsafe copying = 0
    let cost = InstructionMeter.count {
      while memory.evict(upTo: 8, isForced: true).total > 0 { serve(memory) }
    }
    return cost &- (unsafe copying)
  }

  /// What a load of a pageable page that is resident takes more than one of a wired page.
  private static func measureHit(_ report: BenchmarkReport, _ first: UInt32) {
    guard let frame = KernelMemory.shared.frames.takeOne(Owners.register("bench")) else {
      return report.skip("pageable.hit", because: "no frame")
    }
    defer { KernelMemory.shared.frames.giveBack(frame, isZero: false) }
    let wired = UInt32(UInt(bitPattern: unsafe HardwareMMU().memory(of: frame).baseAddress))
    let (pageable, other) = (loading(first), loading(wired))
    guard pageable >= other else { return report.skip("pageable.hit", because: "it took less than nothing") }
    report.mean("pageable.hit", pageable - other, over: 1000)
  }

  /// Not inlined, so that both calls are the same code.
  @inline(never)
  private static func loading(_ address: UInt32) -> UInt32 {
    InstructionMeter.count { for _ in 0..<1000 { _ = cpu_load32(address) } }
  }

  /// Answers a fault, and does at once what it has to wait for.
  private static func answer(_ address: UInt32, isWrite: Bool) -> Bool {
    guard let memory = unsafe memory else { return false }
    while true {
      switch memory.fault(address, isWrite: isWrite) {
      case .resolved: return true
      case .wait: serve(memory)
      case .failed: return false
      }
    }
  }

  /// The disk: does all transfers that wait.
  private static func serve(_ memory: Memory) {
    while let transfer = memory.nextTransfer() {
      unsafe copying &+= InstructionMeter.count {
        for index in 0..<transfer.count { copy(transfer, index) }
      }
      memory.complete(transfer, .done)
    }
  }

  private static func copy(_ transfer: Transfer, _ index: Int) {
    guard let disk = unsafe disk else { return }
    let offset = Int(transfer.slot) + index
    // The slot is within the disk, and the frame the transfer's until it is completed.
    let slot = unsafe UnsafeMutableRawBufferPointer(rebasing: disk[offset << 12..<(offset + 1) << 12])
    let frame = HardwareMMU().memory(of: transfer.frame(index))
    if transfer.isWrite {
      unsafe slot.copyMemory(from: UnsafeRawBufferPointer(frame))
    } else {
      unsafe frame.copyMemory(from: UnsafeRawBufferPointer(slot))
    }
  }
}
#endif
