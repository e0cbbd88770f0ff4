import Primitives

/// What the boot loader says about memory, put in order before anything is allocated from it.
///
/// Filled in three steps: `add` every available range of the firmware's map, `remove` every range that the firmware
/// calls anything else (so that where two entries overlap the cautious one wins), `reserve` what the boot left in
/// memory. Then `carve` hands out the first frames: page tables of the direct map and the storage of the frame
/// allocator. All of it works in place, in constant space, before memory exists (law 4).
public struct MemoryMap: Sendable {
  /// A part of memory that is in use since boot, with the name of the user.
  public struct Reservation: Sendable {
    public var frames: FrameRange
    public var owner: Owner
  }

  /// Ranges and reservations that fit. Firmware maps seen in practice have 5 to 30 entries; a removal in the middle
  /// makes one more.
  public static var capacity: Int { 64 }

  /// Available memory, in bytes, ascending, disjoint, not adjacent; the first `rangeCount` count.
  private var ranges = InlineArray<64, ClosedBytes>(repeating: ClosedBytes(first: 0, last: 0))
  public private(set) var rangeCount = 0
  private var reservations = InlineArray<64, Reservation>(
    repeating: Reservation(frames: FrameRange(FrameNumber(0), through: FrameNumber(0)), owner: .none))
  public private(set) var reservationCount = 0
  /// Available memory at and above 4 GiB that was ignored, in KiB, for the note at boot.
  public private(set) var ignoredKiB: UInt32 = 0
  /// Ranges that found no room in the map; then memory is lost, and the boot says so.
  public private(set) var droppedCount: UInt32 = 0

  private struct ClosedBytes: Sendable {
    var first: UInt32
    var last: UInt32
  }

  public init() {}

  /// Adds the available bytes `base`...`base + length - 1`; what lies at 4 GiB and above is counted and ignored.
  ///
  /// Worst case: linear in the ranges.
  public mutating func add(base: UInt64, length: UInt64) {
    guard length > 0, base <= UInt64.max - (length - 1) else { return }
    let last = base + (length - 1)
    let limit = UInt64(UInt32.max)
    if last > limit {
      let lost = last - (base > limit ? base : limit + 1) + 1
      ignoredKiB &+= UInt32(truncatingIfNeeded: lost >> 10)
    }
    guard base <= limit else { return }
    insert(UInt32(truncatingIfNeeded: base), last > limit ? .max : UInt32(truncatingIfNeeded: last))
  }

  /// Takes the bytes `base`...`base + length - 1` out of the available memory.
  ///
  /// Worst case: linear in the ranges.
  public mutating func remove(base: UInt64, length: UInt64) {
    guard length > 0, base <= UInt64(UInt32.max) else { return }
    let end = base &+ (length - 1)
    let last = end < base || end > UInt64(UInt32.max) ? UInt32.max : UInt32(truncatingIfNeeded: end)
    erase(UInt32(truncatingIfNeeded: base), last)
  }

  /// Marks the frames that hold the bytes `first`...`last` as in use by `owner` since boot.
  public mutating func reserve(first: UInt32, last: UInt32, owner: Owner) {
    let frames = FrameRange(FrameNumber(containing: first), through: FrameNumber(containing: last))
    guard reservationCount < Self.capacity else {
      droppedCount += 1
      return
    }
    reservations[reservationCount] = Reservation(frames: frames, owner: owner)
    reservationCount += 1
  }

  /// Available frames number `index`, without the reservations taken out, ascending; nil where the rounding inwards
  /// left no whole frame.
  public func frames(at index: Int) -> FrameRange? {
    precondition(index < rangeCount)
    let bytes = ranges[index]
    let (first, last) = (bytes.first, bytes.last)
    guard first <= 0xFFFF_F000 else { return nil }
    let firstFrame = (first + 4095) >> 12
    let pastFrame = last == .max ? 0x10_0000 : (last + 1) >> 12
    guard firstFrame < pastFrame else { return nil }
    return FrameRange(FrameNumber(firstFrame), through: FrameNumber(pastFrame - 1))
  }

  /// Reservation number `index`, in the order they were made; they may overlap each other and lie outside memory.
  public func reservation(at index: Int) -> Reservation {
    precondition(index < reservationCount)
    return reservations[index]
  }

  /// One more than the highest available frame; 0 without memory.
  public var frameLimit: UInt32 {
    for index in stride(from: rangeCount - 1, through: 0, by: -1) {
      if let frames = frames(at: index) { return frames.last.rawValue + 1 }
    }
    return 0
  }

  /// Whether `frame` is available memory, reserved or not. Worst case: linear in the ranges.
  public func isMemory(_ frame: FrameNumber) -> Bool {
    for index in 0..<rangeCount {
      if let frames = frames(at: index), frames.contains(frame) { return true }
    }
    return false
  }

  /// Takes `count` consecutive frames at or above `lowest` and below `limit`, the lowest that are free, reserves them
  /// for `owner` and returns them; nil where there are none.
  ///
  /// Worst case: ranges times reservations squared. Context: boot only.
  public mutating func carve(
    count: UInt32, from lowest: UInt32 = 0x100, below limit: UInt32, owner: Owner
  ) -> FrameRange? {
    guard reservationCount < Self.capacity else { return nil }
    for index in 0..<rangeCount {
      guard let frames = frames(at: index) else { continue }
      var candidate = max(frames.first.rawValue, lowest)
      while candidate <= frames.last.rawValue, candidate < limit {
        guard let wanted = FrameRange(FrameNumber(candidate), count: count), wanted.last <= frames.last,
          wanted.last.rawValue < limit
        else { break }
        guard let past = firstFree(past: wanted) else {
          reserve(first: wanted.first.address, last: wanted.last.address | 0xFFF, owner: owner)
          return wanted
        }
        candidate = past
      }
    }
    return nil
  }

  /// The frame after the last reservation that overlaps `frames`; nil where none does.
  private func firstFree(past frames: FrameRange) -> UInt32? {
    var result: UInt32?
    for index in 0..<reservationCount where reservations[index].frames.overlaps(frames) {
      result = max(result ?? 0, reservations[index].frames.last.rawValue + 1)
    }
    return result
  }
}

// MARK: - Ranges of bytes, kept ascending and merged

extension MemoryMap {
  /// Adds [first, last], merging what it overlaps or touches.
  private mutating func insert(_ first: UInt32, _ last: UInt32) {
    var (first, last) = (first, last)
    var kept = 0
    var place = 0
    for index in 0..<rangeCount {
      let old = ranges[index]
      let isBefore = old.last < first && old.last + 1 < first
      let isAfter = last < old.first && last + 1 < old.first
      if isBefore || isAfter {
        ranges[kept] = old
        kept += 1
        if isBefore { place = kept }
      } else {
        first = min(first, old.first)
        last = max(last, old.last)
      }
    }
    rangeCount = kept
    open(at: place, ClosedBytes(first: first, last: last))
  }

  /// Takes [first, last] out; a range that holds it in its middle becomes two.
  private mutating func erase(_ first: UInt32, _ last: UInt32) {
    var index = 0
    while index < rangeCount {
      let old = ranges[index]
      guard old.first <= last, first <= old.last else {
        index += 1
        continue
      }
      close(at: index)
      if old.first < first {
        open(at: index, ClosedBytes(first: old.first, last: first - 1))
        index += 1
      }
      if last < old.last {
        open(at: index, ClosedBytes(first: last + 1, last: old.last))
        index += 1
      }
    }
  }

  private mutating func open(at place: Int, _ bytes: ClosedBytes) {
    guard rangeCount < Self.capacity else {
      droppedCount += 1
      return
    }
    for index in stride(from: rangeCount, to: place, by: -1) { ranges[index] = ranges[index - 1] }
    ranges[place] = bytes
    rangeCount += 1
  }

  private mutating func close(at place: Int) {
    for index in place..<rangeCount - 1 { ranges[index] = ranges[index + 1] }
    rangeCount -= 1
  }
}

extension MemoryMap {
  /// Whether `frame` is memory, and the last frame from there on of which the same can be said.
  ///
  /// Worst case: linear in the ranges.
  public func run(at frame: FrameNumber) -> (isMemory: Bool, last: FrameNumber) {
    for index in 0..<rangeCount {
      guard let frames = frames(at: index), frame <= frames.last else { continue }
      if frames.contains(frame) { return (true, frames.last) }
      return (false, FrameNumber(frames.first.rawValue - 1))
    }
    return (false, FrameNumber(0xF_FFFF))
  }
}
