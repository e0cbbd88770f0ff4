#if os(none)
import Disks
import Frames
import Instructions
import Machine
import Primitives

/// What a page of 4 KiB to or from a disk costs the processor: from `start` to `finish`, with every call of the handler. What
/// the interrupt's entry and two switches of threads cost comes on top, for each interrupt.
///
/// On the disks of the disk tests only, which may be overwritten at their end.
enum DiskBenchmarks {
  private nonisolated(unsafe) static var disk: KernelDisk?
  private nonisolated(unsafe) static var handlerCost: UInt32 = 0
  private nonisolated(unsafe) static var handlerCalls: UInt32 = 0

  private static var owner: Owner { Owners.register("benchmark") }

  /// With interrupts on, and threads.
  static func run(_ memory: KernelMemory) {
    let report = BenchmarkReport()
    guard let frame = memory.frames.takeOne(owner) else {
      return report.skip("disk", because: "no memory for a page")
    }
    defer { memory.frames.giveBack(frame, isZero: false) }
    var isMeasured = false
    for number in 0..<KernelDisks.count {
      guard let disk = KernelDisks.disk(number), isForTests(disk, frame) else { continue }
      isMeasured = true
      switch disk.driver {
      case .ata(let ata):
        if let slow = disk.withoutEngine {
          measure(slow, frame, report, "disk.ata.pio.page.read", "disk.ata.pio.page.write")
        }
        if ata.usesEngine {
          measure(disk, frame, report, "disk.ata.dma.page.read", "disk.ata.dma.page.write")
        }
      case .virtio: measure(disk, frame, report, "disk.virtio.page.read", "disk.virtio.page.write")
      }
    }
    if !isMeasured { report.skip("disk", because: "no disk of the disk tests") }
  }

  private static func bytes(_ frame: FrameNumber, _ sectors: Int) -> UnsafeMutableRawBufferPointer {
    // A part of a frame that is ours.
    unsafe UnsafeMutableRawBufferPointer(
      rebasing: HardwareMMU().memory(of: frame)[..<(sectors * SectorRange.bytesPerSector)])
  }

  /// `Tessera test\0\0\0\1` in its first sector.
  private static func isForTests(_ disk: KernelDisk, _ frame: FrameNumber) -> Bool {
    let sector = unsafe bytes(frame, 1)
    do throws(DiskError) { unsafe try disk.perform(.read(SectorRange(only: 0), into: sector)) } catch {
      return false
    }
    return unsafe sector.loadUnaligned(as: UInt64.self) == 0x2061_7265_7373_6554
      && sector.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == 0x0100_0000_7473_6574
  }

  private static func measure(
    _ disk: KernelDisk, _ frame: FrameNumber, _ report: BenchmarkReport, _ read: StaticString,
    _ write: StaticString
  ) {
    guard let line = disk.controller.value.line,
      let sectors = SectorRange(first: disk.lastSector - 7, countMinusOne: 7)
    else { return report.skip(read, because: "no interrupt line") }
    unsafe self.disk = disk
    Interrupts.handle(vector: Interrupts.firstLineVector + UInt32(line)) { _ in DiskBenchmarks.handle() }
    let page = unsafe bytes(frame, 8)
    // What is read is written back: the disk of the tests stays as it was.
    if let cost = unsafe cost(of: .read(sectors, into: page), disk) { report.figure(read, cost) }
    if let cost = unsafe cost(of: .write(sectors, from: UnsafeRawBufferPointer(page)), disk) {
      report.figure(write, cost)
    }
    KernelDisks.startInterrupts()
  }

  /// The handler of the line, which counts itself.
  @inline(never) private static func handle() {
    guard let disk = unsafe disk else { return }
    unsafe handlerCalls += 1
    unsafe handlerCost += InstructionMeter.count { _ = disk.poll() }
  }

  private static func cost(of request: DiskRequest, _ disk: KernelDisk) -> UInt32? {
    unsafe (handlerCost, handlerCalls) = (0, 0)
    return withInterruptsDisabled {
      var isBegun = false
      var cost = InstructionMeter.count {
        disk.setInterrupts(true)
        do throws(DiskError) {
          try disk.start(request)
          isBegun = true
        } catch {}
      }
      guard isBegun else { return nil }
      while disk.needsPoll && disk.progress == .working {
        // A poll that finds it busy counts for nothing.
        if disk.status & 0x80 == 0 { cost += InstructionMeter.count { _ = disk.poll() } }
      }
      while disk.progress == .working {
        cpu_enable_interrupts_and_halt()
        cpu_disable_interrupts()
      }
      var isDone = false
      cost += InstructionMeter.count {
        disk.setInterrupts(false)
        do throws(DiskError) {
          try disk.finish()
          isDone = true
        } catch {}
      }
      guard isDone else { return nil }
      return unsafe cost + handlerCost
    }
  }
}
#endif
