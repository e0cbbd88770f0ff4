/// The slots of a swap disk: which are free, whose the others are, and what the contents of each add up to.
///
/// Slots are numbered from 1, each as long as a page; slot 0 is the disk's header. A bit for each free slot rather
/// than an arena: slots are freed one by one in any order, and a bit is a two-hundredth of a tag.
struct SlotMap {
  /// In the owner of a slot that went bad.
  static var retired: UInt32 { .max }

  private let owners: StoredTable<UInt32>
  private let checksums: StoredTable<UInt32>
  private let freeBits: StoredTable<UInt32>
  /// Slots of the disk, the header not counted.
  let count: UInt32
  private(set) var retiredCount: UInt32 = 0
  private(set) var freeCount: UInt32
  private var cursor: UInt32 = 1

  /// Runs that are looked at before the longest of them is taken.
  private static var runsTried: Int { 8 }

  static func storageSize(slots: UInt32) -> Int {
    let entries = Int(slots) + 1
    return 2 * StoredTable<UInt32>.byteCount(entries) + StoredTable<UInt32>.byteCount(entries / 32 + 1) + 8
  }

  /// Slots 1...`slots`, all free. The storage is at least `storageSize(slots:)` bytes.
  init(slots: UInt32, storage: UnsafeMutableRawBufferPointer) {
    precondition(storage.count >= Self.storageSize(slots: slots))
    let entries = Int(slots) + 1
    let size = StoredTable<UInt32>.byteCount(entries)
    // The three tables lie one behind the other in the storage, which the precondition proved to hold them.
    let base = unsafe storage.baseAddress!.alignedUp(toMultipleOf: 8)
    unsafe owners = StoredTable(at: base, count: entries, repeating: 0)
    unsafe checksums = StoredTable(at: base + size, count: entries, repeating: 0)
    unsafe freeBits = StoredTable(at: base + 2 * size, count: entries / 32 + 1, repeating: 0)
    count = slots
    freeCount = slots
    if slots > 0 { for slot in 1...slots { setFree(slot, true) } }
  }

  /// No slots at all.
  init() {
    // No element is ever accessed: every index is out of bounds.
    let nothing = unsafe UnsafeMutableRawPointer(bitPattern: 8).unsafelyUnwrapped
    unsafe owners = StoredTable(over: nothing, count: 0)
    unsafe checksums = StoredTable(over: nothing, count: 0)
    unsafe freeBits = StoredTable(over: nothing, count: 0)
    count = 0
    freeCount = 0
  }

  /// Slots that may be promised.
  var usable: UInt32 { count - retiredCount }

  func isFree(_ slot: UInt32) -> Bool { freeBits[Int(slot >> 5)] >> (slot & 31) & 1 != 0 }

  private func setFree(_ slot: UInt32, _ isFree: Bool) {
    let bit: UInt32 = 1 << (slot & 31)
    if isFree { freeBits[Int(slot >> 5)] |= bit } else { freeBits[Int(slot >> 5)] &= ~bit }
  }

  /// The page in slot `slot`; 0 for a free one.
  func owner(of slot: UInt32) -> UInt32 { owners[Int(slot)] }

  func checksum(of slot: UInt32) -> UInt32 { checksums[Int(slot)] }

  /// Takes up to `wanted` consecutive slots, the longest of the first runs behind the last one taken; nil if none is
  /// free. Each must be given an owner. Worst case: linear in slots, 32 at a time.
  mutating func take(upTo wanted: UInt32) -> (first: UInt32, count: UInt32)? {
    guard freeCount > 0, wanted > 0 else { return nil }
    var best: (first: UInt32, count: UInt32) = (0, 0)
    var from = cursor
    var tried = 0
    while tried < Self.runsTried, best.count < wanted {
      guard let first = nextFree(from) ?? (tried == 0 ? nextFree(1) : nil) else { break }
      var length: UInt32 = 1
      while length < wanted, first + length <= count, isFree(first + length) { length += 1 }
      if length > best.count { best = (first, length) }
      from = first + length
      tried += 1
    }
    for slot in best.first..<best.first + best.count { setFree(slot, false) }
    freeCount -= best.count
    cursor = best.first + best.count
    return best
  }

  /// The first free slot at or above `slot`.
  private func nextFree(_ slot: UInt32) -> UInt32? {
    guard slot <= count else { return nil }
    var index = Int(slot >> 5)
    var bits = freeBits[index] & (UInt32.max << (slot & 31))
    while bits == 0 {
      index += 1
      guard index < freeBits.count else { return nil }
      bits = freeBits[index]
    }
    return UInt32(index) << 5 + UInt32(bits.trailingZeroBitCount)
  }

  /// Gives a slot that was taken to `page`, whose contents have this checksum.
  mutating func assign(_ slot: UInt32, to page: UInt32, checksum: UInt32) {
    precondition(!isFree(slot) && owners[Int(slot)] == 0, "a swap slot was assigned twice")
    owners[Int(slot)] = page
    checksums[Int(slot)] = checksum
  }

  /// Frees the slot of `page`.
  mutating func release(_ slot: UInt32, of page: UInt32) {
    precondition(
      slot != 0 && !isFree(slot) && owners[Int(slot)] == page, "a swap slot was freed that is not the page's")
    owners[Int(slot)] = 0
    setFree(slot, true)
    freeCount += 1
  }

  /// Takes the slot of `page` out of use for good.
  mutating func retire(_ slot: UInt32, of page: UInt32) {
    precondition(
      slot != 0 && !isFree(slot) && owners[Int(slot)] == page,
      "a swap slot was retired that is not the page's")
    owners[Int(slot)] = Self.retired
    retiredCount += 1
  }
}

/// What the 1,024 words of a page add up to: two sums, the second of which makes their order count (Fletcher's, modulo
/// 2^32). About five instructions a word.
func pageSum(_ words: UnsafeRawBufferPointer) -> UInt32 {
  precondition(words.count == 4096)
  var (sum, order) = (UInt32(1), UInt32(0))
  for offset in stride(from: 0, to: 4096, by: 4) {
    // In bounds by the precondition.
    sum &+= unsafe words.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    order &+= sum
  }
  return order ^ (sum << 16 | sum >> 16)
}

/// The checksum of a slot whose page adds up to `sum`. A page that was torn does not agree, nor one that was written to
/// or read from another slot.
func slotChecksum(_ sum: UInt32, slot: UInt32) -> UInt32 { sum ^ slot &* 0x9E37_79B9 }
