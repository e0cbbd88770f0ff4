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
  let heads: UnsafeMutableRawPointer
  let geometricHeads: UnsafeMutableRawPointer
  /// For each exact class a bit for each of its cells whose list is not empty.
  let masks: UnsafeMutablePointer<UInt32>
  /// A bit for each geometric class whose list is not empty, and one for each word of these that is not 0.
  let words: UnsafeMutablePointer<UInt32>
  var summary: UInt32 = 0
  /// A bit for each exact class with a segment.
  var exact: UInt32 = 0
  /// The logarithm of the number of cells.
  let cellBits: UInt32
  /// The first address that the cells cover, and the logarithm of the addresses of one.
  var origin: Address = 0
  var cellShift: Address
  let quantumShift: Address
  /// The largest exact size in addresses, less one.
  let lastExact: Address

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
    // All, if the space has no more quanta.
    lastExact = quantumShift + 5 < Address.bitWidth ? (FreeLists.exactCount &<< quantumShift) &- 1 : .max
    cellShift = Address(truncatingIfNeeded: Address.bitWidth - 1)
    clearHeads()
  }

  mutating func clearHeads() {
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
  mutating func exactHead(_ index: Int) -> TagReference<Address> {
    unsafe TagReference(heads + (index &* FreeLists.headStride &- TagLayout<Address>.firstLink))
  }

  @inline(__always)
  mutating func geometricHead(_ index: Int) -> TagReference<Address> {
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
  mutating func cell(of first: Address) -> UInt32 {
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
    if push(tag, exactHead(Int(truncatingIfNeeded: cell) &<< 5 | quanta)) {
      // `quanta` is below 32.
      unsafe masks[quanta] |= 1 &<< cell
      exact |= 1 &<< UInt32(truncatingIfNeeded: quanta)
    }
  }

  @inline(never)
  private mutating func insertGeometric(_ tag: TagReference<Address>, _ index: Int) {
    guard push(tag, geometricHead(index)) else { return }
    let word = index &>> 5
    // `index` is below `geometricCount`.
    unsafe words[word] |= 1 &<< UInt32(truncatingIfNeeded: index & 31)
    summary |= 1 &<< UInt32(truncatingIfNeeded: word)
  }

  /// Puts `tag` at the front of the list of `head`; whether the list begins with it, so that a bit is to be set.
  @inline(__always)
  private mutating func push(_ tag: TagReference<Address>, _ head: TagReference<Address>) -> Bool {
    let first = head.listNext
    tag.listNext = first
    tag.listPrevious = head
    first.listPrevious = tag
    head.listNext = tag
    return first == head
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

  /// As `remove`, where a call for a list that becomes empty is worth the room that it saves.
  @inline(__always)
  mutating func removeSeldomLast(_ tag: TagReference<Address>) {
    let next = tag.listNext
    let previous = tag.listPrevious
    next.listPrevious = previous
    previous.listNext = next
    if next == previous { noteEmptyByCall(next) }
  }

  @inline(never)
  private mutating func noteEmptyByCall(_ head: TagReference<Address>) { noteEmpty(head) }

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

  /// Notes that a segment's size changes, in quanta less one, and its first address if so before the call. O(1), and
  /// next to nothing where the class stays: large segments mostly stay in theirs when a piece is cut off or added.
  mutating func move(_ tag: TagReference<Address>, from old: Address, to new: Address) {
    let smaller = Swift.min(old, new)
    if smaller >= FreeLists.exactCount, FreeLists.isSurelySameClass(smaller, Swift.max(old, new)) { return }
    remove(tag)
    insert(tag, new)
  }

  /// As `move`, to a larger size; both are addresses less one.
  @inline(__always)
  mutating func grow(_ tag: TagReference<Address>, fromCount old: Address, to new: Address) {
    if old > lastExact, FreeLists.isSurelySameClass(old, new) { return }
    remove(tag)
    insert(tag, new &>> quantumShift)
  }

  /// As `move`, to a smaller size; both are addresses less one.
  @inline(__always)
  mutating func shrink(_ tag: TagReference<Address>, fromCount old: Address, to new: Address) {
    if new > lastExact, FreeLists.isSurelySameClass(new, old) { return }
    remove(tag)
    insert(tag, new &>> quantumShift)
  }

  /// Whether two sizes above the exact ones surely have one class, be they quanta or addresses: they differ in bits only
  /// that are below a sixteenth of the smaller, and those that the class is made of are above (Theorem Class-T1). Where it
  /// does not say so they may have one all the same; then a segment goes to the front of its list, which does no harm.
  @inline(__always)
  private static func isSurelySameClass(_ smaller: Address, _ larger: Address) -> Bool {
    smaller ^ larger <= smaller &>> 4
  }
}
