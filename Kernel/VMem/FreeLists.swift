/// Free segments by size: a circular list for each class of sizes, and a bit for each list that is not empty.
///
/// A size is given as one less than its number of quanta. Sizes of 1 to 32 quanta, of which kernels have many, have a
/// class each; above, each power of two is divided into 8, or 4. Everything in a higher class is larger than anything in a
/// lower one.
///
/// An exact class is divided once more, by address, into up to 32 *cells* that cover the spans, with a list each: best
/// fit then finds the lowest among equals in a short list, and bounds rule out most lists by a mask.
///
/// A head is two links where a tag has them, so that a segment leaves its list without a look at which list that is.
@safe
struct FreeLists<Address: ArenaAddress>: ~Copyable {
  static var exactCount: Address { 32 }
  /// The logarithm of the classes of a power of two: 8, and 4 for wide addresses, whose powers are many.
  private static var octaveBits: Int { Address.bitWidth > 32 ? 2 : 3 }
  static var geometricCount: Int { (Address.bitWidth - 5) << octaveBits }
  static var wordCount: Int { (geometricCount + 31) / 32 }

  /// Heads: for each cell one of each exact class, then those of the other classes.
  private let heads: UnsafeMutableRawPointer
  private let geometricHeads: UnsafeMutableRawPointer
  /// For each exact class a bit for each of its cells whose list is not empty.
  private let masks: UnsafeMutablePointer<UInt32>
  /// A bit for each geometric class whose list is not empty, and one for each word of these that is not 0.
  private let words: UnsafeMutablePointer<UInt32>
  private var summary: UInt32 = 0
  /// A bit for each exact class with a segment.
  private var exact: UInt32 = 0
  /// The logarithm of the number of cells.
  let cellBits: UInt32
  /// The first address that the cells cover, and the logarithm of the addresses of one.
  private(set) var origin: Address = 0
  private(set) var cellShift: Address
  private let quantumShift: Address

  /// Bytes of the parts.
  static func headBytes(cellBits: UInt32) -> Int {
    (Int(exactCount) << Int(cellBits) + geometricCount) * headStride
  }
  static var bitBytes: Int { (Int(exactCount) + wordCount) * 4 }
  private static var headStride: Int { 2 * MemoryLayout<UInt>.stride }

  /// `heads` and `bits` have room for `headBytes` and `bitBytes`, the arena's alone.
  @unsafe init(
    heads: UnsafeMutableRawPointer, bits: UnsafeMutableRawPointer, cellBits: UInt32, quantumShift: Address
  ) {
    unsafe self.heads = heads
    unsafe geometricHeads = heads + (Int(FreeLists.exactCount) << Int(cellBits)) * FreeLists.headStride
    let words = unsafe bits.bindMemory(to: UInt32.self, capacity: FreeLists.bitBytes / 4)
    unsafe words.initialize(repeating: 0, count: FreeLists.bitBytes / 4)
    unsafe masks = words
    unsafe self.words = words + Int(FreeLists.exactCount)
    self.cellBits = cellBits
    self.quantumShift = quantumShift
    cellShift = Address(truncatingIfNeeded: Address.bitWidth - 1)
    clearHeads()
  }

  private mutating func clearHeads() {
    for index in 0..<(Int(FreeLists.exactCount) << Int(cellBits)) {
      let head = exactHead(index)
      head.listNext = head
      head.listPrevious = head
    }
    for index in 0..<FreeLists.geometricCount {
      let head = geometricHead(index)
      head.listNext = head
      head.listPrevious = head
    }
  }

  // A head as the tag whose links it is; nothing else of that tag is ever touched.
  @inline(__always)
  private mutating func exactHead(_ index: Int) -> TagReference<Address> {
    unsafe TagReference(heads + (index &* FreeLists.headStride &- TagLayout<Address>.firstLink))
  }

  @inline(__always)
  private mutating func geometricHead(_ index: Int) -> TagReference<Address> {
    unsafe TagReference(geometricHeads + (index &* FreeLists.headStride &- TagLayout<Address>.firstLink))
  }

  /// The position of the highest bit of a size that is not 0. The exclusive or is a subtraction here, and one that the
  /// compiler cancels against that in a count of leading zeros.
  @inline(__always)
  private static func topBit(of quanta: Address) -> Int {
    (Address.bitWidth &- 1) ^ quanta.leadingZeroBitCount
  }

  /// The geometric class of a size above the exact ones.
  @inline(__always)
  static func geometric(_ quanta: Address) -> Int {
    let top = topBit(of: quanta)
    let leading = Int(truncatingIfNeeded: quanta &>> Address(truncatingIfNeeded: top &- octaveBits))
    // `leading` has `octaveBits` + 1 bits, of which the first is set.
    return (top &- 6) &<< octaveBits &+ leading
  }

  @inline(__always)
  private mutating func cell(of first: Address) -> UInt32 {
    UInt32(truncatingIfNeeded: (first &- origin) &>> cellShift)
  }
}

// MARK: Adding and taking

extension FreeLists {
  /// Puts a free segment of `quanta + 1` quanta at the front of its list. O(1).
  @inline(__always)
  mutating func insert(_ tag: TagReference<Address>, _ quanta: Address) {
    if quanta < FreeLists.exactCount {
      insertExact(tag, Int(truncatingIfNeeded: quanta))
    } else {
      insertGeometric(tag, FreeLists.geometric(quanta))
    }
  }

  @inline(__always)
  mutating func insertExact(_ tag: TagReference<Address>, _ quanta: Int) {
    let cell = cell(of: tag.first)
    push(tag, exactHead(Int(truncatingIfNeeded: cell) &<< 5 | quanta))
    // `quanta` is below 32.
    unsafe masks[quanta] |= 1 &<< cell
    exact |= 1 &<< UInt32(truncatingIfNeeded: quanta)
  }

  @inline(never)
  private mutating func insertGeometric(_ tag: TagReference<Address>, _ index: Int) {
    push(tag, geometricHead(index))
    let word = index &>> 5
    // `index` is below `geometricCount`.
    unsafe words[word] |= 1 &<< UInt32(truncatingIfNeeded: index & 31)
    summary |= 1 &<< UInt32(truncatingIfNeeded: word)
  }

  @inline(__always)
  private mutating func push(_ tag: TagReference<Address>, _ head: TagReference<Address>) {
    let first = head.listNext
    tag.listNext = first
    tag.listPrevious = head
    first.listPrevious = tag
    head.listNext = tag
  }

  /// Takes a free segment out of its list. O(1).
  @inline(__always)
  mutating func remove(_ tag: TagReference<Address>) {
    let next = tag.listNext
    let previous = tag.listPrevious
    next.listPrevious = previous
    previous.listNext = next
    // Only the head of a list that is empty now is both.
    if next == previous { noteEmpty(next) }
  }

  /// Clears the bit of the list of `head`.
  @inline(__always)
  private mutating func noteEmpty(_ head: TagReference<Address>) {
    let first = unsafe head.place + TagLayout<Address>.firstLink
    if unsafe first >= geometricHeads { return unsafe noteEmptyGeometric(first - geometricHeads) }
    let index = unsafe UInt32(truncatingIfNeeded: first - heads) / UInt32(FreeLists.headStride)
    let quanta = Int(truncatingIfNeeded: index & 31)
    // The index is one that `insert` made.
    let mask = unsafe masks[quanta] & ~(1 &<< (index &>> 5))
    unsafe masks[quanta] = mask
    if mask == 0 { exact &= ~(1 &<< UInt32(truncatingIfNeeded: quanta)) }
  }

  @inline(never)
  private mutating func noteEmptyGeometric(_ offset: Int) {
    let index = UInt32(truncatingIfNeeded: offset) / UInt32(FreeLists.headStride)
    let word = Int(truncatingIfNeeded: index &>> 5)
    let bits = unsafe words[word] & ~(1 &<< (index & 31))
    unsafe words[word] = bits
    if bits == 0 { summary &= ~(1 &<< UInt32(truncatingIfNeeded: word)) }
  }

  /// Notes that a segment's size changes, and its first address if so before the call. O(1), and next to nothing where
  /// the class stays: large segments mostly stay in theirs when a piece is cut off or added.
  @inline(__always)
  mutating func move(_ tag: TagReference<Address>, from old: Address, to new: Address) {
    if FreeLists.isSameClass(old, new) { return }
    remove(tag)
    insert(tag, new)
  }

  @inline(__always)
  private static func isSameClass(_ old: Address, _ new: Address) -> Bool {
    if old < exactCount || new < exactCount { return false }
    // From the lowest of the leading bits on, which the class is made of.
    return (old ^ new) &>> Address(truncatingIfNeeded: topBit(of: old) &- octaveBits) == 0
  }
}

// MARK: Looking

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
  private mutating func firstGeometric(from index: Int) -> Int? {
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
  fileprivate var lowestBit: Int { (self | 1 << 31).trailingZeroBitCount }
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
    if summary != 0 {
      let word = 31 - summary.leadingZeroBitCount
      // The word's bit says that it is not 0.
      return unsafe Int(FreeLists.exactCount) + word << 5 + (31 - words[word].leadingZeroBitCount)
    }
    return exact == 0 ? nil : 31 - exact.leadingZeroBitCount
  }

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

  /// The head of a list: the class `number` and one of its cells.
  mutating func head(_ number: Int, cell: Int) -> TagReference<Address> {
    let exactCount = Int(FreeLists.exactCount)
    return number < exactCount
      ? exactHead(cell << 5 | number) : geometricHead(number - exactCount)
  }
}

// MARK: Cells

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
