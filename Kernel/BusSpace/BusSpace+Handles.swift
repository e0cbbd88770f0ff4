import Primitives
import VMem

extension BusSpace where Lock: ~Copyable {
  /// A handle for ports or lines that lie within a claim of `owner`'s. It ends with the claim.
  ///
  /// - Throws: ``BusError/notOwned(_:)`` if they do not, and for memory, which needs a mapping; ``BusError/noHandles(_:)``.
  ///
  /// O(claims in the range) + O(regions with handles).
  public func handle(within range: BusRange, owner: Owner) throws(BusError) -> BusHandle {
    guard range.tag != .memory, let held = holder(of: range), held.range.contains(range),
      held.owner == owner
    else { throw .notOwned(range) }
    guard let record = handles.find(held.range) ?? handles.begin(held.range, isMapped: false) else {
      throw .noHandles(range)
    }
    return BusHandle(
      range: range, region: held.range, attributes: .uncached, owner: owner, base: range.first,
      record: record)
  }
}
