import Primitives

/// One call as an arena's log keeps it: what was asked, and what came of it.
public struct Operation<Address: ArenaAddress>: Equatable, Sendable {
  public enum Kind: UInt8, Sendable {
    case addSpan
    case allocate
    case free
    case freeFragment
    case reap
  }

  public let kind: Kind
  /// What an allocation asked for.
  public let request: Request<Address>
  /// What was allocated, freed or added; for a failed allocation the first address alone.
  public let range: AddressRange<Address>
  public let hasSucceeded: Bool

  init(_ kind: Kind, _ range: AddressRange<Address>, hasSucceeded: Bool) {
    self.kind = kind
    request = Request(exactly: range)
    self.range = range
    self.hasSucceeded = hasSucceeded
  }

  init(_ request: Request<Address>, _ range: AddressRange<Address>?) {
    kind = .allocate
    self.request = request
    self.range = range ?? AddressRange(first: .min, last: .min)
    hasSucceeded = range != nil
  }

  private init(_ request: Request<Address>, placedAs operation: Operation) {
    kind = operation.kind
    self.request = request
    range = operation.range
    hasSucceeded = operation.hasSucceeded
  }

  /// The operation; an allocation that succeeded asks for the range that it got.
  var placed: Operation {
    guard kind == .allocate, hasSucceeded else { return self }
    var request = request
    request.at = range.first
    return Operation(request, placedAs: self)
  }
}

/// The latest operations of an arena, in storage that was handed in.
///
/// An arena's answers depend on nothing but the calls made to it and the answers of its sources. So the log of an
/// arena that had it from the start, played to a new one with the same parameters and sources that answer alike,
/// gives the same ranges: `Arena.replay` does that and tells where it went otherwise.
@safe
public struct OperationLog<Address: ArenaAddress>: @unchecked Sendable {
  private let entries: UnsafeMutableBufferPointer<Operation<Address>>
  /// Operations noted so far; the latest `capacity` of them are kept.
  public private(set) var count = 0

  /// So many operations at the beginning stand for the state that the arena was in: see `Arena.beginLog`.
  public internal(set) var stateCount = 0

  /// Makes an empty log in `storage`, bytes of any alignment that outlive the log's use.
  public init(storage: UnsafeMutableRawBufferPointer) {
    let alignment = MemoryLayout<Operation<Address>>.alignment
    let stride = MemoryLayout<Operation<Address>>.stride
    guard let base = storage.baseAddress, storage.count >= alignment + stride else {
      unsafe entries = UnsafeMutableBufferPointer(start: nil, count: 0)
      return
    }
    let skip = (0 - Int(bitPattern: base)) & (alignment - 1)
    let capacity = (storage.count - skip) / stride
    // Aligned and in bounds by the two lines above.
    unsafe entries = UnsafeMutableBufferPointer(
      start: (base + skip).bindMemory(to: Operation<Address>.self, capacity: capacity), count: capacity)
  }

  /// Operations that there is room for.
  public var capacity: Int { unsafe entries.count }

  /// Whether nothing was overwritten, so that the log can be replayed.
  public var isComplete: Bool { count <= capacity }

  /// The operation number `index`, counted from 0; one of the latest `capacity`.
  public subscript(index: Int) -> Operation<Address> {
    precondition(index < count && index >= count - capacity, "the log does not hold that operation")
    return unsafe entries[index % capacity]
  }

  mutating func note(_ operation: Operation<Address>) {
    guard capacity > 0 else { return }
    unsafe entries.initializeElement(at: count % capacity, to: operation)
    count += 1
  }
}
