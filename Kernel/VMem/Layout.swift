import Primitives

/// How an arena's storage is divided: state, size classes, magazines, hash buckets, groups, tags.
///
/// Buckets: a power of two between half the number of tags and that number. Groups: one for each
/// `Group.minimum` tags and two more, which the theory shows to be enough.
struct Layout<Address: ArenaAddress, Lock: Locking & ~Copyable> {
  var cachedSizes: Int
  var processors: Int
  var buckets = 2
  var groups = 2
  /// Tags, the sentinel included.
  var tags = 0

  /// For the parameters of `Arena.create`.
  init(quantum: Address, cacheLimit: Address, processors: Int) {
    cachedSizes = Int(min(cacheLimit >> Address(truncatingIfNeeded: quantum.trailingZeroBitCount), 64))
    self.processors = processors
  }

  static var alignment: Int {
    // Pointers and addresses: what the other parts hold, magazines and groups included.
    max(MemoryLayout<ArenaState<Address, Lock>>.alignment, MemoryLayout<Tag<Address>>.alignment)
  }

  static var tag: Int { MemoryLayout<Tag<Address>>.stride }
  static var group: Int { MemoryLayout<Group<Address>>.stride }
  static var reference: Int { MemoryLayout<TagReference<Address>?>.stride }

  // Where each part starts.
  var headsOffset: Int { Layout.roundedUp(MemoryLayout<ArenaState<Address, Lock>>.size) }
  var wordsOffset: Int { headsOffset + SizeClasses<Address>.count * Layout.reference }
  var magazinesOffset: Int { Layout.roundedUp(wordsOffset + SizeClasses<Address>.wordCount * 4) }
  var bucketsOffset: Int {
    magazinesOffset + Layout.roundedUp(MemoryLayout<Magazine<Address>>.stride * cachedSizes * processors)
  }
  var groupsOffset: Int { Layout.roundedUp(bucketsOffset + buckets * Layout.reference) }
  var tagsOffset: Int { Layout.roundedUp(groupsOffset + groups * Layout.group) }
  /// Bytes of all parts.
  var byteCount: Int { tagsOffset + tags * Layout.tag }

  /// The layout with room for `tags` tags.
  func holding(tags: Int) -> Layout {
    var layout = self
    layout.tags = tags
    layout.groups = tags / Group<Address>.minimum + 2
    while layout.buckets < tags { layout.buckets *= 2 }
    return layout
  }

  /// The layout that fits the most tags into `byteCount` bytes; `nil` if not even the sentinel fits.
  func filling(_ byteCount: Int) -> Layout? {
    var layout = self
    let room = byteCount - holding(tags: 1).byteCount
    guard room >= 0 else { return nil }
    // Not more buckets than `holding` would give to as many tags.
    let most = room / Layout.tag + 1
    while layout.buckets * 2 * (Layout.tag + Layout.reference) <= room { layout.buckets *= 2 }
    // Bytes of a tag with its share of the groups, times `minimum`.
    let sixTags = Layout.tag * Group<Address>.minimum + Layout.group
    var tags = min(most, (byteCount - layout.groupsOffset) / sixTags * Group<Address>.minimum + 6)
    repeat {
      layout.tags = tags
      layout.groups = tags / Group<Address>.minimum + 2
      tags -= 1
    } while layout.byteCount > byteCount
    return layout
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
