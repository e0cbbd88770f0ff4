#if os(none)
import BusSpace
import Drawing
import Machine
import Primitives
import Text
import VMap
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
    let window = kernel.memory.window
    do throws(VMapError) {
      let mapping = try window.vmap(
        display.frameBuffer.first, size: UInt32(width * height * 4),
        MappingOptions(.writeCombining, owner: Owners.register("frame buffer")))
      let picture = ArenaPicture(kernel: kernel)
      picture.draw(on: Canvas(FrameBuffer(address: mapping.address, width: width, height: height)))
      try window.vunmap(mapping.address)
      console.write("drawn at ")
      console.write(decimal: UInt32(width))
      console.write(" by ")
      console.write(decimal: UInt32(height))
    } catch {
      console.write("error: ")
      console.write(error)
    }
    console.newline()
  }
}
#endif
