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
    return try makeAccessible(range, attributes, owner, .mappedClaim, of: range)
  }

  /// Maps memory that `owner` has claimed already, all of the claim or a part: the window of a PCI function. The claim stays
  /// when the mapping ends.
  ///
  /// - Throws: ``BusError/notOwned(_:)`` for what no claim of his contains, ``BusError/alreadyMapped(_:)`` if the claim was made
  ///   by `map` or `allocate`: then there is a handle, with subregions.
  public func map(
    within range: BusRange, _ attributes: BusAttributes = .uncached, owner: Owner
  ) throws(BusError) -> BusHandle {
    guard range.tag == .memory, let held = space.holder(of: range), held.range.contains(range),
      held.owner == owner
    else { throw .notOwned(range) }
    guard space.handles.find(.mappedClaim, of: held.range) == nil else { throw .alreadyMapped(held.range) }
    return try makeAccessible(range, attributes, owner, .mappedPart, of: held.range)
  }

  /// Finds a free range as `request` says, claims it and maps it.
  public func allocate(
    _ request: BusRequest, _ attributes: BusAttributes = .uncached, owner: Owner
  ) throws(BusError) -> BusHandle {
    if request.tag != .memory, attributes.contains(.linear) { throw .linearIO(.whole(request.tag)) }
    let range = try space.place(request, owner)
    return try makeAccessible(range, attributes, owner, .mappedClaim, of: range)
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

  /// Ends a handle and all its subregions, and gives the claim back unless it was there before the mapping.
  ///
  /// From here on a use of any of them is an error (BusSpace-I8). O(regions with handles), and the machine's unmapping.
  public func unmap(_ handle: BusHandle) throws(BusError) {
    guard handle.isWhole else { throw .isSubregion(handle.range, of: handle.region) }
    guard handle.isLive else { throw .notMapped(handle.region) }
    let kind = handle.record.value.kind
    space.handles.end(handle.record)
    if handle.range.tag == .memory { access.unmap(handle.base, handle.region) }
    if kind != .mappedPart { space.giveBack(handle.region) }
  }

  /// Where the processor's own loads and stores reach the handle's first byte.
  public func address(of handle: BusHandle) throws(BusError) -> UInt32 {
    guard handle.range.tag == .memory else { throw .linearIO(handle.range) }
    guard handle.attributes.contains(.linear) else { throw .notLinear(handle.range) }
    guard handle.isLive else { throw .notMapped(handle.region) }
    return handle.base
  }

  /// The physical address of an offset, for mapping it elsewhere; nil for ports, beyond the range, and when the handle has
  /// ended.
  public func physicalAddress(of handle: BusHandle, offset: UInt32) -> UInt32? {
    guard handle.isLive, handle.range.tag == .memory, offset <= handle.range.countMinusOne else { return nil }
    return handle.range.first + offset
  }

  /// Maps what is claimed. What fails leaves a claim that was made for this given back.
  private func makeAccessible(
    _ range: BusRange, _ attributes: BusAttributes, _ owner: Owner, _ kind: HandleRecord.Kind,
    of claim: BusRange
  ) throws(BusError) -> BusHandle {
    guard let record = space.handles.begin(kind, of: claim) else {
      if kind == .mappedClaim { space.giveBack(claim) }
      throw .noHandles(range)
    }
    var base = range.first
    if range.tag == .memory {
      do throws(BusMappingError) { base = try access.map(range, attributes) } catch {
        space.handles.end(record)
        if kind == .mappedClaim { space.giveBack(claim) }
        throw .mapping(range)
      }
    }
    return BusHandle(
      range: range, region: range, attributes: attributes, owner: owner, base: base, record: record)
  }
}
