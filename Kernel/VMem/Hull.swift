/// What to ask a source for, so that a request can be placed in what it grants.
///
/// A source hands out multiples of its granularity, so the smallest range that helps is the *hull*: the
/// placement widened at both ends to the granularity. All arithmetic is that of the fit: nothing is added before
/// it is known not to wrap.
struct Hull<Address: ArenaAddress> {
  let placement: Placement<Address>
  /// Granularity minus one.
  let mask: Address
  /// Where the placement starts in its hull: the smallest offset that any placement can have.
  let offset: Address

  init(_ placement: Placement<Address>, granularity: Address) {
    self.placement = placement
    mask = granularity - 1
    offset = placement.phase & mask
  }

  /// The hull of the range that starts at `start`, as an exact request; `nil` if that range would wrap.
  func exactly(at start: Address) -> Request<Address>? {
    guard placement.countMinusOne <= Address.max - start else { return nil }
    let last = (start + placement.countMinusOne) | mask
    return Request(exactly: AddressRange(first: start & ~mask, last: last))
  }

  /// A request for the hull, its size rounded up to `multipleMask + 1`; `nil` if nothing can satisfy it.
  func request(multipleMask: Address) -> Request<Address>? {
    guard placement.countMinusOne <= Address.max - offset else { return nil }
    let needed = offset + placement.countMinusOne
    guard needed <= placement.nocrossMask else { return nil }
    let countMinusOne = needed | mask | multipleMask
    var request = Request<Address>(countMinusOne: countMinusOne)
    var alignmentMask = placement.alignmentMask | mask
    if placement.nocrossMask >= countMinusOne {
      request.nocross = placement.nocrossMask &+ 1
    } else if placement.nocrossMask > alignmentMask {
      alignmentMask = placement.nocrossMask
    }
    request.alignment = alignmentMask &+ 1
    request.phase = placement.phase & ~mask
    request.first = placement.first - min(placement.first, offset)
    let slack = countMinusOne - needed
    request.last = slack <= Address.max - placement.last ? placement.last + slack : .max
    return request.first <= request.last ? request : nil
  }
}
