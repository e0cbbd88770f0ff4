#if os(none)
import BusSpace
import Machine
import Text
import VMem

/// The PCI functions that this machine has.
func pciSuite(_ t: inout TestRun) {
  guard let configuration = t.kernel.pci else { return t.skipSuite("no PCI bus") }
  t.test("a host bridge is the first function") { t in
    let bridge = PCIFunction(at: PCIAddress(bus: 0, device: 0, function: 0), in: configuration)
    t.expect(bridge?.classCode ?? 0, is: 0x060000, "class")
  }
  t.test("sizing leaves every register as it was (BusSpace-I4)") { t in
    PCIEnumeration.each(in: configuration) { function in
      let before = checksum(of: function, in: configuration)
      function.eachBaseAddress(in: configuration) { _ in }
      t.expect(checksum(of: function, in: configuration), is: before, "registers of a function")
    }
  }
  t.test("every base address is claimed, at its size and a multiple of it") { t in
    PCIEnumeration.each(in: configuration) { function in
      function.eachBaseAddress(in: configuration) { base in
        guard let range = base.range else { return }
        t.expect(range.first & range.countMinusOne, is: 0, "offset from a multiple of the size")
        if t.kernel.bus.holder(of: range)?.range != range { t.fail { $0.write(range) } }
      }
    }
  }
  t.test("nothing answers where nothing is") { t in
    let nowhere = PCIAddress(bus: 255, device: 31, function: 7)
    t.expect(PCIFunction(at: nowhere, in: configuration) == nil, "no function")
  }
}

/// Identity, class, base addresses and command, folded into one word. Status changes by itself.
private func checksum(of function: PCIFunction, in configuration: PCIPorts) -> UInt32 {
  var sum = configuration.read(function.address, register: 0x04) & 0xFFFF
  for register in stride(from: UInt8(0x08), through: 0x38, by: 4) where register != 0x0C {
    sum = (sum << 5 | sum >> 27) ^ configuration.read(function.address, register: register)
  }
  return sum
}
#endif
