#if os(none)
import Pageable
import Threads

/// Pages a second, since the last look or since boot.
struct SwapRates {
  private(set) var pagesIn: UInt32
  private(set) var pagesOut: UInt32

  // The monitor alone looks, on its thread.
  private nonisolated(unsafe) static var last = SwapRates(pagesIn: 0, pagesOut: 0)
  private nonisolated(unsafe) static var lastTime: UInt32 = 0

  static func sinceLastLook(_ counts: PageableStatistics) -> SwapRates {
    let now = KernelThreads.scheduler.time
    let ticks = max(now &- (unsafe lastTime), 1)
    let rates = SwapRates(
      pagesIn: perSecond(counts.pagesIn &- (unsafe last.pagesIn), ticks),
      pagesOut: perSecond(counts.pagesOut &- (unsafe last.pagesOut), ticks))
    unsafe last = SwapRates(pagesIn: counts.pagesIn, pagesOut: counts.pagesOut)
    unsafe lastTime = now
    return rates
  }

  /// Without 64-bit division: no monitor looks away for 2^32 pages over the frequency.
  private static func perSecond(_ pages: UInt32, _ ticks: UInt32) -> UInt32 {
    pages < UInt32.max / KernelThreads.frequency
      ? pages * KernelThreads.frequency / ticks : pages / ticks * KernelThreads.frequency
  }
}
#endif
