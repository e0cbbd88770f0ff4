import Primitives

/// Threads that wait for a tick, the soonest first. A link of its own, so that a thread may stand in the queue of a channel
/// besides.
///
/// Times are compared as they wrap: those in the queue lie within 2^31 ticks.
struct TimedQueue {
  private(set) var first: ThreadReference?

  /// Puts `thread` behind all whose time is not later. O(threads in the queue).
  mutating func insert(_ thread: ThreadReference) {
    var before: ThreadReference?
    var after = first
    while let other = after, Int32(bitPattern: thread.value.wakeTime &- other.value.wakeTime) >= 0 {
      before = other
      after = other.value.nextInTime
    }
    thread.value.nextInTime = after
    if let before { before.value.nextInTime = thread } else { first = thread }
  }

  /// Takes out the first if its time has come. O(1).
  mutating func popFirst(until time: UInt32) -> ThreadReference? {
    guard let thread = first, Int32(bitPattern: time &- thread.value.wakeTime) >= 0 else { return nil }
    first = thread.value.nextInTime
    thread.value.nextInTime = nil
    return thread
  }

  /// Takes out a thread that stands in the queue. O(threads in the queue).
  mutating func remove(_ thread: ThreadReference) {
    let next = thread.value.nextInTime
    if let before = thread.predecessor(from: first, { $0.value.nextInTime }) {
      before.value.nextInTime = next
    } else {
      first = next
    }
    thread.value.nextInTime = nil
  }
}
