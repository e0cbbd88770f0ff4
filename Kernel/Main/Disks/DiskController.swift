#if os(none)
import Disks
import Machine
import Primitives
import Threads

/// What raises one interrupt line on behalf of disks and works at one request at a time: an ATA channel, or a virtio device.
struct DiskController: ~Copyable {
  enum Device {
    case ata(ATAChannel<ProcessorBus>)
    case virtio(VirtioDisk<ProcessorBus>)
  }

  let device: Device
  /// Its interrupt line; nil if it has none, or one that is somebody else's: then it is polled.
  let line: UInt8?
  /// Where threads wait: for their turn, and for the handler.
  var channel = WaitChannel(name: "a disk", wokenBy: .devices)
  /// Whether a thread has its turn.
  var isTaken = false
  /// Interrupts that came.
  var interrupts: UInt32 = 0
  /// Requests in a row that were done without one.
  var missed: UInt32 = 0

  init(_ device: Device, line: UInt8?) {
    self.device = device
    self.line = line
  }

  /// Requests done without an interrupt after which none is waited for any more. One may be an accident of a clock that jumps.
  static var patience: UInt32 { 3 }

  /// Whether it is worth waiting for an interrupt.
  var interruptsAreExpected: Bool { line != nil && missed < Self.patience }

  /// From the handler of the line, interrupts off: moves what it is ready for, and wakes whoever waits.
  mutating func interrupt() {
    interrupts &+= 1
    switch device {
    case .ata(let channel): _ = channel.poll()
    case .virtio(let disk): _ = disk.poll()
    }
  }
}

extension Place where Value == DiskController {
  /// The channel lies where the controller does.
  var channel: Place<WaitChannel> {
    unsafe withUnsafeMutablePointer(to: &value.channel) { unsafe Place<WaitChannel>($0) }
  }
}

/// A thread that waits for a controller's handler, two seconds at a time.
struct DiskWaiter: DeviceWaiter {
  let channel: Place<WaitChannel>

  func undisturbed<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    try withInterruptsDisabled(body)
  }

  func sleep(until isDone: () -> Bool) -> Bool {
    KernelThreads.scheduler.sleep(on: channel, forTicks: 2 * KernelThreads.frequency) { !isDone() }
  }
}
#endif
