import VMem

/// A placement and the gap that it is cut from.
struct Place<Address: ArenaAddress> {
  let start: Address
  let gap: AddressRange<Address>
}

extension Extent {
  /// The lowest placement within `range`.
  ///
  /// The arena's first fit knows alignments but no boundary that counts from elsewhere than 0. A candidate that
  /// crosses a boundary rules out every start up to that boundary, for a later start crosses it all the more.
  /// After the boundary the first aligned start does not cross again (`Grid`), so each gap costs two steps.
  func lowest(_ grid: Grid<Address>, _ range: AddressRange<Address>) -> Place<Address>? {
    var first = range.first
    while let found = firstFit(grid, AddressRange(first: first, last: range.last)) {
      guard grid.crosses(from: found.start) else { return found }
      guard let boundary = grid.boundary(above: found.start), boundary <= range.last else { return nil }
      first = boundary
    }
    return nil
  }

  /// The placement within `range` that leaves the least room behind it.
  ///
  /// The gaps that an end of the range cuts are looked at by themselves. All others lie within it whole and are
  /// visited in order of length: a gap leaves at least what it is longer than the size and the greatest waste.
  func leastOverhead(_ grid: Grid<Address>, _ range: AddressRange<Address>) -> Place<Address>? {
    var best = Best(grid: grid, range: range)
    var inner = range
    // No gap reaches over an end of the extent, so there is nothing to cut there.
    if range.first != bounds.first, let gap = cutGap(at: range.first), gap.first < range.first {
      best.consider(gap)
      guard gap.last < range.last else { return best.place }
      inner = AddressRange(first: gap.last + 1, last: range.last)
    }
    if range.last != bounds.last, let gap = cutGap(at: range.last), gap.last > range.last {
      best.consider(gap)
      guard gap.first > inner.first else { return best.place }
      inner = AddressRange(first: inner.first, last: gap.first - 1)
    }
    if grid.isTrivial {
      if let gap = smallestGap(grid.countMinusOne, inner) { best.consider(gap) }
    } else {
      considerByLength(&best, grid, inner)
    }
    return best.place
  }

  /// Visits the gaps that lie in `range` by length, then by address, until no further one can be better.
  private func considerByLength(
    _ best: inout Best<Address>, _ grid: Grid<Address>, _ range: AddressRange<Address>
  ) {
    var length = grid.countMinusOne
    var first = range.first
    while true {
      let gap = smallestGap(length, AddressRange(first: first, last: range.last))
      if let gap, gap.countMinusOne == length || first == range.first {
        if best.excludes(lengthMinusOne: gap.countMinusOne) { return }
        best.consider(gap)
        length = gap.countMinusOne
        if gap.last < range.last, !best.settles(lengthMinusOne: length, from: gap) {
          first = gap.last + 1
          continue
        }
      } else if first == range.first {
        return
      }
      guard length != .max else { return }
      length += 1
      first = range.first
    }
  }

  /// The gap that contains `number`, if it is free.
  private func cutGap(at number: Address) -> AddressRange<Address>? {
    guard let segment = arena.segment(atOrAfter: number), segment.kind == .free else { return nil }
    return segment.range
  }

  /// The shortest gap that has `countMinusOne + 1` numbers in `range`; the lowest among equals.
  func smallestGap(_ countMinusOne: Address, _ range: AddressRange<Address>) -> AddressRange<Address>? {
    var request = Request(countMinusOne: countMinusOne)
    request.policy = .bestFit
    request.first = range.first
    request.last = range.last
    return (try? arena.candidate(for: request))?.segment
  }

  private func firstFit(_ grid: Grid<Address>, _ range: AddressRange<Address>) -> Place<Address>? {
    var request = grid.request(within: range)
    request.policy = .firstFit
    guard let found = try? arena.candidate(for: request) else { return nil }
    return Place(start: found.start, gap: found.segment)
  }
}

/// The best placement among the gaps looked at so far.
private struct Best<Address: ArenaAddress> {
  let grid: Grid<Address>
  let range: AddressRange<Address>
  var place: Place<Address>?
  var overhead: Address = 0

  /// Takes the lowest placement in `gap` if it leaves less room than the best one so far, or as much and is lower.
  mutating func consider(_ gap: AddressRange<Address>) {
    guard let part = gap.intersection(range), let start = grid.lowestStart(in: part) else { return }
    let overhead = gap.last - (start + grid.countMinusOne)
    if let place, overhead > self.overhead || (overhead == self.overhead && start > place.start) { return }
    self.overhead = overhead
    place = Place(start: start, gap: gap)
  }

  /// Whether every gap of this length or more leaves more room than the best one.
  func excludes(lengthMinusOne: Address) -> Bool {
    place != nil && leastRoom(lengthMinusOne) > overhead
  }

  /// Whether no gap of this length that lies above `gap` can be better.
  func settles(lengthMinusOne: Address, from gap: AddressRange<Address>) -> Bool {
    guard let place else { return false }
    return leastRoom(lengthMinusOne) >= overhead && place.start <= gap.last
  }

  /// The least room that a placement in a gap of this length can leave.
  private func leastRoom(_ lengthMinusOne: Address) -> Address {
    let spare = lengthMinusOne - grid.countMinusOne
    return spare > grid.greatestWaste ? spare - grid.greatestWaste : 0
  }
}
