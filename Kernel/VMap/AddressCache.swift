import Primitives
import VMem

/// Addresses of mappings that are gone and flushed, kept for the next mapping of the same size and owner.
///
/// They stay allocated in the arena under that owner, so taking one costs no operation there and no label has to
/// change. One slot for each of sixteen classes of sizes; whoever is put out of a slot goes back to the arena. When
/// addresses run out, all of them do (VMap-I5).
struct AddressCache: Sendable {
  private struct Slot: Sendable {
    /// Number of the first page; meaningless where `total` is 0.
    var first: UInt32 = 0
    /// Pages, guard page included; 0 for an empty slot.
    var total: UInt32 = 0
    var owner = Owner.none

    /// The addresses in it; nil for an empty slot.
    var segment: AddressRange<UInt32>? {
      guard total > 0 else { return nil }
      return AddressRange(first: first << 12, last: (first + (total - 1)) << 12 | 0xFFF)
    }
  }

  static var capacity: Int { 16 }

  private var slots = InlineArray<16, Slot>(repeating: Slot())
  /// False says that every slot is empty.
  private(set) var mayHold = false

  /// Where `total` pages are kept: a slot for each small size; sizes in 4 MiB have the same slots.
  @inline(__always)
  private static func index(_ total: UInt32) -> Int { Int(truncatingIfNeeded: (total ^ total >> 10) & 15) }

  /// Takes the addresses that were kept for `total` pages of `owner`.
  @inline(__always)
  mutating func take(_ total: UInt32, owner: Owner) -> UInt32? {
    let index = Self.index(total)
    guard slots[index].total == total, slots[index].owner == owner else { return nil }
    slots[index].total = 0
    return slots[index].first
  }

  /// The same, if their first page is `phase` modulo `alignment`, both in pages and a power of two.
  mutating func take(_ total: UInt32, owner: Owner, alignment: UInt32, phase: UInt32) -> UInt32? {
    guard slots[Self.index(total)].first & (alignment &- 1) == phase else { return nil }
    return take(total, owner: owner)
  }

  /// Keeps addresses; returns those that had to leave for them.
  @inline(__always)
  mutating func put(_ first: UInt32, _ total: UInt32, owner: Owner) -> AddressRange<UInt32>? {
    let index = Self.index(total)
    let old = slots[index]
    slots[index] = Slot(first: first, total: total, owner: owner)
    mayHold = true
    return old.segment
  }

  /// Empties the lowest slot that is not empty, from `index` on, and returns what it held; nil where all are empty,
  /// which is remembered if `index` was 0.
  mutating func remove(from index: Int) -> (index: Int, segment: AddressRange<UInt32>)? {
    for candidate in index..<Self.capacity {
      guard let segment = slots[candidate].segment else { continue }
      slots[candidate].total = 0
      return (candidate, segment)
    }
    if index == 0 { mayHold = false }
    return nil
  }
}

/// What the arena would tell of recent mappings, found by page number without asking it.
///
/// A mapping that is not here is in the arena all the same (VMap-I2); this only saves the way.
struct RecentMappings: Sendable {
  struct Entry: Sendable {
    var first: UInt32 = 0
    /// Pages, guard page included; 0 for an empty entry.
    var total: UInt32 = 0
    var owner = Owner.none
  }

  private var entries = InlineArray<64, Entry>(repeating: Entry())

  /// Notes a mapping, in place of another one whose first page agrees modulo 64.
  @inline(__always)
  mutating func note(_ first: UInt32, _ total: UInt32, _ owner: Owner) {
    entries[Int(truncatingIfNeeded: first & 63)] = Entry(first: first, total: total, owner: owner)
  }

  /// The entry that `first` would have; it is that mapping's if its own first page says so and its total is not 0.
  @inline(__always)
  func entry(at first: UInt32) -> Entry { entries[Int(truncatingIfNeeded: first & 63)] }

  @inline(__always)
  mutating func forget(_ first: UInt32) {
    if entry(at: first).first == first { forget(known: first) }
  }

  /// The same for a mapping that is known to be noted.
  @inline(__always)
  mutating func forget(known first: UInt32) { entries[Int(truncatingIfNeeded: first & 63)].total = 0 }
}
