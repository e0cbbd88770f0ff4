import Primitives

extension Arena where Lock: ~Copyable {
  /// Labels the allocation that contains `address` with `owner`. Answers whether there is one.
  ///
  /// - Complexity: as `free`.
  @discardableResult
  public func label(_ address: Address, as owner: Owner) -> Bool {
    let token = acquire()
    defer { release(token) }
    return state.value.core.label(address, as: owner)
  }

  /// Whether some span, were all of it free, has a place for `request`. If not, waiting for it is in vain.
  ///
  /// - Complexity: O(n), for each span's end is found by walking to it.
  public func couldEverHold(_ request: Request<Address>) -> Bool {
    let token = acquire()
    defer { release(token) }
    return state.value.core.couldEverHold(request)
  }
}

extension Core {
  mutating func label(_ address: Address, as owner: Owner) -> Bool {
    let tag = predecessor(of: address)
    guard tag.isAllocation, tag.range.contains(address) else { return false }
    tag.owner = owner
    return true
  }

  mutating func couldEverHold(_ request: Request<Address>) -> Bool {
    guard var placement = try? Placement(request, quantumMask: quantumMask) else { return false }
    if let at = request.at {
      placement.first = max(placement.first, at)
      guard placement.countMinusOne <= .max - at else { return false }
      placement.last = min(placement.last, at + placement.countMinusOne)
    }
    var from: Address? = .min
    while let address = from, let span = span(atOrAfter: address) {
      if placement.lowestStart(low: span.first, high: span.last) != nil { return true }
      from = span.last == .max ? nil : span.last + 1
    }
    return false
  }
}
