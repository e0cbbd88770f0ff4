import VMem

/// The places that a request's size, alignment, skew and boundary leave, whatever is taken: arithmetic alone.
///
/// Boundaries lie at `origin` plus multiples of the boundary. Numbers are therefore looked at as offsets from the
/// origin, where the boundaries are multiples and the arena's own fit applies. Alignment and boundary are powers
/// of two, so all aligned numbers have the same offset from a boundary modulo the smaller of the two. Hence, if
/// the first aligned number after one boundary leaves enough room before the next, it does so after every
/// boundary, and if not, no aligned number does: `isFeasible`.
struct Grid<Address: ArenaAddress> {
  private let placement: Placement<Address>
  private let origin: Address

  /// `nil` if the request contradicts itself, which `ExtentRequest.fault` has ruled out.
  init?(_ request: ExtentRequest<Address>, start: Address) {
    origin = request.boundaryOrigin == .zero ? 0 : start
    var offsets = Request(countMinusOne: request.countMinusOne)
    offsets.alignment = request.alignment
    offsets.phase = (request.skew &- origin) & (request.alignment - 1)
    offsets.nocross = request.boundary
    guard let placement = try? Placement(offsets, quantumMask: 0) else { return nil }
    self.placement = placement
  }

  /// One less than the size.
  var countMinusOne: Address { placement.countMinusOne }

  private var hasBoundary: Bool { placement.nocrossMask != .max }

  /// Whether any place exists between two boundaries.
  var isFeasible: Bool {
    countMinusOne <= placement.nocrossMask - (placement.phase & placement.nocrossMask)
  }

  /// Whether every number is aligned and nothing is a boundary.
  var isTrivial: Bool { placement.alignmentMask == 0 && !hasBoundary }

  /// The most by which the lowest start in a range exceeds the range's first number: to be aligned, and then to
  /// step over a boundary that the size would cross and be aligned again. Saturates.
  var greatestWaste: Address {
    let mask = placement.alignmentMask
    guard hasBoundary else { return mask }
    let (twice, overflowed) = mask.addingReportingOverflow(mask)
    let (waste, overflowedAgain) = twice.addingReportingOverflow(countMinusOne)
    return overflowed || overflowedAgain ? .max : waste
  }

  /// Whether a region that starts at `start` crosses a boundary.
  func crosses(from start: Address) -> Bool {
    (start - origin) & placement.nocrossMask > placement.nocrossMask - countMinusOne
  }

  /// The first boundary above `start`; `nil` if it would pass the end of the space.
  func boundary(above start: Address) -> Address? {
    let distance = placement.nocrossMask - ((start - origin) & placement.nocrossMask)
    return distance < .max - start ? start + distance + 1 : nil
  }

  /// The lowest start in `range` such that the region stays in it. O(1).
  func lowestStart(in range: AddressRange<Address>) -> Address? {
    placement.lowestStart(low: range.first - origin, high: range.last - origin).map { $0 + origin }
  }

  /// What the arena is asked for: everything but the boundary, which counts from elsewhere than 0.
  func request(within range: AddressRange<Address>) -> Request<Address> {
    var request = Request(countMinusOne: countMinusOne)
    request.first = range.first
    request.last = range.last
    request.alignment = placement.alignmentMask + 1
    request.phase = (placement.phase &+ origin) & placement.alignmentMask
    return request
  }
}
