import Primitives
import VMem

/// What must be true of a chain world, whatever led to it, given what was allocated and not freed.
///
/// The choice of places is not foreseen here; that is the single arena's affair. What is checked is that nothing is
/// given out twice, lost or forgotten between the three, and that a refusal was due.
public struct ChainModel: Sendable {
  /// Ranges that the consumer gave out, oldest first.
  public var live: [AddressRange<UInt8>] = []
  /// A range that somebody else holds in the source.
  public var foreign: AddressRange<UInt8>?

  public init() {}

  /// What is wrong; nil if nothing is.
  public func problem(in world: ChainWorld) -> String? {
    let consumer = world.consumer.checkInvariants()
    if consumer != 0 { return "VMem-I\(consumer) is broken in the consumer" }
    let source = world.source.checkInvariants()
    if source != 0 { return "VMem-I\(source) is broken in the source" }
    return problemWithSegments(world) ?? problemWithSpans(world)
  }

  /// The consumer's allocations are the live ones and the cached ones.
  private func problemWithSegments(_ world: ChainWorld) -> String? {
    var found = 0
    var cached = 0
    world.consumer.walk { segment in
      guard segment.kind != .free else { return }
      if live.contains(segment.range) { found += 1 } else { cached += 1 }
    }
    if found != live.count { return "\(live.count) live allocations, \(found) of them in the walk" }
    let statistics = world.consumer.statistics
    if statistics.cachedSegments != cached {
      return "\(cached) cached by the walk, not \(statistics.cachedSegments)"
    }
    let inUse = live.reduce(0) { $0 + UInt64($1.countMinusOne) + 1 } + statistics.cached
    return statistics.inUse == inUse ? nil : "\(statistics.inUse) in use, not \(inUse)"
  }

  /// The source's allocations are the consumer's spans and the foreign range, and no span is wholly free.
  private func problemWithSpans(_ world: ChainWorld) -> String? {
    var held: [AddressRange<UInt8>] = []
    world.source.walk { if $0.kind != .free { held.append($0.range) } }
    var spans: [AddressRange<UInt8>] = []
    world.consumer.walkSpans { spans.append($0) }
    let expected = (spans + (foreign.map { [$0] } ?? [])).sorted { $0.first < $1.first }
    if held != expected { return "the source says \(held), the spans are \(expected)" }
    var problem: String?
    world.consumer.walk { segment in
      if segment.kind == .free, spans.contains(segment.range) {
        problem = "\(segment.range) was not released"
      }
    }
    return problem
  }

  /// Whether `count` addresses at `alignment` could have been had: from a free segment of the consumer or of the
  /// source.
  public func isPossible(_ count: UInt8, alignment: UInt8, in world: ChainWorld) -> Bool {
    var isPossible = false
    let look = { (segment: Segment<UInt8>) in
      guard segment.kind == .free else { return }
      let first = (Int(segment.range.first) + Int(alignment) - 1) / Int(alignment) * Int(alignment)
      if first + Int(count) - 1 <= Int(segment.range.last) { isPossible = true }
    }
    world.consumer.walk(look)
    world.source.walk(look)
    return isPossible
  }
}
