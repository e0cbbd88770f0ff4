import Frames
import Paging
import VMem

/// Why pageable memory could not be had or given back; everything is as before the call (law 9).
@frozen
public enum PageableError: Error, Equatable, Sendable {
  /// The addresses were refused, here and by the source.
  case addresses(AllocationError<UInt32>)
  /// No room for the records or the page table of 4 MiB of addresses.
  case records(FrameError)
  case table(PagingError)
  /// The promise of `pages` pages could not be kept: so many slots are not promised yet, and not so many frames can be
  /// spared for good.
  case noBacking(pages: UInt32, slots: UInt32)
  /// What was to be freed or changed is no allocation.
  case notAllocated(AddressRange<UInt32>)
  /// There is a swap disk already.
  case attached
  /// The storage for the slots is too small: bytes.
  case storage(given: Int, needed: Int)
}

/// Where a fault came from, if pageable memory must not be touched there (law 7).
@frozen
public enum FaultContext: UInt8, Sendable {
  /// A thread that may sleep.
  case ordinary
  /// Interrupts were off: a spin lock is held, or it is an interrupt.
  case interruptsOff
  /// The pager itself.
  case pager
}

/// What came of a fault.
@frozen
public enum FaultAnswer: Equatable, Sendable {
  /// Try the instruction again.
  case resolved(Resolution)
  /// Sleep until `generation` is no longer this, then ask again. Whoever drives disk and eviction has to go on.
  case wait(WaitReason, generation: UInt32)
  /// An error of whoever touched the address.
  case failed(FaultFailure)
}

@frozen
public enum Resolution: UInt8, Sendable {
  /// First touch.
  case zeroFilled
  /// It was on its way out.
  case takenBack
  /// Somebody else resolved it meanwhile, or the processor had an older translation.
  case spurious
  /// It is in its frame, and forced eviction alone keeps it from being mapped: `reveal` ends the fault.
  case hidden
}

@frozen
public enum WaitReason: UInt8, Sendable {
  /// The page is being read or filled.
  case page
  /// No frame can be spared: pages have to go out first.
  case frames
  /// All requests are in use.
  case requests
}

/// Why a fault is an error.
@frozen
public enum FaultFailure: Equatable, Sendable {
  /// No pageable memory was ever here: a wild pointer.
  case notPageable(address: UInt32)
  /// Nobody has the address: freed, or never handed out.
  case notAllocated(address: UInt32)
  /// Behind the end of an allocation.
  case guardPage(address: UInt32)
  /// A write to what was made read-only.
  case readOnly(address: UInt32)
  /// Pageable memory was touched where that is forbidden.
  case forbidden(address: UInt32, FaultContext)
  /// The contents could not be read back from the slot.
  case unreadable(address: UInt32, slot: UInt32)
}
