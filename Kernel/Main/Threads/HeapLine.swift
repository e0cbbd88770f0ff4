#if os(none)
import KMem
import Machine
import Pool
import Primitives
import Threads

/// The line of those who wait for kernel memory.
enum HeapLine {
  private nonisolated(unsafe) static var stored = WaitLine(name: "kernel memory")

  private static var line: Place<WaitLine> {
    // A global stays where it is.
    unsafe withUnsafeMutablePointer(to: &stored) { unsafe Place($0) }
  }

  /// Lets allocations of kmem and its pools sleep. Boot, once; threads and kmem are there.
  static func start() {
    // None of the functions uses a context.
    KernelHeap.kmem.pools.setWaiting(
      unsafe WaitHooks(
        wait: { _, _ in
          KernelThreads.scheduler.awaitTurn(in: HeapLine.line, for: 0)
          return true
        }, wake: { _ in KernelThreads.scheduler.announceFree(in: HeapLine.line) },
        done: { _ in KernelThreads.scheduler.leaveLine(HeapLine.line) }, context: nil))
  }
}
#endif
