import Frames
import Paging
import Primitives
import VMem

/// A mapping as the records tell it.
public struct LiveMapping: Sendable {
  /// The mapped pages, without the guard page.
  public let pages: PageRange
  public let owner: Owner
  /// The addresses allocated from the window, guard page included.
  public let segment: AddressRange<UInt32>
  let kind: MappingKind

  /// Whether an unmapped page of its own follows.
  public var hasGuard: Bool { kind.hasGuard }
  /// Whether its frames are a list, and belong to the window until it is unmapped.
  public var ownsFrames: Bool { kind.unguarded == .ownedPages }

  /// nil where `kind`, read from the first entry, is not that of a live mapping.
  init?(first: UInt32, total: UInt32, owner: Owner, _ kind: MappingKind?) {
    guard let kind, kind != .foreign, kind != .leaving else { return nil }
    let last = first &+ (total &- 1)
    pages = PageRange(PageNumber(first), through: PageNumber(last &- (kind.hasGuard ? 1 : 0)))
    self.owner = owner
    segment = AddressRange(first: first << 12, last: last << 12 | 0xFFF)
    self.kind = kind
  }

  /// The same, from a segment of the window's arena.
  init?(_ segment: Segment<UInt32>, _ kind: MappingKind?) {
    guard segment.kind == .allocated else { return nil }
    self.init(
      first: segment.range.first >> 12, total: segment.range.countMinusOne >> 12 + 1, owner: segment.owner,
      kind)
  }
}

extension VMap where Lock: ~Copyable {
  /// Calls `body` with every live mapping in address order; mappings that are being made or removed are left out.
  ///
  /// No lock is held meanwhile: `body` may map and unmap. Linear in the mappings.
  public func forEachMapping(_ body: (LiveMapping) -> Void) {
    arena.walk { segment in
      let kind = segment.kind == .allocated ? kind(of: PageNumber(containing: segment.range.first)) : nil
      if let mapping = LiveMapping(segment, kind) { body(mapping) }
    }
  }

  /// What the page of `address` translates to; nil where it is not mapped, in the window or elsewhere.
  public func query(_ address: UInt32) -> Translation? { pageMap.query(PageNumber(containing: address)) }

  /// The kind in the entry of `page`; nil where that is not mapped.
  func kind(of page: PageNumber) -> MappingKind? {
    guard let entry = pageMap.entry(of: page) else { return nil }
    return MappingKind(rawValue: entry.software)
  }

  /// Changes the kind in the first entry of a mapping from `old` to `new`; false if somebody was faster.
  func change(_ first: PageNumber, from old: MappingKind, to new: MappingKind) -> Bool {
    let token = acquire()
    defer { release(token) }
    return pageMap.changeSoftware(first, from: old.rawValue, to: new.rawValue)
  }
}
