#if os(none)
import BusSpace
import Machine
import Primitives
import Text
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
    let bus = ProcessorBus()
    do throws(BusError) {
      let handle = try t.kernel.open(display.frameBuffer)
      for index: UInt32 in 0..<1024 { bus.write(handle, index * 4, index &* 0x0101_0101) }
      let last = display.frameBuffer.countMinusOne - 3
      bus.write(handle, last, 0x1234_5678 as UInt32)
      for index: UInt32 in 0..<1024 {
        t.expect(bus.read(handle, index * 4), is: index &* 0x0101_0101, "a word of the frame buffer")
      }
      t.expect(bus.read(handle, last), is: 0x1234_5678, "its last word")
      try t.kernel.close(handle)
    } catch {
      t.fail(error)
    }
  }
  t.test("device memory is copied, set and read back in regions through a handle") { t in
    let bus = ProcessorBus()
    do throws(BusError) {
      let handle = try t.kernel.open(display.frameBuffer, .prefetchable)
      bus.setRegion(handle, 0, UInt16(0xA55A), count: 64)
      bus.setRegion(handle, 128, UInt32(0x0102_0304), count: 8)
      bus.copy(handle, 128, to: handle, 130, count: 15, as: UInt16.self)
      bus.barrier()
      var bytes = InlineArray<6, UInt8>(repeating: 0)
      var span = bytes.mutableSpan
      bus.readRegion(handle, 126, &span)
      // A5 5A end the first region; the second begins with its word's lower half twice.
      let expected: InlineArray<6, UInt8> = [0x5A, 0xA5, 0x04, 0x03, 0x04, 0x03]
      for index in 0..<6 { t.expect(UInt32(bytes[index]), is: UInt32(expected[index]), "a byte") }
      t.expect(bus.read(handle, 156), is: 0x0304_0102, "the copy's end")
      try t.kernel.close(handle)
    } catch {
      t.fail(error)
    }
  }
}
#endif
