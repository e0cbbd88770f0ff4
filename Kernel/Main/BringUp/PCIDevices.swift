#if os(none)
import BusSpace
import Machine
import Primitives
import Text

extension Buses {
  /// Looks for PCI, claims its ports, and tells from the host bridge which mainboard this is.
  mutating func findPCI() -> (configuration: PCIPorts, mainboard: ISADevice.Mainboard)? {
    guard let configuration = PCIPorts() else { return nil }
    claim(PCIPorts.range, "pci configuration")
    let bridge = PCIFunction(at: PCIAddress(bus: 0, device: 0, function: 0), in: configuration)
    switch (bridge?.vendor, bridge?.device) {
    case (0x8086, 0x1237): return (configuration, .piix)
    case (0x8086, 0x29C0): return (configuration, .ich9)
    default: return (configuration, .otherPCI)
    }
  }

  /// Sizes and claims the base addresses of every function, under the function's address and class.
  mutating func claimFunctions(of configuration: PCIPorts) -> BochsDisplay? {
    var display: BochsDisplay?
    PCIEnumeration.each(in: configuration) { function in
      guard let owner = owner(of: function) else { return }
      function.eachBaseAddress(in: configuration) { base in
        guard let range = base.range else { return }
        claim(range, owner)
        let isDisplay = function.vendor == BochsDisplay.vendor && function.device == BochsDisplay.device
        if isDisplay && base.index == 0 && display == nil { display = BochsDisplay(frameBuffer: range) }
      }
    }
    if display != nil { claim(BochsDisplay.ports, "display mode") }
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
