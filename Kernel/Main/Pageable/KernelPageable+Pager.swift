#if os(none)
import Disks
import Frames
import KMem
import Machine
import Pageable
import Primitives
import Text
import Threads

/// The thread that moves pages: sends them out when memory runs short, and drives the disk.
///
/// It takes no memory, touches nothing pageable and waits for nobody but the disk (law 7).
extension KernelPageable {
  private nonisolated(unsafe) static var storedWork = WaitChannel(name: "work for the pager")
  private nonisolated(unsafe) static var isCalled = false
  /// Whether the caches were reaped since memory last was short. The pager's own.
  private nonisolated(unsafe) static var hasReaped = false
  /// The pager's number; 0 before it runs, which is the number of the thread that booted.
  private nonisolated(unsafe) static var pagerNumber: UInt32 = .max
  private nonisolated(unsafe) static var storedDisk: KernelDisks.Disk?

  private static var work: Place<WaitChannel> {
    // A global stays where it is.
    unsafe withUnsafeMutablePointer(to: &storedWork) { unsafe Place($0) }
  }

  /// Whether the running thread is the pager.
  static var isPager: Bool { unsafe KernelThreads.scheduler.current.value.number == pagerNumber }

  /// Whether there is a disk to send pages to.
  static var hasDisk: Bool { unsafe storedDisk != nil }

  /// Begins to send pages to `disk`, whose slots were attached.
  static func startPager(on disk: KernelDisks.Disk) {
    unsafe storedDisk = disk
    do throws(ThreadStackError) {
      // Never joined: it has no end.
      _ = try KernelThread("pager") { _ in KernelPageable.page() }
    } catch { panic("no stack for the pager") }
  }

  /// Tells the pager that somebody waits, or that memory is short. Any context.
  static func wakePager() {
    unsafe isCalled = true
    KernelThreads.scheduler.wakeOne(work)
  }

  private static func page() -> Never {
    unsafe pagerNumber = KernelThreads.scheduler.current.value.number
    while true {
      unsafe isCalled = false
      // Both, each time: reads that wait come before what goes out, and that goes on while there is a demand.
      let hasMoved = moveOne()
      let hasEvicted = evictSome()
      if hasMoved || hasEvicted { continue }
      KernelThreads.scheduler.sleep(on: work) { unsafe !isCalled }
    }
  }

  /// Caches come first, once each time that memory runs short: what they hold costs no transfer. Those of kmem alone,
  /// which are wired; reaping pageable ones might touch what is on the disk (law 7).
  private static func evictSome() -> Bool {
    let isShort = memory.evictionDemand > 0
    if isShort, unsafe !hasReaped { KernelHeap.kmem.reap() }
    unsafe hasReaped = isShort
    guard let eviction = memory.relieve() else { return false }
    return eviction.total > 0
  }

  /// Does one transfer; whether there was one.
  private static func moveOne() -> Bool {
    guard let disk = unsafe storedDisk, let transfer = memory.nextTransfer() else { return false }
    var result = TransferResult.done
    for index in 0..<transfer.count where result == .done {
      do throws(DiskError) { try move(transfer, index, disk) } catch {
        report(error, transfer, index)
        result = .failed(index: index)
      }
    }
    memory.complete(transfer, result)
    return true
  }

  /// A page is eight sectors.
  private static func move(_ transfer: Transfer, _ index: Int, _ disk: KernelDisks.Disk) throws(DiskError) {
    let slot = UInt64(transfer.slot) + UInt64(index)
    guard let sectors = SectorRange(first: slot << 3, countMinusOne: 7) else { panic("no such slot") }
    // The frame stays where it is until `complete`. Somebody who takes it back may write to it meanwhile, and then
    // what the disk has counts for nothing.
    let bytes = unsafe HardwareMMU().memory(of: transfer.frame(index))
    let request =
      unsafe transfer.isWrite
      ? DiskRequest.write(sectors, from: UnsafeRawBufferPointer(bytes)) : .read(sectors, into: bytes)
    try disk.perform(request)
  }

  private static func report(_ error: DiskError, _ transfer: Transfer, _ index: Int) {
    var console = ConsoleSink()
    console.write(transfer.isWrite ? "swap: writing slot " : "swap: reading slot ")
    console.write(decimal: transfer.slot + UInt32(truncatingIfNeeded: index))
    console.write(" failed: ")
    console.write(error)
    console.newline()
  }
}
#endif
