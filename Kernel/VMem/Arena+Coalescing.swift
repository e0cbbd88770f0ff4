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
    guard upper.first == boundary, !upper.isBarrier, !lower.isBarrier, !lower.hasGap else { return false }
    guard upper.flags.union(lower.flags).isDisjoint(with: .isCached.union(.isCacheable)) else { return false }
    let end = upper.end
    let level = upper.hasGap ? level(ofGap: upper) : 0
    clearGapIfAny(of: upper)
    unreserve(upper)
    hash.remove(upper)
    unlink(upper)
    if level != 0 { setGap(of: lower, from: end) }
    leave(upper, level: upper.group == lower.group ? 0 : level)
    raise(lower.home, to: level)
    give(upper)
    allocatedCount -= 1
    return true
  }

  mutating func candidate(
    for request: Request<Address>
  ) throws(AllocationError<Address>) -> (start: Address, segment: AddressRange<Address>) {
    let choice = try choose(request, try Placement(request, quantumMask: quantumMask))
    return (choice.start, choice.tag.gap)
  }
}
