import Frames
import Paging
import Primitives

/// What pageable memory holds and has done. Sizes in pages.
public struct PageableStatistics: Equatable, Sendable {
  /// Pages that are somebody's and have a slot promised.
  public var promised: UInt32 = 0
  /// Pages that have a frame for good.
  public var pinned: UInt32 = 0
  /// Guard pages.
  public var guards: UInt32 = 0
  /// Page tables held, with their records.
  public var directories: UInt32 = 0
  /// Pages in memory that may go out.
  public var resident: UInt32 = 0
  /// Frames of the reserve that nobody uses.
  public var reserved: UInt32 = 0
  /// Transfers queued or under way.
  public var transfers: UInt32 = 0
  /// Slots there are, those that went bad included; free ones; those that went bad.
  public var slots: UInt32 = 0
  public var freeSlots: UInt32 = 0
  public var retiredSlots: UInt32 = 0
  /// Since creation: pages filled with zeros, read, written, dropped because they were clean, taken back.
  public var zeroFilled: UInt32 = 0
  public var pagesIn: UInt32 = 0
  public var pagesOut: UInt32 = 0
  public var dropped: UInt32 = 0
  public var takenBack: UInt32 = 0
  public var spurious: UInt32 = 0
  /// Transfers handed out.
  public var reads: UInt32 = 0
  public var writes: UInt32 = 0
  /// Transfers that failed; pages read that did not add up.
  public var readErrors: UInt32 = 0
  public var writeErrors: UInt32 = 0
  public var checksumErrors: UInt32 = 0
  /// Allocations refused for want of backing.
  public var refused: UInt32 = 0

  public init() {}
}

extension PageableMemory where Lock: ~Copyable {
  /// A moment's view. Constant time; context: any.
  public var statistics: PageableStatistics {
    let token = acquire()
    defer { release(token) }
    var counts = state.value.counts
    counts.resident = UInt32(truncatingIfNeeded: state.value.residentCount)
    counts.reserved = state.value.reserve.count
    for index in 0..<state.value.requests.count where state.value.requests[index].status != .free {
      counts.transfers += 1
    }
    counts.slots = state.value.slots.count
    counts.freeSlots = state.value.slots.freeCount
    counts.retiredSlots = state.value.slots.retiredCount
    return counts
  }
}
