import Primitives
import VMem

/// A request as the lines of a script write it: what is not said does not constrain.
public struct Ask<Address: ArenaAddress>: Sendable {
  let request: Request<Address>

  init(
    _ size: Address, align: Address = 1, phase: Address = 0, nocross: Address = 0, min: Address = 0,
    max: Address = .max, policy: Policy = .firstFit
  ) {
    var request = Request<Address>(count: size)
    request.alignment = align
    request.phase = phase
    request.nocross = nocross
    request.first = min
    request.last = max
    request.policy = policy
    self.request = request
  }

  /// The same, at exactly this address.
  func at(_ address: Address) -> Request<Address> {
    var request = request
    request.at = address
    return request
  }
}

/// An arena and the calls made to it, each with the answer that it must give. The first wrong answer is kept.
///
/// Runs wherever the arena runs: the host tests and the kernel's self-tests play the same scripts.
public struct ArenaScript<Address: ArenaAddress> {
  private let arena: Arena<Address, NoLock>
  /// How many lines were played.
  public private(set) var lines = 0
  /// The number of the first line, counted from 1, whose answer was wrong; 0 if none was.
  public private(set) var firstWrong = 0

  init(_ arena: Arena<Address, NoLock>) {
    self.arena = arena
  }

  private mutating func line(_ holds: Bool) {
    lines += 1
    if !holds || arena.checkInvariants() != 0, firstWrong == 0 { firstWrong = lines }
  }

  /// A line about something else than the arena.
  mutating func says(_ holds: Bool) { line(holds) }

  private func range(_ first: Address, _ count: Address) -> AddressRange<Address> {
    AddressRange(first: first, last: first &+ (count &- 1))
  }

  // MARK: Spans

  mutating func span(_ first: Address, count: Address) {
    var isAdded = true
    do { try arena.add(first: first, count: count) } catch { isAdded = false }
    line(isAdded)
  }

  mutating func refusesSpan(_ first: Address, count: Address) {
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
  mutating func grants(_ ask: Ask<Address>, at address: Address) {
    grants(ask.request, at: address)
  }

  /// The request must be possible, and possible at `address`, where it is then allocated: for traces whose
  /// addresses another allocator chose.
  mutating func replays(_ ask: Ask<Address>, at address: Address) {
    let foreseen = try? arena.explain(ask.request)
    line(foreseen?.placement != nil)
    grants(ask.at(address), at: address)
  }

  private mutating func grants(_ request: Request<Address>, at address: Address) {
    let foreseen = try? arena.explain(request)
    let range = try? arena.allocate(request)
    guard let range else { return line(false) }
    let rounded = request.countMinusOne | (arena.quantum &- 1)
    line(range.first == address && range.countMinusOne == rounded && foreseen?.placement == range)
  }

  /// The request must be granted, wherever; the dry run must say where.
  mutating func grantsAnywhere(_ ask: Ask<Address>) {
    let foreseen = try? arena.explain(ask.request)
    let range = try? arena.allocate(ask.request)
    line(range != nil && foreseen?.placement == range)
  }

  mutating func refuses(_ ask: Ask<Address>) {
    refuses(ask.request)
  }

  mutating func grantsExactly(_ first: Address, _ count: Address) {
    grants(Request(exactly: range(first, count)), at: first)
  }

  mutating func refusesExactly(_ first: Address, _ count: Address) {
    guard let range = AddressRange(first: first, count: count) else { return line(true) }
    refuses(Request(exactly: range))
  }

  private mutating func refuses(_ request: Request<Address>) {
    let foreseen = (try? arena.explain(request))?.placement
    line((try? arena.allocate(request)) == nil && foreseen == nil)
  }

  // MARK: Frees

  /// The free is refused for having nothing to free there: never allocated, or freed already.
  mutating func hasNothing(_ first: Address, _ count: Address) {
    var isMissing = false
    do throws(FreeError<Address>) { try arena.free(range(first, count)) } catch {
      if case .notAllocated = error { isMissing = true }
    }
    line(isMissing)
  }

  mutating func frees(_ first: Address, _ count: Address) {
    var isFreed = true
    do { try arena.free(range(first, count)) } catch { isFreed = false }
    line(isFreed)
  }

  mutating func refusesFree(_ first: Address, _ count: Address) {
    var isFreed = true
    do { try arena.free(range(first, count)) } catch { isFreed = false }
    line(!isFreed)
  }

  mutating func freesPart(_ first: Address, _ count: Address) {
    var isFreed = true
    do { try arena.freeFragment(range(first, count)) } catch { isFreed = false }
    line(isFreed)
  }

  mutating func refusesPart(_ first: Address, _ count: Address) {
    var isFreed = true
    do { try arena.freeFragment(range(first, count)) } catch { isFreed = false }
    line(!isFreed)
  }

  // MARK: What is there

  mutating func holds(inUse: UInt64, free: UInt64) {
    let statistics = arena.statistics
    line(statistics.inUse == inUse && statistics.free == free)
  }

  /// The lowest allocation that begins in `first...last` begins at `address`; nil for none there.
  mutating func findsAllocation(from first: Address, through last: Address, at address: Address?) {
    var found: Address?
    var from = first
    while found == nil, let segment = arena.segment(atOrAfter: from), segment.range.first <= last {
      if segment.kind == .allocated, segment.range.first >= first { found = segment.range.first }
      guard segment.range.last < last else { break }
      from = segment.range.last + 1
    }
    line(found == address)
  }

  mutating func hasFreeSegments(_ count: Int) {
    line(arena.statistics.freeSegments == count)
  }

  /// The segment at `address` is the range of `count` addresses from there on, free or allocated.
  mutating func shows(_ first: Address, count: Address, isFree: Bool) {
    let segment = arena.segment(atOrAfter: first)
    line(segment?.range == range(first, count) && (segment?.kind == .free) == isFree)
  }
}
