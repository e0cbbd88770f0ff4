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
  private(set) var count = 0

  /// Takes the addresses that were kept for `total` pages of `owner`, if their first page is `phase` modulo
  /// `alignment`, both in pages and a power of two.
  @inline(__always)
  mutating func take(_ total: UInt32, owner: Owner, alignment: UInt32, phase: UInt32) -> UInt32? {
    let index = Int(truncatingIfNeeded: total & 15)
    guard slots[index].total == total, slots[index].owner == owner,
      slots[index].first & (alignment &- 1) == phase
    else { return nil }
    slots[index].total = 0
    count -= 1
    return slots[index].first
  }

  /// Keeps addresses; returns those that had to leave for them.
  @inline(__always)
  mutating func put(_ first: UInt32, _ total: UInt32, owner: Owner) -> AddressRange<UInt32>? {
    let index = Int(truncatingIfNeeded: total & 15)
    let old = slots[index]
    slots[index] = Slot(first: first, total: total, owner: owner)
    if old.total == 0 { count += 1 }
    return old.segment
  }

  /// Empties slot `index` and returns what it held.
  mutating func remove(_ index: Int) -> AddressRange<UInt32>? {
    let old = slots[index]
    guard old.total > 0 else { return nil }
    slots[index].total = 0
    count -= 1
    return old.segment
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

  /// The mapping whose first page is `first`, if it is noted.
  @inline(__always)
  func entry(at first: UInt32) -> Entry? {
    let entry = entries[Int(truncatingIfNeeded: first & 63)]
    return entry.first == first && entry.total > 0 ? entry : nil
  }

  @inline(__always)
  mutating func forget(_ first: UInt32) {
    let index = Int(truncatingIfNeeded: first & 63)
    if entries[index].first == first { entries[index].total = 0 }
  }
}
