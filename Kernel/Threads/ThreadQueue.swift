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

  /// Takes out a thread that stands in the queue. O(threads in the queue).
  mutating func remove(_ thread: ThreadReference) {
    var before: ThreadReference?
    var next = first
    while let other = next, other != thread {
      before = other
      next = other.value.next
    }
    guard next != nil else { preconditionFailure("a thread is not in the queue that it stands in") }
    if let before { before.value.next = thread.value.next } else { first = thread.value.next }
    if last == thread { last = before }
    thread.value.next = nil
  }
}
