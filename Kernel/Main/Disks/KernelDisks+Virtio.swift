#if os(none)
import BusSpace
import Disks
import Machine
import Primitives
import Text

extension KernelDisks {
  /// Takes the first four legacy virtio block devices on PCI: their ports are claimed already, their lines are claimed here.
  static func findVirtio(
    on buses: inout Buses, _ configuration: PCIPorts, in table: Place<Table>, _ bytes: inout Bookkeeping
  ) {
    typealias Disk = VirtioDisk<ProcessorBus>
    for number in 0..<4 {
      guard let function = function(number, in: configuration) else { return }
      var window: BusRange?
      function.eachBaseAddress(in: configuration) { base in
        if base.index == 0, base.kind == .io { window = base.range }
      }
      guard let window, let ports = buses.handle(forWindow: window) else { continue }
      function.setMastering(true, in: configuration)
      guard let disk = unsafe makeDisk(ports, take(VirtioDiskState.self, from: &bytes)) else {
        function.setMastering(false, in: configuration)
        continue
      }
      let line = function.interruptLine(in: configuration).flatMap { claimLine($0, on: &buses) }
      let controller = unsafe place(DiskController(.virtio(disk), line: line), in: &bytes)
      table.value.controllers[2 + number] = controller
      table.value.disks[4 + number] = KernelDisk(
        number: 4 + number, driver: .virtio(disk), controller: controller)
    }
  }

  /// The legacy virtio block device of a number, in the order of PCI.
  private static func function(_ number: Int, in configuration: PCIPorts) -> PCIFunction? {
    var (found, index): (PCIFunction?, Int) = (nil, 0)
    PCIEnumeration.each(in: configuration) { function in
      guard function.vendor == VirtioDisk<ProcessorBus>.vendor,
        function.device == VirtioDisk<ProcessorBus>.device
      else { return }
      if index == number { found = function }
      index += 1
    }
    return found
  }

  /// Frames for the queue, as long as the device wants it, and the disk in them.
  ///
  /// - Parameter state: Stays where it is.
  @unsafe private static func makeDisk(
    _ ports: BusHandle, _ state: UnsafeMutablePointer<VirtioDiskState>
  ) -> VirtioDisk<ProcessorBus>? {
    typealias Disk = VirtioDisk<ProcessorBus>
    guard ports.range.countMinusOne >= 27, let layout = Disk.layout(ProcessorBus(), ports) else { return nil }
    let size = Disk.memorySize(layout)
    guard
      let storage = WiredStorage(bytes: size, owner: Owners.register("disks"), KernelMemory.shared.frames)
    else {
      Console.write("disks      no memory for the queue of a virtio disk\n")
      return nil
    }
    // Whole frames in a row, nobody else's but the device's.
    return unsafe Disk(
      ProcessorBus(), ports, layout, memory: storage.bytes(from: 0, count: size), storage: state)
  }

  /// The line, if nobody has it but disks of this kind; nil if somebody has.
  private static func claimLine(_ line: UInt8, on buses: inout Buses) -> UInt8? {
    let range = BusRange.line(line)
    guard buses.space.holder(of: range) == nil else {
      return buses.handle(for: range, "virtio") == nil ? nil : line
    }
    let ranges: InlineArray<1, BusRange> = [range]
    return buses.claim(all: ranges.span, "virtio") ? line : nil
  }
}
#endif
