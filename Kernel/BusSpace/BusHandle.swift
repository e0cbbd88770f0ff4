import Primitives
import VMem

/// The right to touch a range of a bus, as `map`, `allocate` or `subregion` gave it.
///
/// It is a value; copies are the same right, and it ends with its region for all of them: when that is unmapped, or when the
/// claim that it lies in is released. A handle of a subregion reaches no further than its range.
public struct BusHandle: Equatable, Sendable {
  /// What it reaches, on the bus.
  public let range: BusRange

  /// What was mapped, of which `range` is all or a part.
  public let region: BusRange

  public let attributes: BusAttributes

  /// Under whose name the region was claimed.
  public let owner: Owner

  /// Where the first byte of `range` is accessed: a port, or a virtual address.
  let base: UInt32

  /// What knows whether the region is still there, and the region's generation when this was made.
  let record: Place<HandleRecord>
  private let generation: UInt32

  init(
    range: BusRange, region: BusRange, attributes: BusAttributes, owner: Owner, base: UInt32,
    record: Place<HandleRecord>
  ) {
    self.range = range
    self.region = region
    self.attributes = attributes
    self.owner = owner
    self.base = base
    self.record = record
    generation = record.value.generation
  }

  /// A part of another; the caller vouches that it lies inside and that the other is live.
  init(_ part: BusRange, of handle: BusHandle) {
    range = part
    region = handle.region
    attributes = handle.attributes
    owner = handle.owner
    base = handle.base &+ (part.first &- handle.range.first)
    record = handle.record
    generation = handle.generation
  }

  /// Whether the region has not ended. O(1), any context.
  public var isLive: Bool { record.value.generation == generation }

  /// Whether this is what `map` gave, and not a part of it.
  public var isWhole: Bool { range == region }
}

/// What `allocate` is asked for.
public struct BusRequest: Sendable {
  public let tag: BusTag
  /// How many addresses, less one.
  public let countMinusOne: UInt32
  /// The range starts at or above it.
  public var first: UInt32 = 0
  /// The range ends at or below it.
  public var last: UInt32
  /// A power of two of which the range starts at a multiple; 0 for none.
  public var alignment: UInt32 = 0
  /// A power of two no multiple of which the range crosses; 0 for none.
  public var boundary: UInt32 = 0

  public init(_ tag: BusTag, countMinusOne: UInt32) {
    self.tag = tag
    self.countMinusOne = countMinusOne
    last = tag.last
  }
}

/// Why an operation on a bus was refused. Nothing was changed.
public enum BusError: Error, Equatable, Sendable {
  /// No addresses were asked for.
  case zeroSize
  /// The range wraps, or reaches beyond the end of its bus.
  case outsideBus(BusTag, first: UInt32, countMinusOne: UInt32)
  /// Somebody holds a part of it, or a descriptor is missing.
  case claim(ClaimError)
  /// Ports have no addresses in memory.
  case linearIO(BusRange)
  /// The machine could not make it addressable; the claim was given back.
  case mapping(BusRange)
  /// The request of an allocation contradicts itself.
  case invalid(RequestFault)
  /// No free range is as asked for.
  case noSpace(BusTag, countMinusOne: UInt32)
  /// A part reaches out of the handle's range.
  case outsideHandle(BusRange, offset: UInt32, countMinusOne: UInt32)
  /// The handle's region was unmapped already.
  case notMapped(BusRange)
  /// Only the whole of what was mapped can be unmapped.
  case isSubregion(BusRange, of: BusRange)
  /// No claim of that owner contains the range.
  case notOwned(BusRange)
  /// The table of handles is full, and there is no source of more.
  case noHandles(BusRange)
  /// The claim was made by mapping it, and is mapped whole.
  case alreadyMapped(BusRange)
  /// The kernel has no such addresses free.
  case noAddresses(countMinusOne: UInt32)
  /// The handle was not mapped to be linear.
  case notLinear(BusRange)
}
