#if os(none)
import BusSpace
import Machine
import Multiboot
import Primitives
import Text
import VMem

/// The first things of a boot: the two bus arenas in static storage, and who is on them before anybody was asked.
struct Buses {
  let space: BusSpace<KernelLock, KernelNames>
  private(set) var conflicts: UInt32 = 0

  /// Whole spans for both buses. Needs nothing but the image.
  init() {
    // Each region is handed out here and nowhere else.
    let ports: Arena<UInt16, KernelLock> = unsafe Self.arena("ioport", StaticStorage.portArena)
    let memory: Arena<UInt32, KernelLock> = unsafe Self.arena("iomem", StaticStorage.memoryArena)
    let interrupts: Arena<UInt16, KernelLock> = unsafe Self.arena("irq", StaticStorage.interruptArena)
    do throws(BusSpaceCreationError) {
      guard let handles = unsafe HandleTable.create(storage: StaticStorage.handleTable, lock: KernelLock())
      else { panic("no room for the table of handles") }
      space = try BusSpace(
        ports: ports, memory: memory, interrupts: interrupts, handles: handles, owners: KernelNames())
    } catch {
      panic("a bus arena refused its span")
    }
  }

  private static func arena<Address>(
    _ name: ArenaName, _ storage: UnsafeMutableRawBufferPointer
  ) -> Arena<Address, KernelLock> {
    do throws(CreationError) {
      return try unsafe Arena.create(name: name, storage: storage, lock: KernelLock())
    } catch {
      panic("no room for a bus arena", .decimal("bytes", UInt32(storage.count)))
    }
  }

  /// Claims what every PC has at fixed ports.
  mutating func claimCommonDevices() {
    ISADevice.eachCommon { claim($0.range, $0.name) }
    // Line 2 joins the two controllers: no device can have it.
    claim(.line(2), "pic")
    claim(.line(0), "pit")
    claim(.line(4), "com1")
  }

  /// Gives the drivers of what every PC has the handles of their ports. The console speaks through its own from here on.
  func attachDrivers() {
    guard let serial = handle(for: ports(0x3F8, 0x3FF), "com1"),
      let firstController = handle(for: ports(0x20, 0x21), "pic"),
      let secondController = handle(for: ports(0xA0, 0xA1), "pic"),
      let timer = handle(for: ports(0x40, 0x43), "pit"), let gate = handle(for: ports(0x61, 0x61), "speaker"),
      let clock = handle(for: ports(0x70, 0x71), "cmos clock")
    else { panic("a device of every PC has no claim") }
    Console.attach(serial)
    InterruptController.attach(first: firstController, second: secondController)
    IntervalTimer.attach(timer, gate: gate)
    CMOSClock.attach(clock)
  }

  private func ports(_ first: UInt16, _ last: UInt16) -> BusRange {
    BusRange(AddressRange<UInt16>(first: first, last: last))
  }

  /// A handle for ports in a claim of that name, or nil if it has none.
  func handle(for range: BusRange, _ name: StaticString) -> BusHandle? {
    guard let owner = space.owners.register(name.bytes) else { return nil }
    do throws(BusError) { return try space.handle(within: range, owner: owner) } catch { return nil }
  }

  /// Gives a claim of that name back; without one nothing happens.
  func release(_ range: BusRange, _ name: StaticString) {
    guard handle(for: range, name) != nil else { return }
    do throws(ReleaseError) { try space.release(range) } catch { panic("a claim of the boot is gone") }
  }

  /// Claims what this mainboard has besides.
  mutating func claimDevices(on mainboard: ISADevice.Mainboard) {
    ISADevice.each(on: mainboard) { claim($0.range, $0.name) }
  }

  /// Claims the memory-mapped devices at fixed places: those of the chip set (Intel 82093AA, 3.0; IA-PC HPET
  /// specification 1.0a, 2.2), and the processor's own controller where it is on. After `Processor.configure`.
  mutating func claimFixedMemory(on mainboard: ISADevice.Mainboard) {
    if mainboard == .piix || mainboard == .ich9 {
      claim(BusRange(AddressRange<UInt32>(first: 0xFEC0_0000, last: 0xFEC0_0FFF)), "io apic")
      claim(BusRange(AddressRange<UInt32>(first: 0xFED0_0000, last: 0xFED0_03FF)), "hpet")
    }
    if let page = LocalAPIC.physicalAddress {
      claim(BusRange(AddressRange(first: page, last: page | 0xFFF)), "local apic")
    }
  }

  /// Claims the firmware's map below 4 GiB, and takes out of its memory what the boot left there.
  mutating func claimMemory(of boot: BootInformation<DirectMapMemory>) {
    for entry in boot.memoryMap {
      guard entry.range.first <= 0xFFFF_FFFF else { continue }
      let last = entry.range.last <= 0xFFFF_FFFF ? UInt32(truncatingIfNeeded: entry.range.last) : .max
      let first = UInt32(truncatingIfNeeded: entry.range.first)
      guard let range = BusRange(.memory, first: first, last: last) else { continue }
      claim(range, entry.kind.label)
    }
    claim(BusRange(AddressRange<UInt32>(first: 0xA_0000, last: 0xB_FFFF)), "vga memory")
    carve(BusRange(KernelImage.physicalRange), "kernel image")
    for module in boot.modules {
      if let range = module.range { carve(BusRange(range), "boot module") }
    }
  }

  /// Claims a range; a conflict is named and the boot goes on.
  mutating func claim(_ range: BusRange, _ name: StaticString) {
    do throws(ClaimError) {
      try space.claim(range, named: name)
    } catch {
      report(error)
    }
  }

  /// The same, for an owner that has a number already.
  mutating func claim(_ range: BusRange, _ owner: Owner) {
    do throws(ClaimError) {
      try space.claim(range, owner: owner)
    } catch {
      report(error)
    }
  }

  /// Claims several resources as one; a conflict is named, and nothing is claimed.
  mutating func claim(all ranges: Span<BusRange>, _ name: StaticString) -> Bool {
    do throws(ClaimError) {
      guard let owner = space.owners.register(name.bytes) else { throw .noNames(ranges[0]) }
      try space.claim(all: ranges, owner: owner)
      return true
    } catch {
      report(error)
      return false
    }
  }

  private mutating func carve(_ range: BusRange, _ name: StaticString) {
    do throws(ClaimError) {
      guard let owner = space.owners.register(name.bytes) else { throw .noNames(range) }
      try space.carve(range, owner: owner)
    } catch {
      report(error)
    }
  }

  /// Says what is in the way, and counts it.
  mutating func report(_ error: ClaimError) {
    conflicts += 1
    var console = ConsoleSink()
    console.write("conflict: ")
    space.write(error, to: &console)
    console.newline()
  }
}

extension MemoryMapEntry.Kind {
  /// What `iomem` calls such a range.
  var label: StaticString {
    switch self {
    case .available: "ram"
    case .reserved: "firmware"
    case .acpiReclaimable: "acpi tables"
    case .acpiNonVolatile: "acpi storage"
    case .defective: "bad ram"
    }
  }
}
#endif
