#if os(none)
import BusSpace
import Disks
import Machine
import Primitives
import Text
import Threads

/// The disks of the running kernel, found once at boot: 0...3 on the two ATA channels, channel times two and drive; 4...7 the
/// virtio disks, as PCI numbers them.
enum KernelDisks {
  typealias Disk = KernelDisk

  static var count: Int { 8 }
  /// Two channels, and four virtio devices.
  static var controllers: Int { 6 }

  /// In frames, which stay: what was found.
  struct Table: ~Copyable {
    var disks = InlineArray<8, Disk?>(repeating: nil)
    var controllers = InlineArray<6, Place<DiskController>?>(repeating: nil)
  }

  /// Nil where there was no frame for it, or no disk was looked for.
  private nonisolated(unsafe) static var storedTable: Place<Table>?

  static var table: Place<Table>? { unsafe storedTable }

  /// The disk of a number, 0...7.
  static func disk(_ number: Int) -> Disk? {
    guard number < count else { return nil }
    return table?.value.disks[number]
  }

  /// Looks for disks: on ATA channels where the mainboard has them, and on PCI. Boot context, once, with memory up.
  static func find(on buses: inout Buses, _ mainboard: ISADevice.Mainboard, _ pci: PCIPorts?) {
    guard
      let storage = WiredStorage(
        bytes: storageSize, owner: Owners.register("disks"), KernelMemory.shared.frames)
    else { return Console.write("disks      no memory for their drivers\n") }
    // Whole frames, ours from here on.
    var bytes = unsafe Bookkeeping(storage.bytes(from: 0, count: storageSize))
    let table = unsafe place(Table(), in: &bytes)
    unsafe storedTable = table
    // The chip set of the Q35 has its disks behind AHCI; other machines that are known have these.
    if mainboard == .isa || mainboard == .piix { findATA(on: &buses, pci, in: table, &bytes) }
    if let pci { findVirtio(on: &buses, pci, in: table, &bytes) }
  }

  /// Table, controllers, and what each driver keeps; each part is rounded up to 16.
  private static var storageSize: Int {
    func rounded(_ size: Int) -> Int { (size + 15) & ~15 }
    return rounded(MemoryLayout<Table>.size) + controllers * rounded(MemoryLayout<DiskController>.size)
      + 2 * (rounded(MemoryLayout<ATAChannelState>.size) + rounded(ATARegionTable.byteCount))
      + 4 * rounded(MemoryLayout<VirtioDiskState>.size)
  }

  /// Puts a value into the next bytes.
  @unsafe static func place<Value: ~Copyable>(
    _ value: consuming Value, in bytes: inout Bookkeeping
  ) -> Place<Value> {
    let pointer = unsafe take(Value.self, from: &bytes)
    unsafe pointer.initialize(to: value)
    return unsafe Place(pointer)
  }

  /// Room for a value, not initialised, which stays.
  @unsafe static func take<Value: ~Copyable>(
    _: Value.Type, from bytes: inout Bookkeeping
  ) -> UnsafeMutablePointer<Value> {
    unsafe bytes.take(MemoryLayout<Value>.size).baseAddress.unsafelyUnwrapped.bindMemory(
      to: Value.self, capacity: 1)
  }

  /// Lets the controllers' lines in, each of which is still until somebody waits. Boot context, with threads up.
  static func startInterrupts() {
    for number in 0..<controllers {
      guard let line = table?.value.controllers[number]?.value.line else { continue }
      Interrupts.handle(vector: Interrupts.firstLineVector + UInt32(line), context: UInt32(line)) {
        KernelDisks.interrupt(UInt8(truncatingIfNeeded: $0))
      }
      withInterruptsDisabled { InterruptController.unmask(line: line) }
    }
  }

  /// The handler of a line, which virtio disks may share.
  private static func interrupt(_ line: UInt8) {
    guard let table else { return }
    for number in 0..<controllers {
      guard let controller = table.value.controllers[number], controller.value.line == line else { continue }
      controller.value.interrupt()
      KernelThreads.scheduler.wakeAll(controller.channel)
    }
  }

  /// Writes a line for each disk.
  static func write(to sink: inout ConsoleSink) {
    for number in 0..<count {
      guard let disk = disk(number) else { continue }
      sink.write("disk ")
      sink.write(decimal: UInt32(number))
      sink.write("     ")
      sink.write(size: (disk.lastSector + 1) << 9)
      sink.write(" ")
      disk.writeName(to: &sink)
      sink.newline()
    }
  }
}

extension KernelDisk {
  /// Writes what it calls itself.
  func writeName<Sink: ByteSink>(to sink: inout Sink) {
    switch driver {
    case .ata(let disk):
      var length = 40
      while length > 0, disk.identity.model[length - 1] == 0x20 { length -= 1 }
      sink.write(foreign: disk.identity.model.span.extracting(first: length))
    case .virtio: sink.write(isReadOnly ? "virtio, read-only" : "virtio")
    }
  }
}
#endif
