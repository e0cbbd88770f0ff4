/// A request after validation and rounding: what the fit works with.
///
/// Having one means: the size is a multiple of the quantum, the alignment is a power of two not below the
/// quantum, the phase is below the alignment, the boundary is 0 or a power of two not below the size, and
/// `first` is not above `last`.
package struct Placement<Address: ArenaAddress>: Equatable {
  /// One less than the rounded size.
  package var countMinusOne: Address
  /// Alignment minus one; at least the quantum minus one.
  package var alignmentMask: Address
  package var phase: Address
  /// Boundary minus one; all ones for none: the space's own end is never crossed anyhow.
  package var nocrossMask: Address
  package var first: Address
  package var last: Address

  /// Rounds and checks. O(1).
  ///
  /// Theorem Fit-T6: rounding as `countMinusOne | quantumMask` never wraps and gives the least multiple.
  package init(_ request: Request<Address>, quantumMask: Address) throws(AllocationError<Address>) {
    guard !request.isEmpty else { throw .invalid(.empty, request) }
    let count = request.countMinusOne | quantumMask
    guard request.alignment & (request.alignment &- 1) == 0 else { throw .invalid(.alignment, request) }
    // A phase off the quantum would put the start between quanta, where nothing can be allocated.
    guard request.phase == 0 || request.phase < request.alignment, request.phase & quantumMask == 0 else {
      throw .invalid(.phase, request)
    }
    guard request.nocross & (request.nocross &- 1) == 0 else { throw .invalid(.nocross, request) }
    guard request.nocross &- 1 >= count else { throw .invalid(.nocrossBelowSize, request) }
    guard request.first <= request.last else { throw .invalid(.bounds, request) }
    countMinusOne = count
    alignmentMask = (request.alignment == 0 ? 0 : request.alignment - 1) | quantumMask
    phase = request.phase
    nocrossMask = request.nocross &- 1
    first = request.first
    last = request.last
  }

  /// The lowest start in the free addresses `low...high` that satisfies everything; `nil` if there is none.
  ///
  /// Sound and complete for all inputs, the ends of the space included: nothing is added before it is known to
  /// fit, so nothing wraps. After a crossing one retry at the boundary is enough. If the alignment is not above
  /// the boundary, the first aligned start after a boundary has the smallest residue modulo the boundary that
  /// any start can have; if that crosses, all do. If it is above, all starts have the same residue.
  ///
  /// Proved over all 32-bit inputs by `make prove`, without a boundary: Theorem Fit-T1, the place lies in `low...high`,
  /// does not wrap and is aligned; Theorem Fit-T2, if there is such a place one is found, and none is lower. With one:
  /// Theorem Fit-T3 and Theorem Fit-T4 say the same and that nothing is crossed. Theorem Fit-T5: clipping to `first` and
  /// `last` neither loses nor adds a place.
  package func lowestStart(low: Address, high: Address) -> Address? {
    let low = Swift.max(low, first)
    let high = Swift.min(high, last)
    guard low <= high else { return nil }
    let room = high - low
    var offset = (phase &- low) & alignmentMask
    guard offset <= room, countMinusOne <= room - offset else { return nil }
    if crosses(low + offset) {
      let toBoundary = (nocrossMask - ((low + offset) & nocrossMask)) + 1
      guard toBoundary <= room - offset else { return nil }
      offset += toBoundary
      let toAligned = (phase &- (low + offset)) & alignmentMask
      guard toAligned <= room - offset, countMinusOne <= room - offset - toAligned else { return nil }
      offset += toAligned
      if crosses(low + offset) { return nil }
    }
    return low + offset
  }

  /// Whether the range from `start` on, which must not wrap, crosses a boundary.
  private func crosses(_ start: Address) -> Bool {
    (start ^ (start + countMinusOne)) & ~nocrossMask != 0
  }
}
