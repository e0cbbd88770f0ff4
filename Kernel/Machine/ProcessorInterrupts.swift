#if os(none)
import Instructions
import Primitives

/// How a lock keeps interrupts away from this processor.
public enum ProcessorInterrupts: InterruptControl {
  /// Turns maskable interrupts off; returns EFLAGS as it was.
  public static func disable() -> UInt32 {
    let flags = cpu_read_eflags()
    cpu_disable_interrupts()
    #if DEBUG
    if flags & Interrupts.interruptFlag != 0 { Interrupts.callWhenMasked() }
    #endif
    return flags
  }

  public static func restore(_ saved: UInt32) { cpu_write_eflags(saved) }
}

/// The lock of everything that interrupt handlers may touch too.
public typealias KernelLock = SpinLock<ProcessorInterrupts>
#endif
