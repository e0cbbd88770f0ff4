#if os(none)
import Instructions
import Machine

/// Counts instructions by the time-stamp counter.
enum InstructionMeter {
  /// What reading the counter twice counts by itself.
  private static var overhead: UInt32 {
    let start = TimeStampCounter.low
    return TimeStampCounter.low &- start
  }

  /// Instructions that `body` executes, below 2^32. What the bracket itself costs is subtracted; the call of the
  /// closure is gone, as it does not escape.
  @inline(__always)
  static func count(_ body: () -> Void) -> UInt32 {
    let overhead = overhead
    let start = TimeStampCounter.low
    body()
    return TimeStampCounter.low &- start &- overhead
  }

  /// Whether the counter counts instructions: it says of 1,000 more instructions that they are 1,000 more.
  static var countsInstructions: Bool { countingDown(1000) &- countingDown(500) == 1000 }

  /// Not inlined, so that both calls are the same code.
  @inline(never)
  private static func countingDown(_ turns: UInt32) -> UInt32 { count { cpu_count_down(turns) } }
}
#endif
