import Frames

/// A transfer between frames and consecutive slots of the swap disk, for whoever drives the disk.
///
/// Given out by `nextTransfer`, each to be answered once by `complete`, in any order and from any context. The frames
/// are in the direct map and stay where they are until then.
public struct Transfer: Sendable {
  public let isWrite: Bool
  /// The first slot; byte `slot << 12` of the disk.
  public let slot: UInt32
  /// How many slots, 1...8.
  public let count: Int
  let request: Int
  let sequence: UInt32
  let frames: InlineArray<8, UInt32>

  /// The frame of slot `slot + index`.
  public func frame(_ index: Int) -> FrameNumber {
    precondition(index >= 0 && index < count)
    return FrameNumber(frames[index])
  }
}

/// What became of a transfer.
@frozen
public enum TransferResult: Equatable, Sendable {
  case done
  /// The slot number `index` of the transfer failed; those before it are done, those behind it were not tried.
  case failed(index: Int)
}

/// A request for a transfer, kept from the start so that paging needs no memory.
struct PageRequest {
  enum Status: UInt8 { case free, queued, underWay }

  var status = Status.free
  var isWrite = false
  var count: UInt8 = 0
  /// Bit i: page i was freed meanwhile; frame, slot and promise are the request's.
  var orphans: UInt8 = 0
  var slot: UInt32 = 0
  /// Order of queueing.
  var sequence: UInt32 = 0
  var pages = InlineArray<8, UInt32>(repeating: 0)
  var frames = InlineArray<8, UInt32>(repeating: 0)
}
