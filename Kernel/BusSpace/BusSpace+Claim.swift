import Primitives
import Text
import VMem

extension BusSpace where Lock: ~Copyable {
  /// Takes exactly `range` for `owner`.
  ///
  /// Worst case: that of an exact allocation in the arena. Any context that may take the lock.
  public func claim(_ range: BusRange, owner: Owner) throws(ClaimError) {
    switch range.tag {
    case .io: try claim(range.narrow, in: ports, of: range, owner: owner)
    case .interrupt: try claim(range.narrow, in: interrupts, of: range, owner: owner)
    case .memory: try claim(range.wide, in: memory, of: range, owner: owner)
    }
  }

  /// Takes exactly `range` under a name.
  public func claim(_ range: BusRange, named name: StaticString) throws(ClaimError) {
    guard let owner = owners.register(name.bytes) else { throw .noNames(range) }
    try claim(range, owner: owner)
  }

  /// Gives `range` back, which must be exactly one that was claimed. Handles made within the claim end (BusSpace-I8); one that
  /// was mapped is unmapped by its handle and not this way. Never allocates. O(regions with handles).
  public func release(_ range: BusRange) throws(ReleaseError) {
    if handles.isMapped(range) { throw .isMapped(range) }
    if let record = handles.find(.unmapped, of: range) { handles.end(record) }
    try releaseAddresses(range)
  }

  /// Gives a claim back that is known to be there and to have no handles.
  func giveBack(_ range: BusRange) {
    do throws(ReleaseError) { try releaseAddresses(range) } catch {
      preconditionFailure("a claim is gone that was just there")
    }
  }

  private func releaseAddresses(_ range: BusRange) throws(ReleaseError) {
    if range.tag == .memory {
      do throws(FreeError<UInt32>) { try memory.free(range.wide) } catch { throw .notClaimed(range) }
    } else {
      do throws(FreeError<UInt16>) { try narrowArena(range.tag).free(range.narrow) } catch {
        throw .notClaimed(range)
      }
    }
  }

  /// Takes `part` out of what one other holds around it and gives it to `owner`: the kernel's image out of RAM.
  ///
  /// What remains on either side stays with the one who had it. If the part is not inside a single claim, or a
  /// descriptor is missing, nothing changes. It needs at most two descriptors.
  public func carve(_ part: BusRange, owner: Owner) throws(ClaimError) {
    guard let around = holder(of: part), around.range.contains(part) else {
      return try claim(part, owner: owner)
    }
    guard statistics(of: part.tag).freeTags >= 2 else { throw .noDescriptors(part) }
    // Handles reach the whole of the claim: it stays whole as long as there are any.
    guard handles.find(.unmapped, of: around.range) == nil, !handles.isMapped(around.range),
      freeFragment(part)
    else {
      throw .conflict(
        ClaimConflict(wanted: part, wantedBy: owner, held: around.range, heldBy: around.owner))
    }
    try claim(part, owner: owner)
  }

  /// Who holds the address or the lowest one above it in `range`, and the whole of what he claimed there.
  public func holder(of range: BusRange) -> (range: BusRange, owner: Owner)? {
    switch range.tag {
    case .io, .interrupt: holder(of: range.narrow, in: narrowArena(range.tag)) { BusRange(range.tag, $0) }
    case .memory: holder(of: range.wide, in: memory) { BusRange($0) }
    }
  }

  /// What the arena of the bus holds and has done.
  public func statistics(of tag: BusTag) -> Statistics {
    switch tag {
    case .io, .interrupt: narrowArena(tag).statistics
    case .memory: memory.statistics
    }
  }

  /// The arena of ports or of interrupt lines.
  func narrowArena(_ tag: BusTag) -> Arena<UInt16, Lock> { tag == .interrupt ? interrupts : ports }

  private func freeFragment(_ part: BusRange) -> Bool {
    if part.tag == .memory {
      do throws(FreeError<UInt32>) { try memory.freeFragment(part.wide) } catch { return false }
    } else {
      do throws(FreeError<UInt16>) { try narrowArena(part.tag).freeFragment(part.narrow) } catch {
        return false
      }
    }
    return true
  }

  private func claim<Address>(
    _ addresses: AddressRange<Address>, in arena: Arena<Address, Lock>, of range: BusRange, owner: Owner
  ) throws(ClaimError) {
    do throws(AllocationError<Address>) {
      try arena.claim(addresses, owner: owner)
    } catch {
      guard let held = holder(of: range) else { throw .noDescriptors(range) }
      throw .conflict(ClaimConflict(wanted: range, wantedBy: owner, held: held.range, heldBy: held.owner))
    }
  }

  private func holder<Address>(
    of range: AddressRange<Address>, in arena: Arena<Address, Lock>,
    _ convert: (AddressRange<Address>) -> BusRange
  ) -> (range: BusRange, owner: Owner)? {
    var address = range.first
    while let segment = arena.segment(atOrAfter: address), segment.range.first <= range.last {
      if segment.kind == .allocated { return (convert(segment.range), segment.owner) }
      guard segment.range.last < range.last else { return nil }
      address = segment.range.last + 1
    }
    return nil
  }
}
