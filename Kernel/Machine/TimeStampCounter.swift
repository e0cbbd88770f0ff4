#if os(none)
import Instructions

/// The processor's cycle counter (Intel SDM 3B, 17.17). Only where `ProcessorFeatures.timeStampCounter`.
public enum TimeStampCounter {
  /// Its 64 bits.
  public static var now: UInt64 {
    let stamp = cpu_read_time_stamp()
    return UInt64(stamp.high) << 32 | UInt64(stamp.low)
  }

  /// The lower half alone: enough for differences below 2^32 cycles.
  public static var low: UInt32 { cpu_read_time_stamp().low }

  /// Cycles in a millisecond, measured against the interval timer for 10 ms with interrupts off.
  ///
  /// The interval timer's 11,932 counts are 10.0001 ms; the reading of two ports adds a few microseconds.
  public static func measureKilohertz() -> UInt32 {
    withInterruptsDisabled {
      let start = low
      IntervalTimer.wait(counts: 11_932)
      return (low &- start) / 10
    }
  }
}
#endif
