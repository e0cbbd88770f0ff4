import Frames

/// What a pageable page is doing; three bits of its record.
@frozen
public enum PageState: UInt32, Sendable, CaseIterable {
  /// Nobody's address.
  case none = 0
  /// Promised and never written: reads as zeros.
  case untouched = 1
  /// In a frame and mapped.
  case resident = 2
  /// A frame is being filled, with zeros or from its slot.
  case busyIn = 3
  /// On its way out: unmapped, and perhaps being written. A fault takes it back.
  case busyOut = 4
  /// In its slot and nowhere else.
  case swapped = 5
  /// Its slot could not be read back: the contents are gone.
  case lost = 6
  /// An address that nobody may touch, behind an allocation.
  case guardPage = 7
}

/// What is true of a page beside its state.
struct PageFlags: OptionSet, Sendable {
  var rawValue: UInt32

  /// Has a frame for good instead of a slot: there was no slot to promise, or it went bad.
  static var pinned: PageFlags { PageFlags(rawValue: 1 << 3) }
  /// The slot holds the contents, unless the entry is dirty.
  static var hasCopy: PageFlags { PageFlags(rawValue: 1 << 4) }
  /// The contents are all zero, unless the entry is dirty.
  static var isZero: PageFlags { PageFlags(rawValue: 1 << 5) }
  /// Mapped again while it was on its way out.
  static var takenBack: PageFlags { PageFlags(rawValue: 1 << 6) }
  /// In a transfer, queued or under way.
  static var inTransfer: PageFlags { PageFlags(rawValue: 1 << 7) }
  static var readOnly: PageFlags { PageFlags(rawValue: 1 << 8) }
  /// The first page of an allocation from an arena that imports from this memory's own.
  static var inSubmap: PageFlags { PageFlags(rawValue: 1 << 9) }
  /// Would be mapped, and is not: forced eviction waits for its next touch.
  static var hidden: PageFlags { PageFlags(rawValue: 1 << 10) }
}

/// What is known of one page, wired: 8 bytes.
struct PageRecord: Sendable {
  /// Frame in bits 31:12 where there is one, flags in 10:3, state in 2:0.
  private var word: UInt32 = 0
  /// The slot of the page, 0 for none; slot 0 is the disk's header and nobody's.
  var slot: UInt32 = 0

  init() {}

  init(_ state: PageState) { word = state.rawValue }

  var state: PageState {
    get { PageState(rawValue: word & 7) ?? .none }
    set { word = word & ~7 | newValue.rawValue }
  }

  var frame: FrameNumber {
    get { FrameNumber(containing: word) }
    set { word = word & 0xFFF | newValue.address }
  }

  func has(_ flag: PageFlags) -> Bool { word & flag.rawValue != 0 }

  mutating func set(_ flag: PageFlags, _ isSet: Bool) {
    if isSet { word |= flag.rawValue } else { word &= ~flag.rawValue }
  }

  /// Whether the page has an entry, forced eviction left out.
  var isUsable: Bool { state == .resident || state == .busyOut && has(.takenBack) }

  /// Whether the page is in memory now, wherever it is going.
  var hasFrame: Bool {
    switch state {
    case .resident, .busyIn, .busyOut: true
    case .none, .untouched, .swapped, .lost, .guardPage: false
    }
  }
}
