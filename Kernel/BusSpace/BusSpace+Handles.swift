import Primitives
import VMem

extension BusSpace where Lock: ~Copyable {
  /// A handle for ports or lines that lie within a claim of `owner`'s. It ends with the claim.
  ///
  /// - Throws: ``BusError/notOwned(_:)`` if they do not, and for memory, which needs
  ///   ``MappedBus/map(within:_:owner:)``; ``BusError/noHandles(_:)``.
  ///
  /// O(claims in the range) + O(regions with handles).
  public func handle(within range: BusRange, owner: Owner) throws(BusError) -> BusHandle {
    guard range.tag != .memory, let held = holder(of: range), held.range.contains(range),
      held.owner == owner
    else { throw .notOwned(range) }
    guard
      let record = handles.find(.unmapped, of: held.range) ?? handles.find(.mappedClaim, of: held.range)
        ?? handles.begin(.unmapped, of: held.range)
    else {
      throw .noHandles(range)
    }
    return BusHandle(
      range: range, region: held.range, attributes: .uncached, owner: owner, base: range.first,
      record: record)
  }
}
