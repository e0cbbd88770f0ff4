#if os(none)
import BusSpace
import Drawing
import Machine
import Primitives
import Text
import VMem

extension Monitor {
  /// `show`: sets a mode, maps the frame buffer, draws the arenas, and takes the mapping down again. The picture stays on
  /// the display.
  mutating func show() {
    guard let display = kernel.display else { return fail("this machine has no Bochs display to draw on") }
    let (width, height) = (ArenaPicture.width, ArenaPicture.height)
    guard display.setMode(width: UInt16(width), height: UInt16(height)) else {
      return fail("the display does not take the mode")
    }
    let pixels = UInt32(width * height * 4)
    guard let part = BusRange(.memory, first: display.frameBuffer.first, countMinusOne: pixels - 1) else {
      return fail("the frame buffer ends before the picture")
    }
    do throws(BusError) {
      let handle = try kernel.open(part, .linear.union(.prefetchable))
      let address = try kernel.mappedBus.address(of: handle)
      let picture = ArenaPicture(kernel: kernel)
      picture.draw(on: Canvas(FrameBuffer(address: address, width: width, height: height)))
      try kernel.close(handle)
      console.write("drawn at ")
      console.write(decimal: UInt32(width))
      console.write(" by ")
      console.write(decimal: UInt32(height))
    } catch {
      console.write("error: ")
      kernel.bus.write(error, to: &console)
    }
    console.newline()
  }
}
#endif
