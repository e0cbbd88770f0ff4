import Frames

/// Why a mapping was refused; the translations are as before the call (law 9).
@frozen
public enum PagingError: Error, Equatable, Sendable {
  /// The page is mapped already.
  case alreadyMapped(PageNumber)
  /// The page is not mapped.
  case notMapped(PageNumber)
  /// Page 0 is never mapped, so that a null pointer traps (Paging-I3).
  case pageZero
  /// The page belongs to the kernel image, the direct map or nobody.
  case notManaged(PageNumber)
  /// The frames would pass the end of physical memory's 4 GiB.
  case framesWrap(first: FrameNumber, count: UInt32)
  /// No frame for a page table could be had.
  case outOfTables(FrameError)
}
