#if os(none)
import Disks
import Machine
import Primitives
import Text
import Threads

/// A disk of the running kernel, whichever driver it has.
///
/// ``perform(_:)`` is for everyone; the steps of `BlockDevice` are for those who have a disk to themselves.
struct KernelDisk: BlockDevice {
  enum Driver {
    case ata(ATADisk<ProcessorBus>)
    case virtio(VirtioDisk<ProcessorBus>)
  }

  /// As `swap=` and the monitor name it.
  let number: Int
  let driver: Driver
  let controller: Place<DiskController>

  /// Polls of about a microsecond: several seconds.
  static var patience: UInt32 { 10_000_000 }
  /// Waits of two seconds: the half minute that a drive may need which was asleep.
  private static var rounds: UInt32 { 15 }

  /// Does a request. The calling thread waits for its turn at the controller and sleeps while the device works; before there are
  /// threads, and with interrupts off, it polls.
  ///
  /// - Throws: What was wrong with the request, or what the device reported. An interrupt that does not come is said once more, and
  ///   the request done by polling.
  func perform(_ request: DiskRequest) throws(DiskError) {
    guard KernelThreads.isStarted, Interrupts.areEnabled else {
      return try transfer(request, patience: Self.patience)
    }
    take()
    defer { giveBack() }
    guard controller.value.interruptsAreExpected else {
      return try transfer(request, patience: Self.patience)
    }
    do throws(DiskError) {
      try transfer(
        request, waiting: DiskWaiter(channel: controller.channel), rounds: Self.rounds,
        patience: Self.patience)
      controller.value.missed = 0
    } catch {
      guard case .noInterrupt = error else { throw error }
      controller.value.missed += 1
      report(error)
      try transfer(request, patience: Self.patience)
    }
  }

  private func take() {
    KernelThreads.scheduler.sleep(on: controller.channel) {
      // Under the scheduler's lock: the look and the taking are one.
      if controller.value.isTaken { return true }
      controller.value.isTaken = true
      return false
    }
  }

  private func giveBack() {
    controller.value.isTaken = false
    KernelThreads.scheduler.wakeAll(controller.channel)
  }

  private func report(_ error: DiskError) {
    var console = ConsoleSink()
    console.write("disk ")
    console.write(decimal: UInt32(number))
    console.write(": ")
    console.write(error)
    if !controller.value.interruptsAreExpected { console.write("; it is polled from now on") }
    console.newline()
  }

  // MARK: One driver or the other

  var lastSector: UInt64 {
    switch driver {
    case .ata(let disk): disk.lastSector
    case .virtio(let disk): disk.lastSector
    }
  }

  var largestCountMinusOne: UInt32 {
    switch driver {
    case .ata(let disk): disk.largestCountMinusOne
    case .virtio(let disk): disk.largestCountMinusOne
    }
  }

  /// Whether every write is refused.
  var isReadOnly: Bool {
    switch driver {
    case .ata: false
    case .virtio(let disk): disk.isReadOnly
    }
  }

  var progress: DiskProgress {
    switch driver {
    case .ata(let disk): disk.progress
    case .virtio(let disk): disk.progress
    }
  }

  var needsPoll: Bool {
    switch driver {
    case .ata(let disk): disk.needsPoll
    case .virtio(let disk): disk.needsPoll
    }
  }

  var isReady: Bool {
    withInterruptsDisabled {
      switch driver {
      case .ata(let disk): disk.isReady
      case .virtio(let disk): disk.isReady
      }
    }
  }

  var status: UInt8 {
    switch driver {
    case .ata(let disk): disk.status
    case .virtio(let disk): disk.status
    }
  }

  func setInterrupts(_ isEnabled: Bool) {
    withInterruptsDisabled {
      switch driver {
      case .ata(let disk): disk.setInterrupts(isEnabled)
      case .virtio(let disk): disk.setInterrupts(isEnabled)
      }
    }
  }

  // The handler of the line polls whatever may have raised it, a disk that is polled too where the line is shared: each step
  // keeps it out.

  func start(_ request: DiskRequest) throws(DiskError) {
    try withInterruptsDisabled { () throws(DiskError) in
      switch driver {
      case .ata(let disk): try disk.start(request)
      case .virtio(let disk): try disk.start(request)
      }
    }
  }

  func poll() -> DiskProgress {
    withInterruptsDisabled {
      switch driver {
      case .ata(let disk): disk.poll()
      case .virtio(let disk): disk.poll()
      }
    }
  }

  func finish() throws(DiskError) {
    try withInterruptsDisabled { () throws(DiskError) in
      switch driver {
      case .ata(let disk): try disk.finish()
      case .virtio(let disk): try disk.finish()
      }
    }
  }

  func abandon() {
    withInterruptsDisabled {
      switch driver {
      case .ata(let disk): disk.abandon()
      case .virtio(let disk): disk.abandon()
      }
    }
  }

  /// Whether something else than the processor moves its data.
  var hasEngine: Bool {
    switch driver {
    case .ata(let disk): disk.usesEngine
    case .virtio: true
    }
  }

  /// The same disk, whose data the processor moves; nil if it has no such way.
  var withoutEngine: KernelDisk? {
    guard case .ata(var disk) = driver else { return nil }
    disk.usesEngine = false
    return KernelDisk(number: number, driver: .ata(disk), controller: controller)
  }
}
#endif
