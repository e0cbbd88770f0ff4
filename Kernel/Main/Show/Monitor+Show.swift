#if os(none)
import BusSpace
import Drawing
import Machine
import Primitives
import Text
import VMem

/// Why nothing was drawn.
enum ShowError: Error {
  case noDisplay
  case mode
  case tooSmall
  case bus(BusError)
}

extension ArenaPicture {
  /// Sets a mode unless it is set, maps the frame buffer, draws the arenas, and takes the mapping down again. The picture
  /// stays on the display.
  func show() throws(ShowError) {
    guard let display = kernel.display else { throw .noDisplay }
    let (width, height) = (Self.width, Self.height)
    guard
      display.hasMode(width: UInt16(width), height: UInt16(height))
        || display.setMode(width: UInt16(width), height: UInt16(height))
    else { throw .mode }
    let pixels = UInt32(width * height * 4)
    guard let part = BusRange(.memory, first: display.frameBuffer.first, countMinusOne: pixels - 1) else {
      throw .tooSmall
    }
    do throws(BusError) {
      let handle = try kernel.open(part, .linear.union(.prefetchable))
      let address = try kernel.mappedBus.address(of: handle)
      draw(on: Canvas(FrameBuffer(address: address, width: width, height: height)))
      try kernel.close(handle)
    } catch {
      throw .bus(error)
    }
  }
}

extension Monitor {
  /// `show`: once, or from now on whenever something changes.
  mutating func show(_ words: ShowWords) {
    if words == .off {
      guard LiveShow.isOn else { return fail("no live picture is on") }
      LiveShow.end()
      console.write("drawn ")
      console.write(decimal: LiveShow.count)
      console.write(" times")
      return console.newline()
    }
    FragmentationHistory.sample(kernel)
    do throws(ShowError) {
      try ArenaPicture(kernel: kernel).show()
      console.write("drawn at ")
      console.write(decimal: UInt32(ArenaPicture.width))
      console.write(" by ")
      console.write(decimal: UInt32(ArenaPicture.height))
      console.newline()
      if words == .live { LiveShow.begin(kernel) }
    } catch {
      switch error {
      case .noDisplay: fail("this machine has no Bochs display to draw on")
      case .mode: fail("the display does not take the mode")
      case .tooSmall: fail("the frame buffer ends before the picture")
      case .bus(let error):
        beginFailure()
        kernel.bus.write(error, to: &console)
        console.newline()
      }
    }
  }
}
#endif
