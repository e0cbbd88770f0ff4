import Primitives

extension Arena where Lock: ~Copyable {
  /// Makes one allocation of two that touch: the one that ends before `boundary` and the one that starts there.
  /// The result carries the lower one's label. Gives a tag back. Answers whether there were two such.
  ///
  /// For users whose regions have no identity of their own, as in extent(9).
  /// - Complexity: as `free`.
  @discardableResult
  public func join(at boundary: Address) -> Bool {
    let token = acquire()
    defer { release(token) }
    return state.value.core.join(at: boundary)
  }

  /// Where `request` would be placed, and the whole free segment that the placement is cut from. Changes nothing.
  ///
  /// - Complexity: as `allocate`.
  public func candidate(
    for request: Request<Address>
  ) throws(AllocationError<Address>) -> (start: Address, segment: AddressRange<Address>) {
    let token = acquire()
    defer { release(token) }
    return try state.value.core.candidate(for: request)
  }
}

extension Core {
  mutating func join(at boundary: Address) -> Bool {
    guard boundary != 0 else { return false }
    let upper = predecessor(of: boundary)
    let lower = upper.previous
    guard upper.first == boundary, upper.isAllocation, lower.isAllocation, !lower.hasGap else { return false }
    guard upper.flags.union(lower.flags).isDisjoint(with: .isCached.union(.isCacheable)) else { return false }
    unreserve(upper)
    hint = lower
    if upper.hasGap {
      // The gap is behind the lower one from now on.
      hash.remove(lower)
      lower.insert(.hasGap)
      lower.gapFirst = upper.gapFirst
    } else {
      hash.remove(upper)
    }
    discard(upper)
    usage.removeOne()
    otherFrees &-= 1
    return true
  }

  mutating func candidate(
    for request: Request<Address>
  ) throws(AllocationError<Address>) -> (start: Address, segment: AddressRange<Address>) {
    settleGaps()
    let choice = try choose(request, try Placement(request, quantumMask: quantumMask))
    return (choice.start, choice.tag.segment)
  }
}
