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
    let before = thread.predecessor(from: first) { $0.value.next }
    if let before { before.value.next = thread.value.next } else { first = thread.value.next }
    if last == thread { last = before }
    thread.value.next = nil
  }
}

extension ThreadReference {
  /// The thread before this one in a chain from `first` on, each linked to `next`; nil for the first one itself.
  /// O(threads before it).
  ///
  /// - Precondition: The thread is in the chain.
  func predecessor(
    from first: ThreadReference?, _ next: (ThreadReference) -> ThreadReference?
  ) -> ThreadReference? {
    var before: ThreadReference?
    var here = first
    while let other = here, other != self {
      before = other
      here = next(other)
    }
    guard here != nil else { preconditionFailure("a thread is not in the queue that it stands in") }
    return before
  }
}
