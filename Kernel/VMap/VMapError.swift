import Frames
import Paging
import Primitives
import VMem

/// Why a mapping could not be made, changed or removed; nothing changed (law 9).
@frozen
public enum VMapError: Error, Equatable, Sendable {
  // Making one.
  /// A size of 0, or no frames.
  case empty
  /// `physical + size` passes the end of the 4 GiB.
  case wraps(physical: UInt32, size: UInt32)
  /// Ordinary memory was asked for where there is none.
  case notMemory(FrameNumber)
  /// The frame is mapped with another memory type already, by `owner` (`Owner.none`: the direct map).
  case memoryType(FrameNumber, existing: MemoryType, owner: Owner)
  /// The window was to own the frame, which is not a single frame of the mapping's owner, or is in the list twice.
  case notOwned(FrameNumber)
  /// No free range of the window is large enough.
  case noSpace(pages: UInt32)
  /// No frame for a page table.
  case outOfTables(FrameError)
  /// No frame for the window's bookkeeping.
  case outOfRecords(FrameError)

  // Removing or changing one.
  /// The address is outside the window.
  case outsideWindow(UInt32)
  /// No mapping holds the address: unmapped already, or never mapped.
  case notMapped(UInt32)
  /// A mapping holds the address but starts elsewhere.
  case notStart(UInt32, mapping: AddressRange<UInt32>, owner: Owner)
  /// The mapping has another size.
  case sizeMismatch(UInt32, size: UInt32, mapping: AddressRange<UInt32>, owner: Owner)
  /// Somebody is unmapping it, or its flush is still owed.
  case leaving(UInt32, owner: Owner)
  /// The page map refused: somebody else changes pages of the window.
  case paging(PagingError)
}
