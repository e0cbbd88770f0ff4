/// Bounds and alignment of a request, made ready for probes. A boundary that must not be crossed takes the general way.
struct FitTest<Address: ArenaAddress> {
  let countMinusOne: Address
  let alignmentMask: Address
  let phase: Address
  let first: Address
  /// How far above `first` a start may be.
  let reach: Address

  /// `nil` if it is wrong, or the bounds leave no place.
  @inline(__always)
  init?(
    _ countMinusOne: Address, _ alignment: Address, _ phase: Address, _ first: Address, _ last: Address,
    _ quantumMask: Address
  ) {
    let count = countMinusOne | quantumMask
    // All ones for 0, which is no alignment.
    let below = alignment &- 1
    if alignment & below != 0 { return nil }
    let mask = (alignment == 0 ? 0 : below) | quantumMask
    // The phase is a multiple of the quantum below the alignment.
    if phase & ~(mask ^ quantumMask) != 0 { return nil }
    guard last >= first, last &- first >= count else { return nil }
    self.countMinusOne = count
    alignmentMask = mask
    self.phase = phase
    self.first = first
    reach = last &- first &- count
  }

  @inline(__always)
  init(
    _ countMinusOne: Address, alignmentMask: Address, phase: Address, first: Address, reach: Address
  ) {
    self.countMinusOne = countMinusOne
    self.alignmentMask = alignmentMask
    self.phase = phase
    self.first = first
    self.reach = reach
  }

  /// The lowest start in a free segment of `quanta + 1` quanta, which is larger than the size by the alignment; `nil` if
  /// there is none.
  ///
  /// If the segment begins within the bounds, there is an aligned place in it and the first is in reach or none is
  /// (Theorem Fit-T7, Theorem Fit-T10); nothing wraps, since the place is in the segment.
  @inline(__always)
  func surelyWideStart(
    in tag: TagReference<Address>, _ quanta: Int, _ quantumShift: Address, _ quantumMask: Address
  ) -> Address? {
    let low = tag.first
    guard low >= first else {
      return start(in: tag, room: Address(truncatingIfNeeded: quanta) &<< quantumShift | quantumMask)
    }
    let start = low &+ ((phase &- low) & alignmentMask)
    return start &- first <= reach ? start : nil
  }

  /// The lowest start in a free segment of `room + 1` addresses, of which there are enough for the size; `nil` if there is
  /// none.
  ///
  /// `base + step` may pass the end of the space. Then it is refused: `step` alone is more than `reach` if `base` is the
  /// bound, since `first + reach` is in the space, and more than the segment has to spare if it is the segment's start.
  /// So a start that is answered was added without wrapping (Theorem Fit-T8), and if there is a place the lowest is answered
  /// (Theorem Fit-T9). It is `Placement.lowestStart` without a boundary.
  @inline(__always)
  func start(in tag: TagReference<Address>, room: Address) -> Address? {
    let low = tag.first
    let base = Swift.max(low, first)
    let step = (phase &- base) & alignmentMask
    let start = base &+ step
    guard start &- first <= reach, start &- low <= room &- countMinusOne else { return nil }
    return start
  }

  /// Whether a free segment of just the size lies right: below the bound the subtraction wraps, and is more than `reach`,
  /// since `first + reach` is in the space.
  @inline(__always)
  func isExact(_ tag: TagReference<Address>) -> Bool {
    let low = tag.first
    return (phase &- low) & alignmentMask == 0 && low &- first <= reach
  }
}
