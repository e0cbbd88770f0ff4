import Primitives

/// Threads in the order in which they came. A thread stands in one such queue at a time.
struct ThreadQueue {
  private(set) var first: ThreadReference?
  private var last: ThreadReference?

  var isEmpty: Bool { first == nil }

  /// O(1).
  mutating func append(_ thread: ThreadReference) {
    thread.value.next = nil
    if let last { last.value.next = thread } else { first = thread }
    last = thread
  }

  /// O(1).
  mutating func popFirst() -> ThreadReference? {
    guard let thread = first else { return nil }
    first = thread.value.next
    if first == nil { last = nil }
    thread.value.next = nil
    return thread
  }

  /// Puts `thread` behind all whose time is not later. O(threads in the queue). Times are compared as they wrap: those
  /// in one queue lie within 2^31 ticks.
  mutating func insert(byTime thread: ThreadReference) {
    var before: ThreadReference?
    var after = first
    while let other = after, Int32(bitPattern: thread.value.wakeTime &- other.value.wakeTime) >= 0 {
      before = other
      after = other.value.next
    }
    thread.value.next = after
    if let before { before.value.next = thread } else { first = thread }
    if after == nil { last = thread }
  }
}
