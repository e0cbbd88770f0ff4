import VMem

extension Extent {
  /// Allocates a region as `request` says. It fails only if no placement exists or there is no descriptor.
  ///
  /// - Complexity: the arena's best or first fit, once or twice; with an alignment or a boundary as often as there
  ///   are gaps that are long enough but do not hold it (lowest), or that are within `Grid.greatestWaste` of the
  ///   best one (least overhead).
  public mutating func allocate(
    _ request: ExtentRequest<Address>
  ) throws(ExtentError<Address>) -> AddressRange<Address> {
    if let fault = request.fault { throw .invalid(fault) }
    guard let within = AddressRange(first: request.first, last: request.last).intersection(bounds) else {
      throw .invalid(.subregion)
    }
    if request.isPlain, within == bounds {
      if let region = allocateBest(request.countMinusOne) { return region }
      // No gap is cut and nothing is wasted in front of the region: the shortest gap leaves the least room.
      guard let gap = smallestGap(request.countMinusOne, within) else { throw .noSpace }
      let region = AddressRange(first: gap.first, last: gap.first + request.countMinusOne)
      try take(region, in: gap)
      return region
    }
    guard let grid = Grid(request, start: bounds.first), grid.isFeasible,
      let place = request.policy == .lowest ? lowest(grid, within) : leastOverhead(grid, within)
    else { throw .noSpace }
    let region = AddressRange(first: place.start, last: place.start + grid.countMinusOne)
    try take(region, in: place.gap)
    return region
  }

  /// Allocates the lowest place in the shortest gap that is long enough, without a look at the gap first; `nil` if there
  /// is none, or if there may be no descriptor, which depends on what it would touch.
  private mutating func allocateBest(_ countMinusOne: Address) -> AddressRange<Address>? {
    guard regionCount < capacity else { return nil }
    var request = Request(countMinusOne: countMinusOne)
    request.policy = .bestFit
    guard let region = try? arena.allocate(request) else { return nil }
    regionCount += 1
    if coalesces {
      joinIfTouching(at: region.first)
      if region.last != bounds.last { joinIfTouching(at: region.last + 1) }
    }
    return region
  }

  /// Allocates exactly `range`. With `conflictsAllowed` whatever of it is allocated already is swallowed: all
  /// regions that it overlaps and it become one.
  ///
  /// - Complexity: as the arena's exact allocation; with conflicts, for each region that it overlaps.
  public mutating func claim(
    _ range: AddressRange<Address>, conflictsAllowed: Bool = false
  ) throws(ExtentError<Address>) {
    guard bounds.contains(range) else { throw .outsideExtent(range) }
    if let obstacle = region(atOrAfter: range.first), obstacle.overlaps(range) {
      guard conflictsAllowed else { throw .conflict(wanted: range, with: obstacle) }
      return swallow(range, from: obstacle)
    }
    // Nothing overlaps, so the range lies in the free segment that its first number is in.
    try take(range, in: arena.segment(atOrAfter: range.first)!.range)
  }

  /// Makes a region in a gap. What it touches on either side is joined to it; only if nothing is does the number
  /// of regions grow.
  private mutating func take(
    _ region: AddressRange<Address>, in gap: AddressRange<Address>
  ) throws(ExtentError<Address>) {
    let joinsLower = coalesces && region.first == gap.first && gap.first != bounds.first
    let joinsUpper = coalesces && region.last == gap.last && gap.last != bounds.last
    guard joinsLower || joinsUpper || regionCount < capacity else { throw .noDescriptor }
    fill(region)
    regionCount += 1
    if joinsLower { join(at: region.first) }
    if joinsUpper { join(at: region.last + 1) }
  }

  /// Fills the free parts of `range` and joins everything in it to `obstacle`, the first region that it overlaps.
  /// Each part is joined as soon as it is made, so one spare descriptor is enough (Extent-I2).
  private mutating func swallow(_ range: AddressRange<Address>, from obstacle: AddressRange<Address>) {
    if range.first < obstacle.first {
      absorb(AddressRange(first: range.first, last: obstacle.first - 1), below: true)
    }
    var last = obstacle.last
    while last < range.last {
      let segment = arena.segment(atOrAfter: last + 1)!
      if segment.kind == .free {
        last = min(segment.range.last, range.last)
        absorb(AddressRange(first: segment.range.first, last: last), below: false)
      } else {
        join(at: segment.range.first)
        last = segment.range.last
      }
    }
    guard coalesces else { return }
    if range.first <= obstacle.first { joinIfTouching(at: range.first) }
    if last != bounds.last { joinIfTouching(at: last + 1) }
  }

  /// Fills a free part and joins it to the region above it, or to the one below.
  private mutating func absorb(_ part: AddressRange<Address>, below: Bool) {
    fill(part)
    regionCount += 1
    join(at: below ? part.last + 1 : part.first)
  }

  /// Allocates numbers that are known to be free. A descriptor is there, by Extent-I2.
  private func fill(_ range: AddressRange<Address>) {
    do throws(AllocationError<Address>) {
      try arena.claim(range)
    } catch {
      preconditionFailure("Extent-I2: no descriptor for a part that is free")
    }
  }

  private mutating func join(at boundary: Address) {
    let joined = arena.join(at: boundary)
    precondition(joined, "two regions that touch were not there")
    regionCount -= 1
  }

  private mutating func joinIfTouching(at boundary: Address) {
    if boundary != bounds.first, arena.join(at: boundary) { regionCount -= 1 }
  }
}
