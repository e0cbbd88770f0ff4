#if os(none)
import BusSpace
import Frames
import Instructions
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem

/// The frame buffer: device memory, mapped by the kernel itself.
func displaySuite(_ t: inout TestRun) {
  guard let display = t.kernel.display else { return t.skipSuite("no Bochs display") }
  t.test("the display takes a mode, and refuses one beyond its memory") { t in
    t.expect(display.setMode(width: 800, height: 600), "800 by 600")
    t.expect(!display.setMode(width: 0xFFF0, height: 0xFFF0), "65520 by 65520 is refused")
  }
  t.test("its ports and its frame buffer are claimed") { t in
    t.expect(t.kernel.bus.holder(of: BochsDisplay.ports)?.range == BochsDisplay.ports, "the ports")
    t.expect(t.kernel.bus.holder(of: display.frameBuffer)?.range == display.frameBuffer, "the frame buffer")
  }
  t.test("what is written to the frame buffer is read back, first and last word included") { t in
    let window = t.kernel.memory.window
    let size = display.frameBuffer.countMinusOne + 1
    do throws(VMapError) {
      let mapping = try window.vmap(
        display.frameBuffer.first, size: size,
        MappingOptions(.uncached, owner: Owners.register("self-test")))
      for index: UInt32 in 0..<1024 { cpu_store32(mapping.address + index * 4, index &* 0x0101_0101) }
      cpu_store32(mapping.address + (size - 4), 0x1234_5678)
      for index: UInt32 in 0..<1024 {
        t.expect(
          cpu_load32(mapping.address + index * 4), is: index &* 0x0101_0101, "a word of the frame buffer")
      }
      t.expect(cpu_load32(mapping.address + (size - 4)), is: 0x1234_5678, "its last word")
      try window.vunmap(mapping.address)
    } catch {
      t.fail { $0.write(error) }
    }
  }
}
#endif
