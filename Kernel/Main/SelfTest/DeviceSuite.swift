#if os(none)
import BusSpace
import Frames
import Instructions
import Machine
import Paging
import VMap
import VMem

/// Devices of QEMU whose registers answer to what is written, mapped through vmap: `-device edu -device pci-testdev`.
func deviceSuite(_ t: inout TestRun) {
  guard let configuration = t.kernel.pci else { return t.skipSuite("no PCI bus") }
  let edu = firstRegisters(of: 0x1234, 0x11E8, in: configuration)
  let testDevice = firstRegisters(of: 0x1B36, 0x0005, in: configuration)
  guard edu != nil || testDevice != nil else { return t.skipSuite("neither edu nor pci-testdev") }
  t.test("edu inverts what is written and computes a factorial") { t in
    guard let edu else { return t.skip("no edu device") }
    withRegisters(&t, edu) { t, base in
      // QEMU, docs/specs/edu.txt: identification, liveness check, factorial, status.
      t.expect(cpu_load32(base) & 0xFF_FFFF, is: 0xED, "identification")
      for shift in UInt32(0)..<32 {
        let value = 0x1234_5678 &+ UInt32(1) << shift
        cpu_store32(base + 4, value)
        t.expect(cpu_load32(base + 4), is: ~value, "liveness check")
      }
      cpu_store32(base + 8, 10)
      var turns: UInt32 = 0
      while cpu_load32(base + 0x20) & 1 == 1, turns < 100_000_000 { turns += 1 }
      t.expect(cpu_load32(base + 8), is: 3_628_800, "10!")
    }
  }
  t.test("pci-testdev counts the writes that it asked for") { t in
    guard let testDevice else { return t.skip("no pci-testdev") }
    withRegisters(&t, testDevice) { t, base in
      // QEMU, docs/specs/pci-testdev.txt: test, width, offset, data, count.
      cpu_store8(base, 0)
      let (offset, data) = (cpu_load32(base + 4), cpu_load8(base + 8))
      let before = cpu_load32(base + 12)
      for _ in 0..<5 { cpu_store8(base + offset, data) }
      t.expect(cpu_load32(base + 12) &- before, is: 5, "writes counted")
    }
  }
}
/// The first base address in memory of the first such function.
private func firstRegisters(of vendor: UInt16, _ device: UInt16, in configuration: PCIPorts) -> BusRange? {
  var found: BusRange?
  PCIEnumeration.each(in: configuration) { function in
    guard function.vendor == vendor, function.device == device else { return }
    function.eachBaseAddress(in: configuration) { base in
      if found == nil, let range = base.range, range.tag == .memory { found = range }
    }
  }
  return found
}

/// Maps a device's registers, uncached, for the body.
private func withRegisters(_ t: inout TestRun, _ range: BusRange, _ body: (inout TestRun, UInt32) -> Void) {
  let window = t.kernel.memory.window
  do throws(VMapError) {
    let mapping = try window.vmap(
      range.first, size: range.countMinusOne + 1,
      MappingOptions(.uncached, owner: Owners.register("self-test")))
    t.expect(
      window.query(mapping.address)?.attributes.memoryType == .uncached, "registers are not cached")
    body(&t, mapping.address)
    try window.vunmap(mapping.address)
  } catch {
    t.fail { $0.write(error) }
  }
}
#endif
