import Frames
import Paging
import Primitives

/// How many free frames the machine is to have, in frames.
@frozen
public struct WaterMarks: Equatable, Sendable {
  /// Below this a page that comes in takes a frame of the reserve, and waits if there is none.
  public var minimum: UInt32
  /// Below this pages go out...
  public var low: UInt32
  /// ...until there are so many.
  public var high: UInt32

  /// Frames that are never anything but pageable: with them any thread goes on, whoever has the rest. Pageable.md
  /// derives the number.
  public static var reserve: UInt32 { 32 }

  public init(minimum: UInt32, low: UInt32, high: UInt32) {
    self.minimum = minimum
    self.low = low
    self.high = high
  }

  /// For a machine with `total` frames: a sixty-fourth, a thirty-second and a twenty-fourth of them, 16, 32 and 48 at
  /// least and 1,024, 2,048 and 3,072 at most.
  public init(total: UInt32) {
    let unit = min(max(total / 64, 16), 1024)
    self.init(minimum: unit, low: 2 * unit, high: 3 * unit)
  }
}

// Under the lock.
extension PageableMemory where Lock: ~Copyable {
  /// A frame for a page that comes in: of the machine's if it can spare one, else of the reserve.
  func takeFrame() -> FrameNumber? {
    guard state.value.pageFrames < state.value.residents.count, let frame = findFrame() else { return nil }
    state.value.pageFrames += 1
    return frame
  }

  private func findFrame() -> FrameNumber? {
    if frames.statistics.free > state.value.marks.minimum,
      let frame = try? frames.allocate(in: .direct, owner: owner)
    {
      return frame
    }
    return state.value.reserve.take(link: frames)
  }

  /// Takes back the frame of a page. Fills the reserve first.
  func giveBack(_ frame: FrameNumber, isPinned: Bool = false) {
    if !isPinned { state.value.pageFrames -= 1 }
    if state.value.reserve.count < WaterMarks.reserve {
      state.value.reserve.push(frame, link: frames)
    } else {
      frames.giveBack(frame, isZero: false)
    }
    state.value.generation &+= 1
  }
}

extension PageableMemory where Lock: ~Copyable {
  /// How many pages ought to go out now; 0 above the low mark. Constant time; context: any.
  public var evictionDemand: UInt32 {
    let free = frames.statistics.free
    let token = acquire()
    defer { release(token) }
    let missing = WaterMarks.reserve - state.value.reserve.count
    if free >= state.value.marks.low { return missing }
    return state.value.marks.high - free + missing
  }

  /// Sends out what the marks want: pages that were not used of late, or where all were used while the hand went round,
  /// any. Whoever waits for a frame cannot wait for that to end.
  ///
  /// - Returns: nil where nothing is wanted. As `evict` otherwise, costs and context too, at most twice.
  public func relieve() -> Eviction? {
    let demand = evictionDemand
    guard demand > 0 else { return nil }
    let eviction = evict(upTo: demand)
    return eviction.total > 0 ? eviction : evict(upTo: demand, isForced: true)
  }
}
