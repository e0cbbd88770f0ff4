import Primitives

// Exact classes by address: which cells a search looks into, and what they cover.

extension FreeLists {
  /// The cells of a class in which a segment may have addresses from `first` to `last`; one bit for a class that has
  /// no cells. A segment that begins in a lower cell may reach into the bounds: so may all of its size.
  mutating func cells(_ number: Int, first: Address, last: Address) -> UInt32 {
    guard number < Int(FreeLists.exactCount) else { return 1 }
    // In bounds by the line above.
    let mask = unsafe masks[number]
    // Cells wholly below the bounds less the size, and those above.
    let reach = Address(truncatingIfNeeded: number) &<< quantumShift | (1 &<< quantumShift &- 1)
    let lowest = first > reach ? first - reach : 0
    var cells = mask
    if lowest > origin {
      let from = (lowest - origin) &>> cellShift
      cells = from > 31 ? 0 : cells & (~0 &<< UInt32(truncatingIfNeeded: from))
    }
    if last < origin { return 0 }
    let to = (last - origin) &>> cellShift
    return to >= 31 ? cells : cells & ~(~1 &<< UInt32(truncatingIfNeeded: to))
  }

  /// The cells in which segments may start that have addresses from `first` to `last` and start there.
  @inline(__always)
  mutating func startingCells(first: Address, last: Address) -> UInt32 {
    var cells: UInt32 = ~0
    if first > origin {
      let from = (first &- origin) &>> cellShift
      cells = from > 31 ? 0 : cells &<< UInt32(truncatingIfNeeded: from)
    }
    if last < origin { return 0 }
    let to = (last &- origin) &>> cellShift
    return to >= 31 ? cells : cells & ~(~1 &<< UInt32(truncatingIfNeeded: to))
  }

  /// The list of the lowest of `cells` in which an exact class has a segment.
  @inline(__always)
  mutating func lowestHead(_ quanta: Int, in cells: UInt32) -> TagReference<Address>? {
    // `quanta` is below 32.
    let mask = unsafe masks[quanta] & cells
    return mask == 0 ? nil : exactHead(mask.lowestBit &<< 5 | quanta)
  }

  /// The head of a list: the class `number` and one of its cells.
  mutating func head(_ number: Int, cell: Int) -> TagReference<Address> {
    let exactCount = Int(FreeLists.exactCount)
    return number < exactCount
      ? exactHead(cell << 5 | number) : geometricHead(number - exactCount)
  }
}

// MARK: What the cells cover

extension FreeLists {
  /// Whether the cells cover `range`.
  mutating func covers(_ range: AddressRange<Address>) -> Bool {
    range.first >= origin && (range.last - origin) >> cellShift < 1 << Address(cellBits)
  }

  /// Makes the cells cover `range` too and empties all lists; their segments are then to be put in anew. What is
  /// covered at least doubles each time, so this happens once for each bit of an address at most.
  mutating func cover(_ range: AddressRange<Address>, isFirst: Bool) {
    let bits = Address(cellBits)
    var low = range.first
    var high = range.last
    if !isFirst {
      let size = cellShift + bits >= Address.bitWidth ? Address.max : (1 << (cellShift + bits)) - 1
      let end = size <= Address.max - origin ? origin + size : .max
      high = max(high, end)
      if range.first < origin {
        // Twice as much, downwards.
        low = min(range.first, origin > size ? origin - size - 1 : 0)
      } else {
        low = origin
      }
    }
    let width = Address(Address.bitWidth - (high - low).leadingZeroBitCount)
    origin = low
    cellShift = width > bits ? width - bits : 0
    exact = 0
    summary = 0
    for index in 0..<(FreeLists.bitBytes / 4) { unsafe masks[index] = 0 }
    clearHeads()
  }
}

// MARK: For the checker

extension FreeLists {
  /// The class and the cell in which a segment belongs.
  mutating func place(of first: Address, quanta: Address) -> (Int, Int) {
    (FreeLists.number(quanta), quanta < FreeLists.exactCount ? Int(cell(of: first)) : 0)
  }

  /// Whether the bits above the bits are right.
  mutating func summaryIsExact() -> Bool {
    for number in 0..<Int(FreeLists.exactCount)
    where unsafe (masks[number] != 0) != (exact >> UInt32(number) & 1 != 0) { return false }
    for word in 0..<FreeLists.wordCount
    where unsafe (words[word] != 0) != (summary >> UInt32(word) & 1 != 0) { return false }
    return true
  }
}
