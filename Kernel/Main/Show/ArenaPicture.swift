#if os(none)
import BusSpace
import Drawing
import Frames
import Machine
import Text
import VMap
import VMem

/// The picture of `show`: a band for each arena, one below the other.
struct ArenaPicture {
  static let width = 1024
  static let height = 1010

  private static let margin = 24
  /// Where the ISA devices of a PC are: the first 2,048 ports.
  private static let isaPorts: (first: UInt32, last: UInt32) = (0, 0x7FF)
  /// Where PCI devices, interrupt controllers and the firmware's ROM are: the last 64 MiB.
  private static let deviceMemory: (first: UInt32, last: UInt32) = (0xFC00_0000, 0xFFFF_FFFF)

  /// The chart of fragmentation takes what the bands leave, and so much at least.
  private static let chartHeight = 120

  let kernel: Kernel

  /// Draws everything; the canvas is `width` by `height`.
  func draw<Store: PixelStore>(on canvas: Canvas<Store>) {
    canvas.fill(Box(x: 0, y: 0, width: canvas.width, height: canvas.height), Palette.background)
    drawHeader(on: canvas)
    var y = 64
    y = draw(.ports(kernel.bus.ports), on: canvas, at: y, lens: Self.isaPorts)
    y = draw(.words(kernel.bus.memory), on: canvas, at: y, lens: Self.deviceMemory)
    y = draw(.words(kernel.memory.window.arena), on: canvas, at: y, lens: nil)
    y = draw(.words(kernel.memory.frames.arena), on: canvas, at: y, lens: nil)
    if let trial = TrialWindow.arena { y = draw(.words(trial), on: canvas, at: y, lens: nil) }
    drawChart(on: canvas, at: min(y + 8, Self.height - Self.margin - Self.chartHeight))
  }

  private func drawHeader<Store: PixelStore>(on canvas: Canvas<Store>) {
    var pen = Pen(canvas, x: Self.margin, y: 14, Palette.text, scale: 3)
    pen.write("Tessera")
    pen = Pen(canvas, x: Self.margin + 200, y: 18, Palette.accent)
    pen.write("who has which addresses")
    pen = Pen(canvas, x: Self.margin + 200, y: 34, Palette.dimText)
    pen.write("colours are owners, slanted lines are free; a lower bar magnifies a part of the one above")
    canvas.fill(Box(x: Self.margin, y: 54, width: Self.width - 2 * Self.margin, height: 1), Palette.dimText)
  }

  /// The chart with its title, and a legend of arenas in the order in which they are sampled.
  private func drawChart<Store: PixelStore>(on canvas: Canvas<Store>, at top: Int) {
    let width = Self.width - 2 * Self.margin
    canvas.fill(
      Box(x: 0, y: top - 8, width: canvas.width, height: canvas.height - top + 8), Palette.background)
    canvas.fill(Box(x: Self.margin, y: top - 8, width: width, height: 1), Palette.dimText)
    var pen = Pen(canvas, x: Self.margin, y: top, Palette.text)
    pen.write("fragmentation")
    pen.colour = Palette.dimText
    pen.write(": 1 - largest / free, sample by sample")
    pen.x += 3 * Pen<Store>.advance
    var curve = 0
    kernel.eachArena { arena in
      if curve < 5 { drawKey(arena.name, curve, with: &pen, on: canvas) }
      curve += 1
    }
    if FragmentationHistory.has(5) { drawKey(Monitor.trial, 5, with: &pen, on: canvas) }
    let below = top + 20
    FragmentationHistory.draw(
      on: canvas, in: Box(x: Self.margin, y: below, width: width, height: Self.height - 10 - below))
  }

  private func drawKey<Store: PixelStore>(
    _ name: ArenaName, _ curve: Int, with pen: inout Pen<Store>, on canvas: Canvas<Store>
  ) {
    canvas.fill(Box(x: pen.x, y: pen.y + 4, width: 16, height: 3), Palette.curve(curve))
    pen.x += 16 + 6
    pen.colour = Palette.text
    name.withBytes { pen.write($0) }
    pen.x += 2 * Pen<Store>.advance
  }

  private func draw<Store: PixelStore>(
    _ arena: AnyArena, on canvas: Canvas<Store>, at y: Int, lens: (first: UInt32, last: UInt32)?
  ) -> Int {
    guard let source = ArenaSource(arena) else { return y }
    let band = ArenaBand(
      source, on: canvas, x: Self.margin, width: Self.width - 2 * Self.margin, lens: lens)
    return band.draw(at: y) + 16
  }
}
#endif
