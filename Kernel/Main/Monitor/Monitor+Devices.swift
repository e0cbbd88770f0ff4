#if os(none)
import BusSpace
import Disks
import Machine
import Primitives
import Text
import VMem

extension Monitor {
  /// `pci`: a line for each function. Sizes are those under which the base addresses were claimed: nothing is probed
  /// while devices run.
  mutating func listFunctions() {
    guard let configuration = kernel.pci else { return fail("this machine has no PCI") }
    let bus = kernel.bus
    Table<ConsoleSink, 4>.write(to: &console) { table in
      PCIEnumeration.each(in: configuration) { function in
        table.cell { $0.write(function.address) }
        table.cell {
          $0.write(hexadecimal: UInt32(function.vendor), digits: 4)
          $0.write(":")
          $0.write(hexadecimal: UInt32(function.device), digits: 4)
        }
        table.cell {
          $0.write(hexadecimal: function.classCode >> 8, digits: 4)
          $0.write(" ")
          $0.write(function.className)
        }
        table.cell { cell in
          var isFirst = true
          function.eachAssignedBase(in: configuration) { range in
            if !isFirst { cell.write(", ") }
            isFirst = false
            cell.write(bus.claimed(from: range) ?? range)
          }
          if isFirst { cell.write("-") }
        }
        table.endRow()
      }
    }
  }
}

extension Monitor {
  /// `disks`: a line for each disk.
  mutating func listDisks() {
    var isAny = false
    Table<ConsoleSink, 6>.write(to: &console) { table in
      for number in 0..<KernelDisks.count {
        guard let disk = KernelDisks.disk(number) else { continue }
        isAny = true
        table.cell { $0.write(decimal: UInt32(number)) }
        table.cell(.right) { $0.write(size: (disk.lastSector + 1) << 9) }
        table.cell { disk.writeName(to: &$0) }
        table.cell(disk.hasEngine ? "moves data itself" : "data by the processor")
        table.cell { disk.controller.value.writeLine(to: &$0) }
        table.cell(.right) { $0.write(decimal: disk.controller.value.interrupts) }
        table.endRow()
      }
    }
    if !isAny {
      console.write("no disks")
      console.newline()
    }
  }
}

extension DiskController {
  fileprivate func writeLine<Sink: ByteSink>(to sink: inout Sink) {
    guard let line, interruptsAreExpected else { return sink.write("polled") }
    sink.write("irq ")
    sink.write(decimal: UInt32(line))
  }
}

extension BusSpace where Lock: ~Copyable {
  /// The claim that begins where `range` does.
  fileprivate func claimed(from range: BusRange) -> BusRange? {
    guard let holder = holder(of: range), holder.range.first == range.first else { return nil }
    return holder.range
  }
}
#endif
