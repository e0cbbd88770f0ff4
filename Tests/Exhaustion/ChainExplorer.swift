import Primitives
import VMem

/// Plays every sequence of moves up to a depth in a chain world, and checks the world after every move.
@safe
public final class ChainExplorer {
  /// The alphabet.
  public enum Move: CaseIterable, Sendable {
    case one, two, three, twoAligned
    case freeOldest, freeNewest, freeFront
    case foreign, reap
  }

  private let world: ChainWorld
  private let copies: [UnsafeMutableRawBufferPointer]
  private var path: [Move] = []
  public private(set) var moves = 0
  /// What went wrong, with the moves that led there.
  public private(set) var problems: [String] = []
  /// How often what the run is about took place.
  public private(set) var imports = 0
  public private(set) var cacheHits = 0
  public private(set) var refills = 0

  public init(depth: Int) throws {
    world = try ChainWorld()
    copies = (0...depth).map { [size = world.slabSize] _ in
      .allocate(byteCount: size, alignment: 64)
    }
  }

  deinit { for copy in copies { unsafe copy.deallocate() } }

  /// Plays all sequences that begin with one of `first`.
  public func explore(startingWith first: [Move] = Move.allCases) {
    explore(ChainModel(), first)
  }

  private func explore(_ model: ChainModel, _ choices: [Move]) {
    let level = path.count
    if level == copies.count - 1 { return end(model) }
    unsafe world.save(to: copies[level])
    for move in choices where isSensible(move, model) {
      var next = model
      path.append(move)
      moves += 1
      if let problem = play(move, &next) ?? next.problem(in: world) {
        if problems.count < 10 { problems.append("\(path): \(problem)") }
      } else {
        explore(next, Move.allCases)
      }
      path.removeLast()
      unsafe world.restore(from: copies[level])
    }
  }

  /// A free of nothing leads nowhere new.
  private func isSensible(_ move: Move, _ model: ChainModel) -> Bool {
    switch move {
    case .freeOldest, .freeNewest: !model.live.isEmpty
    case .freeFront: model.live.contains { $0.countMinusOne > 0 }
    case .reap: world.consumer.statistics.cachedSegments > 0
    default: true
    }
  }

  /// Plays one move; what is wrong with its answer, nil if nothing is.
  private func play(_ move: Move, _ model: inout ChainModel) -> String? {
    switch move {
    case .one: return allocate(1, &model)
    case .two: return allocate(2, &model)
    case .three: return allocate(3, &model)
    case .twoAligned: return allocate(2, alignment: 4, &model)
    case .freeOldest: return free(model.live.removeFirst())
    case .freeNewest: return free(model.live.removeLast())
    case .freeFront: return freeFront(&model)
    case .foreign: return toggleForeign(&model)
    case .reap: return world.consumer.reap() ? nil : "nothing was reaped"
    }
  }

  private func allocate(_ count: UInt8, alignment: UInt8 = 1, _ model: inout ChainModel) -> String? {
    var request = Request<UInt8>(count: count)
    request.alignment = alignment
    if alignment > 1 { request.policy = .bestFit }
    let before = world.consumer.statistics
    let pieces = world.grantedPieces
    do throws(AllocationError<UInt8>) {
      let range = try world.consumer.allocate(request)
      if range.countMinusOne != count - 1 || range.first % alignment != 0 { return "was given \(range)" }
      if range.last > 11 { return "was given \(range), outside the source" }
      if model.live.contains(where: { $0.overlaps(range) }) { return "was given \(range) again" }
      model.live.append(range)
      note(since: before, pieces)
      return nil
    } catch {
      return refusal(error, request, count, model, pieces)
    }
  }

  private func note(since before: Statistics, _ pieces: Int) {
    let after = world.consumer.statistics
    if after.importedSpans > before.importedSpans { imports += 1 }
    if after.cacheHits != before.cacheHits { cacheHits += 1 }
    if world.grantedPieces > pieces { refills += 1 }
  }

  /// What is wrong with a refusal: a place was there, or tags were.
  private func refusal(
    _ error: AllocationError<UInt8>, _ request: Request<UInt8>, _ count: UInt8, _ model: ChainModel,
    _ pieces: Int
  ) -> String? {
    switch error {
    case .noSpace:
      if world.consumer.statistics.cachedSegments > 0 { return "refused with full caches" }
      return model.isPossible(count, alignment: request.alignment, in: world) ? "refused: \(error)" : nil
    case .outOfTags:
      return world.grantedPieces < ChainWorld.pieceCount ? "out of tags too early" : nil
    default:
      return "\(error)"
    }
  }

  private func free(_ range: AddressRange<UInt8>) -> String? {
    do { try world.consumer.free(range) } catch { return "\(error)" }
    return nil
  }

  /// Gives the first address of the newest allocation of two or more back. One that went through a cache refuses.
  private func freeFront(_ model: inout ChainModel) -> String? {
    let index = model.live.lastIndex { $0.countMinusOne > 0 }!
    let range = model.live[index]
    do throws(FreeError<UInt8>) {
      try world.consumer.freeFragment(AddressRange(first: range.first, last: range.first))
      model.live[index] = AddressRange(first: range.first + 1, last: range.last)
      return nil
    } catch {
      guard case .cached = error else { return "\(error)" }
      return range.countMinusOne < 2 ? nil : "\(error) for what no cache holds"
    }
  }

  private func toggleForeign(_ model: inout ChainModel) -> String? {
    if let foreign = model.foreign {
      do { try world.source.free(foreign) } catch { return "\(error)" }
      model.foreign = nil
    } else {
      model.foreign = try? world.source.allocate(Request(count: 5))
    }
    return nil
  }

  /// At the end of a sequence everything is freed and the consumer destroyed: all must have come back.
  private func end(_ model: ChainModel) {
    unsafe world.save(to: copies[path.count])
    for range in model.live {
      if let problem = free(range) { problems.append("\(path), then freeing \(range): \(problem)") }
    }
    do { try world.consumer.destroy() } catch { problems.append("\(path), then destroy: \(error)") }
    let kept = world.source.statistics.inUse
    let foreign = model.foreign.map { UInt64($0.countMinusOne) + 1 } ?? 0
    if kept != foreign { problems.append("\(path): \(kept - foreign) addresses were not given back") }
    if world.grantedPieces != 0 {
      problems.append("\(path): \(world.grantedPieces) pieces were not given back")
    }
    unsafe world.restore(from: copies[path.count])
  }
}
