import Primitives

/// How an arena's storage is divided: state, magazines, heads and bits of the free lists, hash buckets, tags.
///
/// Buckets: one for every two tags. Cells: 32, 8 or 2 for each exact class, so that their heads take a fifth of the
/// storage at most.
struct Layout<Address: ArenaAddress, Lock: Locking & ~Copyable> {
  var cachedSizes: Int
  var processors: Int
  var cellBits: UInt32 = 1
  var buckets = 1
  /// Tags, the sentinel included.
  var tags = 0

  /// For the parameters of `Arena.create`.
  init(quantum: Address, cacheLimit: Address, processors: Int) {
    let shift = Address(truncatingIfNeeded: quantum.trailingZeroBitCount)
    // Fewer than the quanta of the space: so a count of 0, less one, is of no cached size.
    cachedSizes = Int(min(min(cacheLimit >> shift, Address.max >> shift), 64))
    self.processors = processors
  }

  static var alignment: Int {
    // Pointers and addresses: what the other parts hold, magazines included.
    max(MemoryLayout<ArenaState<Address, Lock>>.alignment, TagLayout<Address>.alignment)
  }

  static var tagStride: Int { TagLayout<Address>.stride }
  static var reference: Int { MemoryLayout<TagReference<Address>?>.stride }

  // Where each part starts.
  static var magazinesOffset: Int { roundedUp(MemoryLayout<ArenaState<Address, Lock>>.size) }
  var headsOffset: Int {
    Layout.roundedUp(
      Layout.magazinesOffset + MagazineRack<Address>.byteCount(sizes: cachedSizes, processors: processors))
  }
  var bitsOffset: Int { headsOffset + FreeLists<Address>.headBytes(cellBits: cellBits) }
  var bucketsOffset: Int { Layout.roundedUp(bitsOffset + FreeLists<Address>.bitBytes) }
  var tagsOffset: Int { Layout.roundedUp(bucketsOffset + buckets * Layout.reference) }
  /// Bytes of all parts.
  var byteCount: Int { tagsOffset + tags * Layout.tagStride }

  /// The layout with room for `tags` tags.
  func holding(tags: Int) -> Layout {
    holding(tags: tags, cellBits: tags >= Layout.tags(for: 5) ? 5 : tags >= Layout.tags(for: 3) ? 3 : 1)
  }

  /// Tags from which on exact classes have so many cells.
  private static func tags(for cellBits: UInt32) -> Int {
    switch cellBits {
    case 5: 2048
    case 3: 512
    default: 1
    }
  }

  private func holding(tags: Int, cellBits: UInt32) -> Layout {
    var layout = self
    layout.tags = tags
    layout.buckets = tags / 2 + 1
    layout.cellBits = cellBits
    return layout
  }

  /// The layout that fits the most tags into `byteCount` bytes; `nil` if not even the sentinel fits.
  func filling(_ byteCount: Int) -> Layout? {
    filling(byteCount, cellBits: 5) ?? filling(byteCount, cellBits: 3) ?? filling(byteCount, cellBits: 1)
  }

  private func filling(_ byteCount: Int, cellBits: UInt32) -> Layout? {
    let least = Layout.tags(for: cellBits)
    let room = byteCount - holding(tags: 0, cellBits: cellBits).byteCount
    guard room > 0 else { return nil }
    // A bucket for two tags.
    var tags = room * 2 / (Layout.tagStride * 2 + Layout.reference) + 2
    while tags >= least {
      let layout = holding(tags: tags, cellBits: cellBits)
      if layout.byteCount <= byteCount { return layout }
      tags -= 1
    }
    return nil
  }

  static func roundedUp(_ size: Int) -> Int { (size + alignment - 1) & ~(alignment - 1) }

  /// The part of `storage` from its first aligned byte on; `nil` if there is none.
  static func aligned(_ storage: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawBufferPointer? {
    guard let base = storage.baseAddress else { return nil }
    let skip = (0 - Int(bitPattern: base)) & (alignment - 1)
    guard skip < storage.count else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(rebasing: storage[skip...])
  }
}
