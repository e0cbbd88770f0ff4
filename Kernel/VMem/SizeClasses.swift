/// Gaps by size: a list for each class of sizes, and a bit for each list that is not empty.
///
/// A size is given as one less than its number of quanta. Sizes of 1 to 128 quanta have a class each; above, each
/// power of two is divided into 8 classes. Everything in a higher class is larger than anything in a lower one.
///
/// A list of an exact class may be a heap by address: `lowest` makes it one, and it stays one as far as nothing is
/// added. Whoever only adds and takes never pays for that order.
@safe
struct SizeClasses<Address: ArenaAddress>: ~Copyable {
  static var exactCount: Int { 128 }
  static var count: Int { exactCount + (Address.bitWidth - 7) * 8 }
  static var wordCount: Int { (count + 31) / 32 }

  private let heads: UnsafeMutablePointer<TagReference<Address>?>
  private let words: UnsafeMutablePointer<UInt32>
  /// A bit for each word that is not 0.
  private var summary: UInt32 = 0

  /// `heads` has room for `count` places and `words` for `wordCount`, the arena's alone.
  @unsafe init(heads: UnsafeMutablePointer<TagReference<Address>?>, words: UnsafeMutablePointer<UInt32>) {
    unsafe heads.initialize(repeating: nil, count: SizeClasses.count)
    unsafe words.initialize(repeating: 0, count: SizeClasses.wordCount)
    unsafe self.heads = heads
    unsafe self.words = words
  }

  /// The class of a size.
  @inline(__always)
  static func index(quanta: Address) -> Int {
    if quanta < 128 { return Int(truncatingIfNeeded: quanta) }
    let top = Address.bitWidth - 1 - quanta.leadingZeroBitCount
    let eighth = Int(truncatingIfNeeded: quanta &>> Address(truncatingIfNeeded: top - 3)) & 7
    return 128 + (top - 7) * 8 + eighth
  }

  /// The first gap of a class; any, unless `lowest` was just called.
  subscript(index: Int) -> TagReference<Address>? {
    // `index` is below `count` by construction.
    unsafe heads[index]
  }

  /// The lowest class, not below `index`, that has a gap.
  @inline(__always)
  func firstUsed(from index: Int) -> Int? {
    let word = index &>> 5
    // A word is below `wordCount`, because `index` is below `count`.
    let bits = unsafe words[word] & (~0 &<< UInt32(truncatingIfNeeded: index & 31))
    if bits != 0 { return word &<< 5 | bits.trailingZeroBitCount }
    let later = summary & (~1 &<< UInt32(truncatingIfNeeded: word))
    if later == 0 { return nil }
    let next = later.trailingZeroBitCount
    return unsafe next &<< 5 | words[next].trailingZeroBitCount
  }

  @inline(__always)
  mutating func insert(_ tag: TagReference<Address>, quanta: Address) {
    let index = SizeClasses.index(quanta: quanta)
    let slot = unsafe Slot(heads + index)
    let first = slot.tag
    tag.gapChild = nil
    tag.gapNext = first
    tag.gapSlot = slot
    slot.tag = tag
    if let first {
      first.gapSlot = tag.gapNextSlot
    } else {
      unsafe words[index &>> 5] |= 1 &<< UInt32(truncatingIfNeeded: index & 31)
      summary |= 1 &<< UInt32(truncatingIfNeeded: index &>> 5)
    }
  }

  /// Whether two sizes are known to be of the same class above the exact ones: with t the top bit of `one`, they
  /// are if they differ by less than 2^(t-3) from bit t - 4 down, and a sixteenth of `one` is less than that.
  @inline(__always)
  func isSameLarge(_ one: Address, _ other: Address) -> Bool {
    one >= 128 && (one ^ other) <= one &>> 4
  }

  /// Puts `new` where `old` is in its list.
  @inline(__always)
  func replace(_ old: TagReference<Address>, by new: TagReference<Address>) {
    let slot = old.gapSlot
    let next = old.gapNext
    let child = old.gapChild
    new.gapSlot = slot
    new.gapNext = next
    new.gapChild = child
    slot.tag = new
    if let next { next.gapSlot = new.gapNextSlot }
    if let child { child.gapSlot = new.gapChildSlot }
  }

  /// Takes a gap out of whatever list it is in. Constant time if the list was never ordered, else O(gaps directly
  /// below it in the heap), each of which the ordering put there.
  @inline(__always)
  mutating func remove(_ tag: TagReference<Address>) {
    let slot = tag.gapSlot
    let next = tag.gapNext
    if tag.gapChild != nil { return removeParent(tag) }
    slot.tag = next
    if let next {
      next.gapSlot = slot
    } else {
      noteEmpty(slot)
    }
  }

  /// As `remove`, where there are gaps below: they take its place, for whatever is above it is above them too.
  @inline(never)
  private mutating func removeParent(_ tag: TagReference<Address>) {
    guard let child = tag.gapChild else { return }
    var last = child
    while let following = last.gapNext { last = following }
    let next = tag.gapNext
    last.gapNext = next
    if let next { next.gapSlot = last.gapNextSlot }
    child.gapSlot = tag.gapSlot
    tag.gapSlot.tag = child
  }

  /// Clears the bit of the class whose head `slot` is, if it is a head.
  @inline(__always)
  private mutating func noteEmpty(_ slot: Slot<Address>) {
    let offset = unsafe UInt(bitPattern: slot.place) &- UInt(bitPattern: heads)
    let stride = MemoryLayout<TagReference<Address>?>.stride
    guard offset < UInt(SizeClasses.count * stride) else { return }
    let index = Int(bitPattern: offset &>> UInt(stride.trailingZeroBitCount))
    let bits = unsafe words[index &>> 5] & ~(1 &<< UInt32(truncatingIfNeeded: index & 31))
    unsafe words[index &>> 5] = bits
    if bits == 0 { summary &= ~(1 &<< UInt32(truncatingIfNeeded: index &>> 5)) }
  }
}
