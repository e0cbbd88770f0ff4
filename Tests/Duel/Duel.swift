import Oracle
import Primitives
import VMem

/// An arena and its oracle side by side: each step is put to both, and they must agree on the answer, on every
/// segment afterwards and on the sums.
///
/// Steps are in 64 bits whatever the address type; values that the type cannot express are cut to it, in which
/// case the oracle sees the cut value too.
@safe
public final class Duel<Address: ArenaAddress> {
  public let arena: Arena<Address, NoLock>
  public private(set) var reference: ReferenceArena
  /// Where next fit begins; nil after the last address of the space was given out by it.
  private var cursor: UInt64 = 0
  private let storage: UnsafeMutableRawBufferPointer
  /// How often the segments are compared: after every step, or after every so many.
  public var compareEvery = 1
  private var steps = 0

  /// - Parameters:
  ///   - spans: First address and number of quanta of each, ascending.
  ///   - allocations: How many may live at once; a step that needs more is not comparable.
  public init(
    quantum: Address, spans: [(first: Address, cells: Int)], allocations: Int,
    addressIndex: AddressIndex = .onDemand
  ) throws {
    let size = Arena<Address, NoLock>.storageSize(
      spans: spans.count, allocations: allocations, addressIndex: addressIndex)
    unsafe storage = .allocate(byteCount: size, alignment: 16)
    arena = try unsafe Arena<Address, NoLock>.create(
      name: "duel", quantum: quantum, addressIndex: addressIndex, storage: storage)
    reference = ReferenceArena(quantum: UInt64(quantum))
    for span in spans {
      reference.addSpan(first: UInt64(span.first), cells: span.cells)
      let last = span.first + (Address(span.cells - 1) * quantum + (quantum - 1))
      try arena.add(span: AddressRange(first: span.first, last: last))
    }
  }

  deinit { unsafe storage.deallocate() }

  /// What an arena can be asked.
  public enum Step: Sendable {
    case allocate(Wish, Policy)
    case claim(first: UInt64, last: UInt64)
    case free(first: UInt64, last: UInt64)
    case freeFragment(first: UInt64, last: UInt64)
  }

  /// The two disagree: on what, and what each says.
  public struct Disagreement: Error, CustomStringConvertible {
    public let description: String
  }

  /// Puts one step to both. The answer is the range that was allocated, if any.
  @discardableResult
  public func play(_ step: Step) throws -> AddressRange<Address>? {
    var granted: AddressRange<Address>?
    switch step {
    case .allocate(let wish, let policy): granted = try allocate(wish, policy)
    case .claim(let first, let last): granted = try claim(range(first, last))
    case .free(let first, let last): try free(range(first, last))
    case .freeFragment(let first, let last): try freeFragment(range(first, last))
    }
    steps += 1
    if steps % compareEvery == 0 { try compare(after: step) }
    return granted
  }

  private func range(_ first: UInt64, _ last: UInt64) -> AddressRange<Address> {
    let first = Address(truncatingIfNeeded: first)
    return AddressRange(first: first, last: max(first, Address(truncatingIfNeeded: last)))
  }

  private func differ(_ step: String, _ got: String, _ expected: String) -> Disagreement {
    Disagreement(description: "\(step): the arena says \(got), the oracle \(expected)")
  }

  // MARK: Allocating

  private func allocate(_ wish: Wish, _ policy: Policy) throws -> AddressRange<Address>? {
    var request = Request<Address>(countMinusOne: Address(truncatingIfNeeded: wish.countMinusOne))
    request.alignment = Address(truncatingIfNeeded: wish.alignment)
    request.phase = Address(truncatingIfNeeded: wish.phase)
    request.nocross = Address(truncatingIfNeeded: wish.nocross)
    request.first = Address(truncatingIfNeeded: wish.first)
    request.last = Address(clamping: wish.last)
    request.policy = policy
    let seen = Self.wish(of: request)
    let step = "\(policy) \(seen)"
    do {
      let range = try arena.allocate(request)
      guard isRight(range, seen, policy) else {
        throw differ(step, hex(range), reference.possiblePlaces(for: seen).prefix(8).map(hex).description)
      }
      take(range, policy)
      return range
    } catch let error as AllocationError<Address> {
      let places = reference.possiblePlaces(for: seen)
      guard places.isEmpty else { throw differ(step, "\(error)", places.prefix(8).map(hex).description) }
      return nil
    }
  }

  private static func wish(of request: Request<Address>) -> Wish {
    var wish = Wish(countMinusOne: UInt64(request.countMinusOne))
    wish.alignment = UInt64(request.alignment)
    wish.phase = UInt64(request.phase)
    wish.nocross = UInt64(request.nocross)
    wish.first = UInt64(request.first)
    wish.last = UInt64(request.last)
    return wish
  }

  private func isRight(_ range: AddressRange<Address>, _ wish: Wish, _ policy: Policy) -> Bool {
    let quantum = reference.quantum
    guard UInt64(range.countMinusOne) == wish.countMinusOne | (quantum - 1) else { return false }
    guard reference.isFree(first: UInt64(range.first), last: UInt64(range.last)) else { return false }
    let start = UInt64(range.first)
    return switch policy {
    case .instantFit:
      wish.permits(start: start, cells: wish.countMinusOne / quantum + 1, quantum: quantum)
    case .firstFit: reference.place(for: wish, .first) == start
    case .bestFit: reference.place(for: wish, .best) == start
    case .nextFit: reference.place(for: wish, .next(from: cursor)) == start
    }
  }

  private func take(_ range: AddressRange<Address>, _ policy: Policy) {
    reference.occupy(first: UInt64(range.first), last: UInt64(range.last))
    if policy == .nextFit { cursor = range.last == .max ? 0 : UInt64(range.last) + 1 }
  }

  private func claim(_ wanted: AddressRange<Address>) throws -> AddressRange<Address>? {
    let quantum = reference.quantum
    let isPossible =
      reference.isFree(first: UInt64(wanted.first), last: UInt64(wanted.first) + rounded(wanted, quantum))
    do {
      let range = try arena.claim(wanted)
      guard isPossible else { throw differ("claim \(hex(wanted))", hex(range), "impossible") }
      take(range, .instantFit)
      return range
    } catch let error as AllocationError<Address> {
      guard !isPossible else { throw differ("claim \(hex(wanted))", "\(error)", "possible") }
      return nil
    }
  }

  /// The rounded length less one; 0, which is never a whole number of quanta less one unless the quantum is 1, if
  /// the range would wrap.
  private func rounded(_ range: AddressRange<Address>, _ quantum: UInt64) -> UInt64 {
    let minusOne = UInt64(range.countMinusOne) | (quantum - 1)
    return minusOne <= UInt64(Address.max) - UInt64(range.first) ? minusOne : 0
  }

  // MARK: Freeing

  private func free(_ range: AddressRange<Address>) throws {
    let last = UInt64(range.first) + rounded(range, reference.quantum)
    let isRight = reference.isAllocation(first: UInt64(range.first), last: last)
    do {
      try arena.free(range)
      guard isRight else { throw differ("free \(hex(range))", "success", "no such allocation") }
      reference.release(first: UInt64(range.first), last: last)
    } catch let error as FreeError<Address> {
      guard !isRight else { throw differ("free \(hex(range))", "\(error)", "a live allocation") }
    }
  }

  private func freeFragment(_ part: AddressRange<Address>) throws {
    let quantum = reference.quantum
    let isAligned = UInt64(part.first) % quantum == 0 && UInt64(part.last) % quantum == quantum - 1
    let isRight = isAligned && reference.allocation(around: UInt64(part.first), UInt64(part.last)) != nil
    do {
      try arena.freeFragment(part)
      guard isRight else { throw differ("freeFragment \(hex(part))", "success", "no such part") }
      reference.release(first: UInt64(part.first), last: UInt64(part.last))
    } catch let error as FreeError<Address> {
      guard !isRight else {
        throw differ("freeFragment \(hex(part))", "\(error)", "a part of one allocation")
      }
    }
  }

  // MARK: Comparing

  /// Every segment, every sum and every invariant.
  public func compare(after step: Step) throws {
    var seen: [ReferenceArena.Segment] = []
    arena.walk {
      seen.append(
        ReferenceArena.Segment(
          first: UInt64($0.range.first), last: UInt64($0.range.last), isFree: $0.kind == .free))
    }
    let expected = reference.segments
    guard seen == expected else { throw differ("\(step)", "\(seen)", "\(expected)") }
    let broken = arena.checkInvariants()
    guard broken == 0 else { throw differ("\(step)", "VMem-I\(broken) is broken", "all invariants hold") }
    try compareSums(expected, after: step)
  }

  private func compareSums(_ segments: [ReferenceArena.Segment], after step: Step) throws {
    let statistics = arena.statistics
    let free = UInt64(reference.freeCells) &* reference.quantum
    let largest = segments.filter(\.isFree).map { $0.last - $0.first }.max()
    let isRight =
      statistics.free == free && statistics.largestFreeMinusOne == largest
      && statistics.inUse == UInt64(reference.cellCount - reference.freeCells) &* reference.quantum
      && statistics.allocatedSegments == segments.count { !$0.isFree }
      && statistics.freeSegments == segments.count(where: \.isFree)
    guard isRight else {
      throw differ("\(step)", "\(statistics)", "free \(free), largest \(String(describing: largest))")
    }
  }
}

func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }

func hex<Address>(_ range: AddressRange<Address>) -> String { "\(hex(range.first))...\(hex(range.last))" }
