#if os(none)
import BusSpace
import Frames
import Machine
import Text
import VMap
import VMem

/// An arena of the kernel, whatever the type of its addresses.
enum AnyArena {
  case ports(Arena<UInt16, KernelLock>)
  case words(Arena<UInt32, KernelLock>)

  var statistics: Statistics {
    switch self {
    case .ports(let arena): arena.statistics
    case .words(let arena): arena.statistics
    }
  }

  var name: ArenaName {
    switch self {
    case .ports(let arena): arena.name
    case .words(let arena): arena.name
    }
  }

  /// Calls `body` with each segment in address order.
  func walk(_ body: (Segment<UInt32>) -> Void) {
    switch self {
    case .words(let arena): arena.walk(body)
    case .ports(let arena): arena.walk { body(Segment<UInt32>(widening: $0)) }
    }
  }

  /// From the first address of the lowest span to the last of the highest; nil without spans.
  var hull: AddressRange<UInt32>? {
    var hull: AddressRange<UInt32>?
    // Closures written in place: a local function that is passed on would need a heap in a debug build.
    switch self {
    case .words(let arena):
      arena.walkSpans { hull = AddressRange(first: hull?.first ?? $0.first, last: $0.last) }
    case .ports(let arena):
      arena.walkSpans {
        hull = AddressRange(first: hull?.first ?? UInt32($0.first), last: UInt32($0.last))
      }
    }
    return hull
  }
}

extension Segment<UInt32> {
  /// A segment of ports.
  init(widening ports: Segment<UInt16>) {
    self.init(
      range: AddressRange(first: UInt32(ports.range.first), last: UInt32(ports.range.last)),
      kind: ports.kind == .free ? .free : .allocated, owner: ports.owner)
  }
}

extension Kernel {
  /// Calls `body` with every arena, in the order in which they came to be.
  func eachArena(_ body: (AnyArena) -> Void) {
    body(.ports(bus.ports))
    body(.words(bus.memory))
    body(.ports(bus.interrupts))
    body(.words(memory.frames.arena))
    body(.words(memory.window.arena))
    if let trial = TrialWindow.arena { body(.words(trial)) }
  }

  /// The arena of a name, or nil.
  func arena(named name: ShortName) -> AnyArena? {
    var found: AnyArena?
    eachArena { arena in
      if arena.name.withBytes({ name.equals($0) }) { found = arena }
    }
    return found
  }
}
#endif
