#if os(none)
import BusSpace
import Machine
import Primitives
import Text
import VMem

/// The end of what the PC's host bridges pass on: the interrupt controllers' registers begin behind it.
let lastPCIMemory: UInt32 = 0xFEBF_FFFF

extension Buses {
  /// Looks for PCI, claims its ports, and tells from the host bridge which mainboard this is.
  mutating func findPCI() -> (configuration: PCIPorts, mainboard: ISADevice.Mainboard)? {
    claim(PCIPorts.range, "pci configuration")
    guard let ports = handle(for: PCIPorts.range, "pci configuration"), let configuration = PCIPorts(ports)
    else {
      release(PCIPorts.range, "pci configuration")
      return nil
    }
    let bridge = PCIFunction(at: PCIAddress(bus: 0, device: 0, function: 0), in: configuration)
    switch (bridge?.vendor, bridge?.device) {
    case (0x8086, 0x1237): return (configuration, .piix)
    case (0x8086, 0x29C0): return (configuration, .ich9)
    default: return (configuration, .otherPCI)
    }
  }

  /// Sizes and claims the base addresses of every function, under the function's address and class; then gives those that
  /// firmware left without, or put where they cannot be, a place of their own.
  mutating func claimFunctions(
    of configuration: PCIPorts, above ram: UInt32
  ) -> BochsDisplay? {
    let assigner = PCIAssigner(
      space, configuration, ports: BusRange(AddressRange<UInt16>(first: 0xC000, last: .max)),
      memory: BusRange(AddressRange<UInt32>(first: ram, last: lastPCIMemory)))
    PCIEnumeration.each(in: configuration) { function in
      guard let owner = owner(of: function) else { return }
      assigner.claim(function, owner: owner) { report($0) }
    }
    PCIEnumeration.each(in: configuration) { function in
      guard let owner = owner(of: function) else { return }
      let (assigned, refused) = assigner.assign(function, owner: owner)
      if assigned > 0 || refused > 0 { report(function, assigned: assigned, refused: refused) }
    }
    return display(in: configuration)
  }

  private func report(_ function: PCIFunction, assigned: Int, refused: Int) {
    var console = ConsoleSink()
    console.write(function.address)
    console.write(": ")
    console.write(decimal: UInt32(assigned))
    console.write(" base addresses assigned, ")
    console.write(decimal: UInt32(refused))
    console.write(" without a place")
    console.newline()
  }

  /// The first display that `show` can draw on; its ports are claimed.
  private mutating func display(in configuration: PCIPorts) -> BochsDisplay? {
    var display: BochsDisplay?
    claim(BochsDisplay.ports, "display mode")
    guard let registers = handle(for: BochsDisplay.ports, "display mode") else { return nil }
    PCIEnumeration.each(in: configuration) { function in
      guard function.vendor == BochsDisplay.vendor, function.device == BochsDisplay.device, display == nil
      else {
        return
      }
      function.eachBaseAddress(in: configuration) { base in
        if base.index == 0, let range = base.range {
          display = BochsDisplay(frameBuffer: range, registers: registers)
        }
      }
    }
    if display == nil { release(BochsDisplay.ports, "display mode") }
    return display
  }

  /// `00:02.0 vga` as an owner.
  private mutating func owner(of function: PCIFunction) -> Owner? {
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    var buffer = ByteBuffer(bytes.mutableSpan)
    buffer.write(function.address)
    buffer.write(" ")
    buffer.write(function.className)
    return space.owners.register(buffer.text)
  }
}

extension ByteSink where Self: ~Copyable & ~Escapable {
  /// Writes `bb:dd.f`.
  mutating func write(_ address: PCIAddress) {
    write(hexadecimal: UInt32(address.bus), digits: 2)
    write(":")
    write(hexadecimal: UInt32(address.device), digits: 2)
    write(".")
    write(hexadecimal: UInt32(address.function), digits: 1)
  }
}
#endif
