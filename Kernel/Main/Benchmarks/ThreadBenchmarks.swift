#if os(none)
import Instructions
import Machine
import Threads

/// What it costs to make way for another thread: locks, queue, registers, stacks.
enum ThreadBenchmarks {
  private nonisolated(unsafe) static var isOver = false

  private static var mayEnd: Bool {
    cpu_order_memory()
    return unsafe isOver
  }

  /// Two threads that yield to one another; the figure is for one switch, from the call of one to the return of the
  /// other.
  static func run() {
    let report = BenchmarkReport()
    KernelThreads.stopTicks()
    defer { KernelThreads.startTicks() }
    unsafe isOver = false
    do throws(ThreadStackError) {
      let other = try KernelThread(
        "bench", entry: { _ in while !ThreadBenchmarks.mayEnd { KernelThreads.scheduler.yield() } })
      let scheduler = KernelThreads.scheduler
      scheduler.yield()
      let times: UInt32 = 100
      let cost = InstructionMeter.count {
        for _ in 0..<times { scheduler.yield() }
      }
      unsafe isOver = true
      other.join()
      report.mean("threads.switch", cost, over: 2 * times)
    } catch { report.skip("threads.switch", because: "no memory for a stack") }
  }
}
#endif
