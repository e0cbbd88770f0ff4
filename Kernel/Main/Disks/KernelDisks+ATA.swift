#if os(none)
import BusSpace
import Disks
import Machine
import Primitives
import VMem

extension KernelDisks {
  /// Claims both channels of every PC, each with its ports and its line as one, and looks for disks (IBM PC/AT technical
  /// reference; PCI IDE Controller Specification 1.0, 2.1). Where a PCI function drives them, it may move data by itself.
  static func findATA(
    on buses: inout Buses, _ pci: PCIPorts?, in table: Place<Table>, _ bytes: inout Bookkeeping
  ) {
    let master = pci.flatMap { busMaster(on: buses, $0) }
    find(channel: 0, on: &buses, command: 0x1F0, control: 0x3F6, line: 14, master, in: table, &bytes)
    find(channel: 1, on: &buses, command: 0x170, control: 0x376, line: 15, master, in: table, &bytes)
  }

  private static func find(
    channel number: Int, on buses: inout Buses, command: UInt16, control: UInt16, line: UInt8,
    _ master: BusRange?, in table: Place<Table>, _ bytes: inout Bookkeeping
  ) {
    let ranges: InlineArray<3, BusRange> = [
      BusRange(AddressRange<UInt16>(first: command, last: command + 7)),
      BusRange(AddressRange<UInt16>(first: control, last: control)), BusRange.line(line),
    ]
    guard buses.claim(all: ranges.span, "ata"), let commands = buses.handle(for: ranges[0], "ata"),
      let controls = buses.handle(for: ranges[1], "ata")
    else { return }
    var engine: (ports: BusHandle, table: ATARegionTable)?
    if let master, let range = BusRange(.io, first: master.first + UInt32(number) * 8, countMinusOne: 7),
      let ports = buses.handle(forWindow: range)
    {
      // Nobody else's, and it stays.
      engine = unsafe (ports, ATARegionTable(storage: bytes.take(ATARegionTable.byteCount)))
    }
    // As above.
    let channel = unsafe ATAChannel(
      ProcessorBus(), command: commands, control: controls, engine: engine,
      storage: take(ATAChannelState.self, from: &bytes))
    let controller = unsafe place(DiskController(.ata(channel), line: line), in: &bytes)
    table.value.controllers[number] = controller
    for index in 0..<2 {
      guard let disk = ATADisk(channel, index == 0 ? .first : .second) else { continue }
      let number = number * 2 + index
      table.value.disks[number] = KernelDisk(number: number, driver: .ata(disk), controller: controller)
    }
  }

  /// The ports of the engines of the first IDE controller on PCI that drives both channels at their old places: 16, base address
  /// 4. Nil if there is none.
  private static func busMaster(on buses: Buses, _ configuration: PCIPorts) -> BusRange? {
    var found: PCIFunction?
    PCIEnumeration.each(in: configuration) { function in
      // Mass storage, IDE; programming interface: bit 7 a bus master, bits 2 and 0 that a channel is not at its old place.
      if found == nil, function.classCode >> 8 == 0x0101, function.classCode & 0x85 == 0x80 {
        found = function
      }
    }
    guard let function = found else { return nil }
    var window: BusRange?
    function.eachBaseAddress(in: configuration) { base in
      if base.index == 4, base.kind == .io { window = base.range }
    }
    guard let window, window.countMinusOne == 15 else { return nil }
    function.setMastering(true, in: configuration)
    return window
  }
}

extension Buses {
  /// A handle for a window of a PCI function within its claim of the boot.
  func handle(forWindow window: BusRange) -> BusHandle? {
    guard let held = space.holder(of: window) else { return nil }
    do throws(BusError) { return try space.handle(within: window, owner: held.owner) } catch { return nil }
  }
}
#endif
