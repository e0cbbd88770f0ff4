#if os(none)
import Drawing
import Machine
import VMem

/// How scattered the free space of each arena was, from the first picture on.
enum FragmentationHistory {
  /// The arenas that the kernel always has, and one that comes with trials.
  static var curves: Int { 6 }

  typealias Samples = SampleHistory<1440>

  /// Nil until the first sample.
  private nonisolated(unsafe) static var stored: Samples?

  /// Takes a sample of every arena. Context: threads, no lock held.
  static func sample(_ kernel: Kernel) {
    if unsafe stored == nil { unsafe stored = Samples(curves: curves) }
    var values = InlineArray<6, UInt16>(repeating: Samples.none)
    var curve = 0
    kernel.eachArena { arena in
      if curve < curves { values[curve] = UInt16(truncatingIfNeeded: arena.statistics.fragmentation) }
      curve += 1
    }
    unsafe stored?.add { values[$0] }
  }

  /// Whether a curve has a sample.
  static func has(_ curve: Int) -> Bool {
    for index in 0..<(unsafe stored?.count ?? 0) where unsafe stored?[curve, index] != Samples.none {
      return true
    }
    return false
  }

  /// Draws what there is.
  static func draw<Store: PixelStore>(on canvas: Canvas<Store>, in area: Box) {
    guard let history = unsafe stored else { return }
    Chart<Store, 1440>(on: canvas, in: area).draw(history)
  }
}
#endif
