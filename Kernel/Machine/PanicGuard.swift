#if os(none)
import Instructions

/// Keeps a fault inside a report from reporting itself for ever.
enum PanicGuard {
  /// Written with interrupts off by the processor that dies.
  private nonisolated(unsafe) static var isReporting = false

  /// Turns interrupts off. A second entry ends the machine with one short line.
  static func enter() {
    cpu_disable_interrupts()
    Console.detach()
    guard unsafe isReporting else {
      unsafe isReporting = true
      return
    }
    Console.write("\npanic: again, while reporting\n")
    exit(.panic)
  }
}
#endif
