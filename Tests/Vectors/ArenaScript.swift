import Primitives
import VMem

/// A request as the lines of a script write it: what is not said does not constrain.
public struct Ask: Sendable {
  let request: Request<UInt32>

  init(
    _ size: UInt32, align: UInt32 = 1, phase: UInt32 = 0, nocross: UInt32 = 0, min: UInt32 = 0,
    max: UInt32 = .max, policy: Policy = .firstFit
  ) {
    var request = Request<UInt32>(count: size)
    request.alignment = align
    request.phase = phase
    request.nocross = nocross
    request.first = min
    request.last = max
    request.policy = policy
    self.request = request
  }

  /// The same, at exactly this address.
  func at(_ address: UInt32) -> Request<UInt32> {
    var request = request
    request.at = address
    return request
  }
}

/// An arena and the calls made to it, each with the answer that it must give. The first wrong answer is kept.
///
/// Runs wherever the arena runs: the host tests and the kernel's self-tests play the same scripts.
public struct ArenaScript {
  private let arena: Arena<UInt32, NoLock>
  /// How many lines were played.
  public private(set) var lines = 0
  /// The number of the first line, counted from 1, whose answer was wrong; 0 if none was.
  public private(set) var firstWrong = 0

  init(_ arena: Arena<UInt32, NoLock>) {
    self.arena = arena
  }

  private mutating func line(_ holds: Bool) {
    lines += 1
    if !holds || arena.checkInvariants() != 0, firstWrong == 0 { firstWrong = lines }
  }

  private func range(_ first: UInt32, _ count: UInt32) -> AddressRange<UInt32> {
    AddressRange(first: first, last: first &+ (count &- 1))
  }

  // MARK: Spans

  mutating func span(_ first: UInt32, count: UInt32) {
    var isAdded = true
    do { try arena.add(first: first, count: count) } catch { isAdded = false }
    line(isAdded)
  }

  mutating func refusesSpan(_ first: UInt32, count: UInt32) {
    var isAdded = true
    do { try arena.add(first: first, count: count) } catch { isAdded = false }
    line(!isAdded)
  }

  /// The whole space, whose count no 32-bit number can say.
  mutating func wholeSpace() {
    var isAdded = true
    do { try arena.add(span: .whole) } catch { isAdded = false }
    line(isAdded)
  }

  // MARK: Allocations

  /// The answer must be the range from `address` on; the dry run must say so before.
  mutating func grants(_ ask: Ask, at address: UInt32) {
    grants(ask.request, at: address)
  }

  /// The request must be possible, and possible at `address`, where it is then allocated: for traces whose
  /// addresses another allocator chose.
  mutating func replays(_ ask: Ask, at address: UInt32) {
    let foreseen = try? arena.explain(ask.request)
    line(foreseen?.placement != nil)
    grants(ask.at(address), at: address)
  }

  private mutating func grants(_ request: Request<UInt32>, at address: UInt32) {
    let foreseen = try? arena.explain(request)
    let range = try? arena.allocate(request)
    guard let range else { return line(false) }
    let rounded = request.countMinusOne | (arena.quantum &- 1)
    line(range.first == address && range.countMinusOne == rounded && foreseen?.placement == range)
  }

  mutating func refuses(_ ask: Ask) {
    refuses(ask.request)
  }

  mutating func grantsExactly(_ first: UInt32, _ count: UInt32) {
    grants(Request(exactly: range(first, count)), at: first)
  }

  mutating func refusesExactly(_ first: UInt32, _ count: UInt32) {
    guard let range = AddressRange(first: first, count: count) else { return line(true) }
    refuses(Request(exactly: range))
  }

  private mutating func refuses(_ request: Request<UInt32>) {
    let foreseen = (try? arena.explain(request))?.placement
    line((try? arena.allocate(request)) == nil && foreseen == nil)
  }

  // MARK: Frees

  mutating func frees(_ first: UInt32, _ count: UInt32) {
    var isFreed = true
    do { try arena.free(range(first, count)) } catch { isFreed = false }
    line(isFreed)
  }

  mutating func refusesFree(_ first: UInt32, _ count: UInt32) {
    var isFreed = true
    do { try arena.free(range(first, count)) } catch { isFreed = false }
    line(!isFreed)
  }

  mutating func freesPart(_ first: UInt32, _ count: UInt32) {
    var isFreed = true
    do { try arena.freeFragment(range(first, count)) } catch { isFreed = false }
    line(isFreed)
  }

  mutating func refusesPart(_ first: UInt32, _ count: UInt32) {
    var isFreed = true
    do { try arena.freeFragment(range(first, count)) } catch { isFreed = false }
    line(!isFreed)
  }

  // MARK: What is there

  mutating func holds(inUse: UInt64, free: UInt64) {
    let statistics = arena.statistics
    line(statistics.inUse == inUse && statistics.free == free)
  }

  mutating func hasFreeSegments(_ count: Int) {
    line(arena.statistics.freeSegments == count)
  }

  /// The segment at `address` is the range of `count` addresses from there on, free or allocated.
  mutating func shows(_ first: UInt32, count: UInt32, isFree: Bool) {
    let segment = arena.segment(atOrAfter: first)
    line(segment?.range == range(first, count) && (segment?.kind == .free) == isFree)
  }
}
