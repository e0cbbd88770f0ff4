#if os(none)
import Instructions

/// How the machine is left. QEMU's `isa-debug-exit` device ends the emulator with status `(value << 1) | 1`,
/// so that no kernel can report 0 by accident.
public enum ExitStatus: UInt8, Sendable {
  /// QEMU's status 33.
  case success = 16
  /// QEMU's status 65.
  case testsFailed = 32
  /// QEMU's status 97.
  case panic = 48
}

/// Leaves QEMU with the status; on a machine without the device the processor halts with interrupts off.
public func exit(_ status: ExitStatus) -> Never {
  cpu_disable_interrupts()
  LastResort.leave(status.rawValue)
  while true { cpu_halt() }
}
#endif
