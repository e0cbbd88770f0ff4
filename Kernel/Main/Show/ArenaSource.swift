#if os(none)
import Drawing
import Machine
import Primitives
import Text
import VMem

/// An arena of the kernel as the picture needs it.
struct ArenaSource: BandSource {
  let arena: AnyArena
  let first: UInt32
  let last: UInt32

  /// Nil for an arena without a span, of which there is nothing to draw.
  init?(_ arena: AnyArena) {
    guard let hull = arena.hull else { return nil }
    self.arena = arena
    first = hull.first
    last = hull.last
  }

  func eachSegment(_ body: (BandSegment) -> Void) {
    arena.walk { segment in
      body(
        BandSegment(
          first: segment.range.first, last: segment.range.last, owner: segment.owner.rawValue,
          isFree: segment.kind == .free))
    }
  }

  func writeName<Sink: ByteSink>(to sink: inout Sink) {
    arena.name.withBytes { sink.write($0) }
  }

  func writeFigures<Sink: ByteSink>(to sink: inout Sink) {
    let statistics = arena.statistics
    sink.write(about: statistics.inUse)
    sink.write(" in use, ")
    sink.write(about: statistics.free)
    sink.write(" free, largest ")
    sink.write(about: statistics.largestFreeMinusOne.map { $0 + 1 } ?? 0)
    sink.write(", ")
    sink.write(decimal: UInt32(statistics.allocatedSegments + statistics.freeSegments))
    sink.write(" segments")
  }

  func writeOwner<Sink: ByteSink>(_ owner: UInt16, to sink: inout Sink) {
    // The frame allocator takes single frames from chunks that belong to nobody.
    if owner == 0 { sink.write("unnamed") } else { sink.write(Owner(rawValue: owner)) }
  }
}
#endif
