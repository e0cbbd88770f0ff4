import Primitives
import VMem

/// An extent: regions of a number space, as extent(9) has them, on an arena.
///
/// A region has no owner and, unless the extent was made not to coalesce, no identity: regions that touch become
/// one, and any part of a region can be freed. Each region costs one descriptor, however it came about; the
/// storage handed in determines how many there can be at once. Whoever shares an extent serialises its use.
///
/// The value is a handle and a few counters; keep it in one place.
public struct Extent<Address: ArenaAddress> {
  let arena: Arena<Address, NoLock>
  /// All numbers of the extent, both ends included.
  public let bounds: AddressRange<Address>
  /// Whether regions that touch become one.
  public let coalesces: Bool
  /// How many regions there are.
  public internal(set) var regionCount = 0
  /// How many there can be at once.
  public private(set) var capacity: Int

  /// Makes an extent of `bounds` that keeps its bookkeeping in `storage`, which must stay where it is and outlive
  /// the extent; any alignment. `isFilled` starts with everything allocated, as one region. `capacity` is how many
  /// regions there can be at once; `nil` stands for as many as the storage holds.
  public init(
    name: ArenaName, bounds: AddressRange<Address>, coalesces: Bool = true, isFilled: Bool = false,
    capacity: Int? = nil, storage: UnsafeMutableRawBufferPointer
  ) throws(ExtentError<Address>) {
    let needed = Self.storageSize(regions: capacity ?? 1)
    guard storage.count >= needed,
      let arena = unsafe try? Arena<Address, NoLock>.create(name: name, storage: storage)
    else { throw .storageTooSmall(given: storage.count, needed: needed) }
    do throws(SpanError<Address>) {
      try arena.add(span: bounds)
    } catch {
      throw .storageTooSmall(given: storage.count, needed: needed)
    }
    self.arena = arena
    self.bounds = bounds
    self.coalesces = coalesces
    self.capacity = capacity ?? Self.regions(in: storage.count)
    if isFilled { try claim(bounds) }
  }

  /// Bytes for `regions` regions at once. One descriptor more than regions is in it: a region that will touch
  /// others is first made and then joined (Extent-I2), so that it never fails for want of one.
  public static func storageSize(regions: Int) -> Int {
    Arena<Address, NoLock>.storageSize(spans: 1, allocations: regions + 1)
  }

  /// More storage for descriptors, the extent's from now on; any alignment.
  public mutating func addStorage(_ storage: UnsafeMutableRawBufferPointer) {
    // Two tags a region, a sixth more for the index by address, and what that takes at its beginning.
    capacity += unsafe max(0, arena.addStorage(storage) - 14) * 3 / 7
  }

  /// The region that contains `number`, or else the lowest above it; `nil` if there is none.
  public func region(atOrAfter number: Address) -> AddressRange<Address>? {
    guard let segment = arena.segment(atOrAfter: number) else { return nil }
    if segment.kind == .allocated { return segment.range }
    guard segment.range.last != bounds.last else { return nil }
    return arena.segment(atOrAfter: segment.range.last + 1)?.range
  }

  /// Calls `body` with each region in ascending order. O(regions), each as a look-up.
  public func forEachRegion(_ body: (AddressRange<Address>) -> Void) {
    var from: Address? = bounds.first
    while let number = from, let region = region(atOrAfter: number) {
      body(region)
      from = region.last == .max ? nil : region.last + 1
    }
  }

  /// The most regions for which `byteCount` bytes are enough.
  private static func regions(in byteCount: Int) -> Int {
    var enough = 0
    var tooMany = byteCount
    while enough + 1 < tooMany {
      let middle = (enough + tooMany) / 2
      if storageSize(regions: middle) <= byteCount { enough = middle } else { tooMany = middle }
    }
    return enough
  }
}
