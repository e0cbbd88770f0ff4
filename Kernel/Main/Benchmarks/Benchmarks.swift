#if os(none)
import Machine

/// The kernel's own benchmark: the command-line word `bench`, and the monitor's command.
///
/// Each figure is one line `bench: <name> <unit> <value>`, which `make bench` collects. The clock is the processor's
/// time-stamp counter. Under `-icount shift=0,sleep=off` it counts instructions, exactly and the same in every run,
/// and the unit is `instructions`; on any other clock it is `cycles`, and says nothing but how fast the emulator is.
enum Benchmarks {
  /// Runs all of them, with interrupts off but for those that fault. False if this processor has no time-stamp counter.
  ///
  /// Context: boot or the monitor; takes memory and gives it back; seconds to a minute.
  static func run(_ kernel: Kernel) -> Bool {
    guard Processor.features.contains(.timeStampCounter) else {
      Console.write("bench: this processor has no time-stamp counter; -cpu pentium or later has\n")
      return false
    }
    PageableBenchmarks.run(kernel.memory)
    withInterruptsDisabled {
      VMapBenchmarks.run(kernel.memory)
      ArenaBenchmarks.run(kernel.memory)
      ThreadBenchmarks.run()
      KMemBenchmarks.run()
      // Further groups go here, a line each.
    }
    DiskBenchmarks.run(kernel.memory)
    return true
  }
}
#endif
