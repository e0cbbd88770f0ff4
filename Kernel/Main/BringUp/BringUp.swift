#if os(none)
import BusSpace
import Frames
import Machine
import Multiboot
import Primitives
import Text
import VMem

extension Kernel {
  /// Brings everything up, in the order in which each part can stand on the ones before: on the buses in static storage
  /// what is at fixed places, the firmware's map, PCI, frames, the window for device memory.
  init(_ boot: BootInformation<DirectMapMemory>, _ early: Buses) {
    var buses = early
    let pci = buses.findPCI()
    let mainboard = pci?.mainboard ?? .isa
    buses.claimDevices(on: mainboard)
    buses.claimMemory(of: boot)
    let display = pci.flatMap {
      buses.claimFunctions(of: $0.configuration, above: Self.firstAboveMemory(boot))
    }
    KernelMemory.bringUp(boot)
    KernelHeap.bringUp(wantedForHeap(boot))
    buses.space.grow(from: KernelMemory.tagSource)
    buses.claimFixedMemory(on: mainboard)
    KernelDisks.find(on: &buses, mainboard, pci?.configuration)
    self.init(
      boot: boot, mainboard: mainboard, bus: buses.space, memory: KernelMemory.shared,
      pci: pci?.configuration, display: display, conflicts: buses.conflicts)
    writeSummary()
  }

  /// The first address above all memory below 4 GiB and above 1 MiB: there PCI's window begins.
  static func firstAboveMemory(_ boot: BootInformation<DirectMapMemory>) -> UInt32 {
    var first: UInt32 = 0x10_0000
    for entry in boot.memoryMap where entry.kind == .available && entry.range.last < UInt64(lastPCIMemory) {
      first = max(first, UInt32(truncatingIfNeeded: entry.range.last) + 1)
    }
    return first
  }

  /// What was found, in a few lines.
  private func writeSummary() {
    var console = ConsoleSink()
    writeMachine(to: &console)
    let counts = memory.frames.statistics
    console.write("memory     ")
    console.write(size: UInt64(counts.total) << 12)
    console.write(" below 4G, ")
    console.write(size: UInt64(counts.free) << 12)
    console.write(" free")
    if ignoredKiB > 0 {
      console.write("; ")
      console.write(size: UInt64(ignoredKiB) << 10)
      console.write(" above 4G ignored")
    }
    console.newline()
    KernelDisks.write(to: &console)
    console.write("claims     ")
    console.write(decimal: UInt32(bus.statistics(of: .io).allocatedSegments))
    console.write(" of ports, ")
    console.write(decimal: UInt32(bus.statistics(of: .memory).allocatedSegments))
    console.write(" of memory, ")
    console.write(decimal: conflicts)
    console.write(conflicts == 1 ? " conflict" : " conflicts")
    console.newline()
  }

  /// Memory at 4 GiB and above, which no address here reaches.
  private var ignoredKiB: UInt32 {
    var sum: UInt64 = 0
    for entry in boot.memoryMap where entry.kind == .available && entry.range.last > 0xFFFF_FFFF {
      let first = entry.range.first > 0xFFFF_FFFF ? entry.range.first : 0x1_0000_0000
      sum += (entry.range.last - first) >> 10 + 1
    }
    return UInt32(truncatingIfNeeded: sum)
  }

  private func writeMachine(to console: inout ConsoleSink) {
    console.write("processor ")
    Processor.features.write(to: &console)
    console.newline()
    console.write("mainboard  ")
    switch mainboard {
    case .isa: console.write("ISA, no PCI")
    case .piix: console.write("440FX and PIIX")
    case .ich9: console.write("Q35 and ICH9")
    case .otherPCI: console.write("PCI")
    }
    console.write(display == nil ? ", no display to draw on" : ", Bochs display")
    console.newline()
    guard let time = CMOSClock.now() else { return }
    console.write("clock      ")
    time.write(to: &console)
    console.newline()
  }
}

extension ClockTime {
  /// Writes `yy-mm-dd hh:mm:ss`.
  func write(to sink: inout ConsoleSink) {
    func twoDigits(_ value: UInt8, _ separator: StaticString) {
      sink.write(0x30 + value / 10 % 10)
      sink.write(0x30 + value % 10)
      sink.write(separator)
    }
    twoDigits(year, "-")
    twoDigits(month, "-")
    twoDigits(day, " ")
    twoDigits(hour, ":")
    twoDigits(minute, ":")
    twoDigits(second, "")
  }
}

extension ProcessorFeatures {
  /// Writes the names of what there is.
  func write(to sink: inout ConsoleSink) {
    func name(_ feature: ProcessorFeatures, _ name: StaticString) {
      if contains(feature) {
        sink.write(" ")
        sink.write(name)
      }
    }
    if isEmpty { sink.write(" without CPUID features") }
    name(.largePages, "large-pages")
    name(.globalPages, "global-pages")
    name(.pageAttributeTable, "attribute-table")
    name(.timeStampCounter, "time-stamp")
    name(.compareExchange8, "cmpxchg8b")
    name(.conditionalMove, "cmov")
    name(.localAPIC, "apic")
  }
}
#endif
