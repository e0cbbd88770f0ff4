// Finding a segment by size.

extension FreeLists {
  /// A segment of at least `quanta + 1` quanta that is found in a constant number of steps; `nil` if none is, though
  /// one may be in the geometric class of `quanta` itself behind its first few.
  mutating func anyAtOnce(_ quanta: Address) -> TagReference<Address>? {
    if quanta < FreeLists.exactCount, let used = firstUsedExact(from: Int(truncatingIfNeeded: quanta)) {
      let cell = unsafe masks[used].lowestBit
      return exactHead(cell &<< 5 | used).listNext
    }
    return anyAboveExact(quanta)
  }

  /// The lowest exact class, not below `quanta`, that has a segment.
  @inline(__always)
  mutating func firstUsedExact(from quanta: Int) -> Int? {
    let bits = exact &>> UInt32(truncatingIfNeeded: quanta)
    return bits == 0 ? nil : quanta &+ bits.trailingZeroBitCount
  }

  /// Takes the first segment of the lowest cell of an exact class, which has one.
  @inline(__always)
  mutating func popExact(_ quanta: Int) -> TagReference<Address> {
    // The class has a segment, so its mask has a bit.
    let mask = unsafe masks[quanta]
    let head = exactHead(mask.lowestBit &<< 5 | quanta)
    let segment = head.listNext
    let next = segment.listNext
    head.listNext = next
    next.listPrevious = head
    if next == head {
      let rest = mask & (mask &- 1)
      unsafe masks[quanta] = rest
      if rest == 0 { exact &= ~(1 &<< UInt32(truncatingIfNeeded: quanta)) }
    }
    return segment
  }

  /// Takes the lowest segment of an exact class, which has one. O(segments of the class in its lowest cell).
  @inline(__always)
  mutating func takeLowestExact(_ quanta: Int) -> TagReference<Address> {
    let mask = unsafe masks[quanta]
    let head = exactHead(mask.lowestBit &<< 5 | quanta)
    var lowest = head.listNext
    var tag = lowest.listNext
    while tag != head {
      if tag.first < lowest.first { lowest = tag }
      tag = tag.listNext
    }
    let next = lowest.listNext
    let previous = lowest.listPrevious
    next.listPrevious = previous
    previous.listNext = next
    if next == previous, next == head {
      let rest = mask & (mask &- 1)
      unsafe masks[quanta] = rest
      if rest == 0 { exact &= ~(1 &<< UInt32(truncatingIfNeeded: quanta)) }
    }
    return lowest
  }

  /// The first of the lowest geometric class that has one.
  @inline(__always)
  private mutating func anyGeometric() -> TagReference<Address>? {
    if summary == 0 { return nil }
    let word = summary.lowestBit
    // The word's bit says that it is not 0.
    return unsafe geometricHead(word &<< 5 | words[word].lowestBit).listNext
  }

  /// The first of the lowest class from `index` on that has one.
  @inline(__always)
  private mutating func anyGeometric(from index: Int) -> TagReference<Address>? {
    guard let used = firstGeometric(from: index) else { return nil }
    return geometricHead(used).listNext
  }

  @inline(__always)
  mutating func firstGeometric(from index: Int) -> Int? {
    if index >= FreeLists.geometricCount { return nil }
    let word = index &>> 5
    let bits = unsafe words[word] & (~0 &<< UInt32(truncatingIfNeeded: index & 31))
    if bits != 0 { return word &<< 5 | bits.trailingZeroBitCount }
    let later = summary & (~1 &<< UInt32(truncatingIfNeeded: word))
    if later == 0 { return nil }
    let next = later.trailingZeroBitCount
    return unsafe next &<< 5 | words[next].lowestBit
  }

  /// How many segments of a request's own class are looked at before the next class: sizes in it differ by up to an
  /// eighth, and the first few usually serve.
  private static var glances: Int { 4 }

  /// A segment above the exact sizes of at least `quanta + 1` quanta, as `anyAtOnce`.
  @inline(__always)
  mutating func anyAboveExact(_ quanta: Address) -> TagReference<Address>? {
    quanta < FreeLists.exactCount ? anyGeometric() : anyGeometric(for: quanta)
  }

  @inline(never)
  private mutating func anyGeometric(for quanta: Address) -> TagReference<Address>? {
    let index = FreeLists.geometric(quanta)
    let head = geometricHead(index)
    var tag = head.listNext
    var glances = FreeLists.glances
    while tag != head, glances != 0 {
      if tag.countMinusOne &>> quantumShift >= quanta { return tag }
      tag = tag.listNext
      glances &-= 1
    }
    return anyGeometric(from: index &+ 1)
  }

  /// Whether there is a segment in the class of `quanta`, one above the exact ones.
  mutating func hasNeighbours(_ quanta: Address) -> Bool {
    let head = geometricHead(FreeLists.geometric(quanta))
    return head.listNext != head
  }
}

extension UInt32 {
  /// The number of the lowest bit of a word that is not 0. Said so that no code looks whether it is.
  @inline(__always)
  var lowestBit: Int { (self | 1 << 31).trailingZeroBitCount }
}

extension FreeLists {
  /// The number of the class of a size: exact classes first.
  static func number(_ quanta: Address) -> Int {
    quanta < exactCount ? Int(truncatingIfNeeded: quanta) : Int(exactCount) + geometric(quanta)
  }

  static var numberCount: Int { Int(exactCount) + geometricCount }

  /// The lowest class from `number` on that has a segment.
  mutating func firstUsed(from number: Int) -> Int? {
    let exactCount = Int(FreeLists.exactCount)
    if number < exactCount {
      let bits = exact & (~0 &<< UInt32(truncatingIfNeeded: number))
      if bits != 0 { return bits.trailingZeroBitCount }
    }
    return firstGeometric(from: max(number - exactCount, 0)).map { $0 + exactCount }
  }

  /// The highest class that has a segment.
  mutating func lastUsed() -> Int? {
    if let last = lastGeometric() { return Int(FreeLists.exactCount) + last }
    return exact == 0 ? nil : 31 - exact.leadingZeroBitCount
  }

  /// The highest geometric class that has a segment.
  mutating func lastGeometric() -> Int? {
    if summary == 0 { return nil }
    let word = 31 - summary.leadingZeroBitCount
    // The word's bit says that it is not 0.
    return unsafe word << 5 + (31 - words[word].leadingZeroBitCount)
  }
}
