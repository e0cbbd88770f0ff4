#if os(none)
import BusSpace
import Disks
import Machine
import Primitives
import Text
import VMem

/// The disks of the running kernel: two channels of two drives, found once at boot.
enum KernelDisks {
  typealias Disk = ATADisk<ProcessorBus>

  /// In one frame, which stays: the channels' states and what was found.
  private struct Table {
    var first = ATAChannelState()
    var second = ATAChannelState()
    var disks = InlineArray<4, Disk?>(repeating: nil)
  }

  /// Nil where there was no frame for it, or no channel.
  private nonisolated(unsafe) static var table: Place<Table>?

  /// The interrupt lines of the two channels of every PC (IBM PC/AT technical reference; PCI IDE Controller
  /// Specification 1.0, 2.1).
  static let lines: InlineArray<2, UInt8> = [14, 15]

  /// The disk of a number, 0...3: channel times two and drive.
  static func disk(_ number: Int) -> Disk? { unsafe table?.value.disks[number] }

  /// Claims both channels, each with its ports and its line as one, and looks for disks. Boot context, once, with memory up.
  static func find(on buses: inout Buses) {
    guard let storage = unsafe KernelMemory.tagSource.grantStorage(),
      unsafe storage.count >= MemoryLayout<Table>.size
    else { return }
    // A whole frame, ours from here on, aligned to more than the table needs.
    let pointer = unsafe storage.baseAddress.unsafelyUnwrapped.bindMemory(to: Table.self, capacity: 1)
    unsafe pointer.initialize(to: Table())
    unsafe table = Place(pointer)
    // Both states lie in the table, apart from each other and from the disks.
    unsafe find(0, on: &buses, 0x1F0, 0x3F6, state: &pointer.pointee.first)
    unsafe find(1, on: &buses, 0x170, 0x376, state: &pointer.pointee.second)
  }

  /// - Parameter state: Stays where it is.
  @unsafe private static func find(
    _ channel: Int, on buses: inout Buses, _ command: UInt16, _ control: UInt16,
    state: UnsafeMutablePointer<ATAChannelState>
  ) {
    let ranges: InlineArray<3, BusRange> = [
      BusRange(AddressRange<UInt16>(first: command, last: command + 7)),
      BusRange(AddressRange<UInt16>(first: control, last: control)),
      BusRange.line(lines[channel]),
    ]
    guard buses.claim(all: ranges.span, "ata"), let commands = buses.handle(for: ranges[0], "ata"),
      let controls = buses.handle(for: ranges[1], "ata")
    else { return }
    let found = unsafe ATAChannel(ProcessorBus(), command: commands, control: controls, storage: state)
    unsafe table?.value.disks[channel * 2] = Disk(found, .first)
    unsafe table?.value.disks[channel * 2 + 1] = Disk(found, .second)
  }

  /// Writes a line for each disk.
  static func write(to sink: inout ConsoleSink) {
    for number in 0..<4 {
      guard let disk = disk(number) else { continue }
      sink.write("disk ")
      sink.write(decimal: UInt32(number))
      sink.write("     ")
      sink.write(size: (disk.lastSector + 1) << 9)
      sink.write(" ")
      var length = 40
      while length > 0, disk.identity.model[length - 1] == 0x20 { length -= 1 }
      sink.write(foreign: disk.identity.model.span.extracting(first: length))
      sink.newline()
    }
  }
}
#endif
