import Primitives
import VMem

/// bus_space(9) for an i386: claims and access in one. Mapping claims a range under an owner's name and makes it
/// accessible; only a handle reads or writes.
///
/// The names follow NetBSD's manual page bus_space(9). All operations may be called wherever the arenas' lock and the
/// machine's mapping may.
public struct MappedBus<Lock: Locking & ~Copyable, Names: OwnerNames, Access: BusAccess> {
  public let space: BusSpace<Lock, Names>
  public let access: Access

  public init(_ space: BusSpace<Lock, Names>, _ access: Access) {
    self.space = space
    self.access = access
  }

  /// Claims and maps `count` addresses from `first` on.
  ///
  /// A mapping that fails gives its claim back. Ports need no mapping, and cannot be linear. Worst case: an exact
  /// allocation, and the machine's mapping.
  public func map(
    _ tag: BusTag, first: UInt32, count: UInt32, _ attributes: BusAttributes = .uncached, owner: Owner
  ) throws(BusError) -> BusHandle {
    guard count > 0 else { throw .zeroSize }
    guard let range = BusRange(tag, first: first, countMinusOne: count - 1) else {
      throw .outsideBus(tag, first: first, countMinusOne: count - 1)
    }
    return try map(range, attributes, owner: owner)
  }

  /// The same, for a range that is known to be on its bus.
  public func map(
    _ range: BusRange, _ attributes: BusAttributes = .uncached, owner: Owner
  ) throws(BusError) -> BusHandle {
    if range.tag != .memory, attributes.contains(.linear) { throw .linearIO(range) }
    do throws(ClaimError) { try space.claim(range, owner: owner) } catch { throw .claim(error) }
    return try makeAccessible(range, attributes, owner)
  }

  /// Finds a free range as `request` says, claims it and maps it.
  public func allocate(
    _ request: BusRequest, _ attributes: BusAttributes = .uncached, owner: Owner
  ) throws(BusError) -> BusHandle {
    if request.tag != .memory, attributes.contains(.linear) { throw .linearIO(.whole(request.tag)) }
    let range = try space.place(request, owner)
    return try makeAccessible(range, attributes, owner)
  }

  /// A handle for `count` addresses from `offset` on of what a handle reaches. It ends with that one's region.
  public func subregion(of handle: BusHandle, offset: UInt32, count: UInt32) throws(BusError) -> BusHandle {
    guard count > 0 else { throw .zeroSize }
    guard handle.isLive else { throw .notMapped(handle.region) }
    let room = handle.range.countMinusOne
    guard offset <= room, count - 1 <= room - offset,
      let part = BusRange(handle.range.tag, first: handle.range.first + offset, countMinusOne: count - 1)
    else { throw .outsideHandle(handle.range, offset: offset, countMinusOne: count - 1) }
    return BusHandle(part, of: handle)
  }

  /// Ends a handle and all its subregions, and gives the claim back.
  ///
  /// From here on a use of any of them is an error (BusSpace-I8). O(regions with handles), and the machine's unmapping.
  public func unmap(_ handle: BusHandle) throws(BusError) {
    guard handle.isWhole else { throw .isSubregion(handle.range, of: handle.region) }
    guard handle.isLive else { throw .notMapped(handle.region) }
    space.handles.end(handle.region)
    if handle.range.tag == .memory { access.unmap(handle.base, handle.region) }
    space.giveBack(handle.region)
  }

  /// Where the processor's own loads and stores reach the handle's first byte.
  public func address(of handle: BusHandle) throws(BusError) -> UInt32 {
    guard handle.range.tag == .memory else { throw .linearIO(handle.range) }
    guard handle.attributes.contains(.linear) else { throw .notLinear(handle.range) }
    guard handle.isLive else { throw .notMapped(handle.region) }
    return handle.base
  }

  /// The physical address of an offset, for mapping it elsewhere; nil for ports and beyond the range.
  public func physicalAddress(of handle: BusHandle, offset: UInt32) -> UInt32? {
    guard handle.range.tag == .memory, offset <= handle.range.countMinusOne else { return nil }
    return handle.range.first + offset
  }

  private func makeAccessible(
    _ range: BusRange, _ attributes: BusAttributes, _ owner: Owner
  ) throws(BusError) -> BusHandle {
    var base = range.first
    if range.tag == .memory {
      do throws(BusMappingError) { base = try access.map(range, attributes) } catch {
        space.giveBack(range)
        throw .mapping(range)
      }
    }
    guard let record = space.handles.begin(range, isMapped: range.tag == .memory) else {
      if range.tag == .memory { access.unmap(base, range) }
      space.giveBack(range)
      throw .noHandles(range)
    }
    return BusHandle(
      range: range, region: range, attributes: attributes, owner: owner, base: base, record: record)
  }
}
