import VMem

extension Extent {
  /// Frees `range`: a part of one region, or all of one if the extent does not coalesce. A whole region, its front
  /// and its back need no descriptor; a part from the middle needs one for the second remainder.
  ///
  /// With `conflictsAllowed` whatever of the range is free already is skipped, and it may reach over regions.
  /// - Complexity: as the arena's free for a whole region, else as its fragment free; with conflicts, for each region that it overlaps.
  public mutating func free(
    _ range: AddressRange<Address>, conflictsAllowed: Bool = false
  ) throws(ExtentError<Address>) {
    guard bounds.contains(range) else { throw .outsideExtent(range) }
    if let count = range.count, arena.freeAtOnce(first: range.first, count: count) {
      regionCount -= 1
      return
    }
    let lowest = region(atOrAfter: range.first).flatMap { $0.overlaps(range) ? $0 : nil }
    if conflictsAllowed {
      if let lowest { try freeOverlapping(range, from: lowest) }
      return
    }
    guard let lowest, coalesces ? lowest.contains(range) : lowest == range else {
      throw .notARegion(range, region: lowest)
    }
    try cut(range, from: lowest)
  }

  private mutating func freeOverlapping(
    _ range: AddressRange<Address>, from lowest: AddressRange<Address>
  ) throws(ExtentError<Address>) {
    var next: AddressRange<Address>? = lowest
    // Only a region that contains the range whole has a middle cut out, and then it is the only one: a failure
    // comes before any change.
    while let region = next, let part = region.intersection(range) {
      try cut(part, from: region)
      next = region.last < range.last ? self.region(atOrAfter: region.last + 1) : nil
    }
  }

  /// Cuts `part` out of `region`, which contains it.
  private mutating func cut(
    _ part: AddressRange<Address>, from region: AddressRange<Address>
  ) throws(ExtentError<Address>) {
    let remainders = (part.first == region.first ? 0 : 1) + (part.last == region.last ? 0 : 1)
    guard remainders < 2 || regionCount < capacity else { throw .noDescriptor }
    do throws(FreeError<Address>) {
      try arena.freeFragment(part)
    } catch {
      throw .noDescriptor
    }
    regionCount += remainders - 1
  }
}
