#if os(none)
import Instructions
import Machine
import Text
import Threads

/// Sees that every worker of a long test goes on: if one does not take a step for a while, it says who waits for what
/// and ends the kernel.
///
/// The scheduler finds a deadlock only when nothing else can run. Here something always runs, so steps are counted.
enum Watchdog {
  static var limit: Int { 8 }

  private nonisolated(unsafe) static var steps = InlineArray<8, UInt32>(repeating: 0)
  private nonisolated(unsafe) static var isDone = InlineArray<8, Bool>(repeating: true)
  private nonisolated(unsafe) static var seen = InlineArray<8, UInt32>(repeating: 0)
  private nonisolated(unsafe) static var seenAt = InlineArray<8, UInt32>(repeating: 0)

  /// Begins to watch workers 0 to `count - 1`. Before they run.
  static func begin(workers count: Int) {
    for index in 0..<limit {
      unsafe steps[index] = 0
      unsafe isDone[index] = index >= count
      unsafe seen[index] = .max
    }
  }

  /// Worker `index` did something. Each has an element of its own.
  static func note(_ index: Int) { unsafe steps[index] &+= 1 }

  static func end(_ index: Int) { unsafe isDone[index] = true }

  static func steps(of index: Int) -> UInt32 { unsafe steps[index] }

  /// Whether none of the workers `range` is at work.
  static func areDone(_ range: Range<Int>) -> Bool {
    cpu_order_memory()
    for index in range where unsafe !isDone[index] { return false }
    return true
  }

  /// Sleeps until those workers are done; dies if any worker takes no step for `patience` ticks.
  static func watch(_ range: Range<Int>, patience: UInt32) {
    while !areDone(range) {
      KernelThreads.scheduler.sleep(ticks: 10)
      for index in 0..<limit where unsafe !isDone[index] { look(index, patience) }
    }
  }

  private static func look(_ index: Int, _ patience: UInt32) {
    let now = KernelThreads.scheduler.time
    if unsafe seen[index] != steps[index] {
      unsafe seen[index] = unsafe steps[index]
      unsafe seenAt[index] = now
      return
    }
    let passed = now &- (unsafe seenAt[index])
    guard passed > patience else { return }
    var console = ConsoleSink()
    console.write("\nwatchdog: worker ")
    console.write(decimal: UInt32(index))
    console.write(" took no step for ")
    console.write(decimal: passed)
    console.write(" ticks, after ")
    console.write(decimal: unsafe steps[index])
    console.newline()
    KernelThreads.scheduler.writeSleepers(to: &console)
    panic("a worker is stuck", .decimal("worker", UInt32(index)))
  }
}
#endif
