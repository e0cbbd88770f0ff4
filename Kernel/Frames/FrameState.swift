import Primitives

/// What a frame is used for; four bits of its record.
@frozen
public enum FrameState: UInt8, Sendable, CaseIterable {
  /// No memory, or memory that the firmware keeps.
  case absent = 0
  case free = 1
  /// Handed out alone.
  case single = 2
  /// Handed out as part of a contiguous run; goes back with the whole run only.
  case run = 3
  /// In use since boot: kernel image, boot structures, page tables of the direct map.
  case reserved = 4
}

/// Where a frame has to lie.
@frozen
public enum FrameZone: UInt8, Sendable, CaseIterable {
  /// Below 16 MiB, where ISA DMA reaches.
  case isa = 0
  /// Within the direct map, where the kernel reaches it without a mapping of its own.
  case direct = 1
  /// Anywhere below 4 GiB.
  case anywhere = 2
}

/// Why frames could not be had or given back; the state is as before the call (law 9).
@frozen
public enum FrameError: Error, Equatable, Sendable {
  /// No frame is free in the zone.
  case exhausted(FrameZone)
  /// No contiguous run of `count` frames fulfils the constraints.
  case noRun(count: UInt32)
  /// There is no memory at the frame, or none that this allocator manages.
  case foreign(FrameNumber)
  /// The frame is free already.
  case doubleFree(FrameNumber)
  /// The frame belongs to another owner.
  case notOwner(FrameNumber, owner: Owner)
  /// The frame is part of a run, which goes back whole.
  case partOfRun(FrameNumber, owner: Owner)
  /// The frames are no run that was handed out.
  case notARun(FrameRange)
  /// The frame has been in use since boot.
  case reserved(FrameNumber, owner: Owner)
}

/// What the allocator knows of a frame: 8 bytes.
@frozen
public struct FrameRecord: Equatable, Sendable {
  /// Belongs to whoever holds the frame: link of a chain of frames, or number of valid entries of a page table.
  public var word: UInt32
  /// Owner in bits 31:16, first and last of a run in bits 4 and 5, state in bits 3:0.
  var tag: UInt32

  static var runFirst: UInt32 { 0x10 }
  static var runLast: UInt32 { 0x20 }

  init(_ state: FrameState, owner: Owner) {
    word = 0
    tag = UInt32(owner.rawValue) << 16 | UInt32(state.rawValue)
  }

  public var state: FrameState { FrameState(rawValue: UInt8(truncatingIfNeeded: tag & 15)) ?? .absent }

  public var owner: Owner { Owner(rawValue: UInt16(truncatingIfNeeded: tag >> 16)) }
}
