#if os(none)
import BusSpace
import Machine
import Threads

/// The picture that follows what happens: `show live`.
///
/// Whoever changes arenas calls ``update()`` between two operations: the self-tests after each test, the trials of
/// `devtest` after each step; the monitor calls ``drawNow()`` after each command. So nothing is ever drawn in the middle of
/// an operation, no lock is held, and no test has a thread beside it that it does not know. Fragmentation is sampled once
/// a tick at most and a picture drawn ten times a second at most, which bounds the cost; each picture maps the frame buffer
/// and unmaps it, and needs nothing in between.
enum LiveShow {
  /// Nil while nothing is to be drawn.
  private nonisolated(unsafe) static var kernel: Kernel?
  private nonisolated(unsafe) static var drawnAt: UInt32 = 0
  private nonisolated(unsafe) static var sampledAt: UInt32 = 0
  private nonisolated(unsafe) static var storedCount: UInt32 = 0

  /// Ticks from one picture to the next.
  private static var pause: UInt32 { KernelThreads.frequency / 10 }

  /// How many pictures were drawn since `begin`.
  static var count: UInt32 { unsafe storedCount }

  static var isOn: Bool { unsafe kernel != nil }

  /// From now on every update may draw; the first does.
  static func begin(_ kernel: Kernel) {
    unsafe self.kernel = kernel
    unsafe storedCount = 0
    unsafe drawnAt = KernelThreads.scheduler.time &- pause
  }

  static func end() { unsafe kernel = nil }

  /// Draws in any case: after a command, behind which nothing else may come for a while. Context as ``update()``.
  static func drawNow() {
    unsafe drawnAt = KernelThreads.scheduler.time &- pause
    unsafe sampledAt = KernelThreads.scheduler.time &- 1
    update()
  }

  /// Draws, if a tenth of a second has passed since the last time. Does nothing where that fails, for instance because
  /// the window of addresses is full, which a test may want. Context: threads, no lock held.
  static func update() {
    guard let kernel = unsafe kernel else { return }
    let time = KernelThreads.scheduler.time
    guard unsafe time != sampledAt else { return }
    unsafe sampledAt = time
    FragmentationHistory.sample(kernel)
    guard unsafe time &- drawnAt >= pause else { return }
    do throws(ShowError) {
      try ArenaPicture(kernel: kernel).show()
      unsafe storedCount += 1
    } catch {}
    unsafe drawnAt = KernelThreads.scheduler.time
  }
}
#endif
