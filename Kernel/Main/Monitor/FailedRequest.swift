#if os(none)
import Machine
import Primitives
import Text
import VMap
import VMem

/// A request that an arena refused, with what `explain` tells of it: taken at the moment of the failure, so that nothing
/// that happened since changes the answer.
struct FailedRequest {
  typealias Constraint = Explanation<UInt32>.Constraint

  let arena: ArenaName
  let request: Request<UInt32>
  private let reason: Reason
  private let largestFree: AddressRange<UInt32>?
  private let free: UInt64

  private enum Reason {
    case ruledOut(Constraint)
    case held(AddressRange<UInt32>, Owner)
    case outside(AddressRange<UInt32>)
    case invalid
  }

  /// The latest; nil until there was one. Context: threads, one at a time.
  private nonisolated(unsafe) static var storedLatest: FailedRequest?
  static var latest: FailedRequest? { unsafe storedLatest }

  /// Keeps a failure of `arena`. O(segments).
  static func note<Address>(
    _ request: Request<Address>, _ error: AllocationError<Address>, in arena: Arena<Address, KernelLock>
  ) {
    unsafe storedLatest = FailedRequest(request, error, arena)
  }

  /// Keeps a mapping for which the window had no addresses.
  static func note(_ pages: UInt32, of window: VMap<HardwareMMU, KernelLock>, owner: Owner) {
    var request = Request<UInt32>(countMinusOne: pages << 12 &- 1)
    request.owner = owner
    note(request, .noSpace(request), in: window.arena)
  }

  private init<Address>(
    _ request: Request<Address>, _ error: AllocationError<Address>, _ arena: Arena<Address, KernelLock>
  ) {
    self.arena = arena.name
    self.request = request.widened
    free = arena.statistics.free
    let explanation = try? arena.explain(request)
    largestFree = explanation?.largestFree.map { AddressRange(widening: $0) }
    switch error {
    case .conflict(_, let held, let owner): reason = .held(AddressRange(widening: held), owner)
    case .outsideSpans(let range): reason = .outside(AddressRange(widening: range))
    case .invalid: reason = .invalid
    case .outOfTags: reason = .ruledOut(.tags)
    case .noSpace:
      let constraint = explanation?.ruledOutBy?.rawValue ?? Constraint.size.rawValue
      reason = .ruledOut(Constraint(rawValue: constraint) ?? .size)
    }
  }

  /// Writes it, a line for each thing.
  func write(to sink: inout ConsoleSink) {
    Table<ConsoleSink, 2>.write(to: &sink) { table in
      table.heading("arena")
      table.cell { cell in arena.withBytes { cell.write($0) } }
      table.endRow()
      table.heading("request")
      table.cell { $0.write(request) }
      table.endRow()
      table.heading("by")
      table.cell { $0.write(request.owner) }
      table.endRow()
      table.heading("ruled out by")
      table.cell { writeReason(to: &$0) }
      table.endRow()
      table.heading("largest free")
      table.cell { writeLargest(to: &$0) }
      table.endRow()
      table.heading("free in all")
      table.cell { $0.write(size: free) }
      table.endRow()
    }
  }

  private func writeReason<Sink: ByteSink>(to sink: inout Sink) {
    switch reason {
    case .ruledOut(let constraint): sink.write(constraint)
    case .held(let range, let owner):
      sink.write("the address: ")
      sink.write(range)
      sink.write(" belongs to ")
      sink.write(owner)
    case .outside(let range):
      sink.write("the address: ")
      sink.write(range)
      sink.write(" is not all in a span")
    case .invalid: sink.write("itself: no arena could grant it")
    }
  }

  private func writeLargest<Sink: ByteSink>(to sink: inout Sink) {
    guard let range = largestFree else { return sink.write("nothing") }
    sink.write(range)
    sink.write(", ")
    sink.write(sizeMinusOne: range.countMinusOne)
  }
}

extension Request {
  /// The same in 32 bits.
  fileprivate var widened: Request<UInt32> {
    var request = Request<UInt32>(countMinusOne: UInt32(truncatingIfNeeded: countMinusOne))
    request.alignment = UInt32(truncatingIfNeeded: alignment)
    request.phase = UInt32(truncatingIfNeeded: phase)
    request.nocross = UInt32(truncatingIfNeeded: nocross)
    request.first = UInt32(truncatingIfNeeded: first)
    request.last = last == .max ? .max : UInt32(truncatingIfNeeded: last)
    request.at = at.map { UInt32(truncatingIfNeeded: $0) }
    request.owner = owner
    return request
  }
}

extension AddressRange<UInt32> {
  /// A range of any arena of the kernel.
  init<Narrow>(widening range: AddressRange<Narrow>) {
    self.init(
      first: UInt32(truncatingIfNeeded: range.first), last: UInt32(truncatingIfNeeded: range.last))
  }
}

extension ByteSink {
  /// Writes a request as `alloc` reads it.
  mutating func write(_ request: Request<UInt32>) {
    write(sizeMinusOne: request.countMinusOne)
    if request.alignment > 1 { write(" align=", size: request.alignment) }
    if request.phase != 0 { write(" phase=", size: request.phase) }
    if request.nocross != 0 { write(" nocross=", size: request.nocross) }
    if request.first != 0 { write(" min=", address: request.first) }
    if request.last != .max { write(" max=", address: request.last) }
    if let at = request.at { write(" at=", address: at) }
  }

  private mutating func write(_ key: StaticString, size: UInt32) {
    write(key)
    write(size: UInt64(size))
  }

  private mutating func write(_ key: StaticString, address: UInt32) {
    write(key)
    write(address: address)
  }
}
#endif
