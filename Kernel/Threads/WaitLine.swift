import Primitives
import VMem

/// A line of requests that wait until something is freed: for an arena, a pool, or several that feed one another.
///
/// Who stands first tries again after each free; the others wait behind it, however little they want (Threads-I6). It
/// never moves and outlives every request in it. The scheduler's lock guards it.
public struct WaitLine: ~Copyable {
  /// For those who print: completes "waits for 4096 of".
  public let name: ArenaName
  let waker: Waker
  private(set) var first: ThreadReference?
  private var last: ThreadReference?
  /// Changes with every free that is announced.
  var changes: UInt32 = 0
  /// Requests that were served before the first one although they came later.
  var overtakes: UInt32 = 0

  public init(name: ArenaName, wokenBy waker: Waker = .threads) {
    self.name = name
    self.waker = waker
  }

  /// How many later requests may be served before the first one while something may still be freed for it.
  static var patience: UInt32 { 64 }

  /// O(1).
  mutating func append(_ thread: ThreadReference) {
    thread.value.nextInLine = nil
    if let last { last.value.nextInLine = thread } else { first = thread }
    last = thread
  }

  /// O(1) for the first; O(position) for one that overtook.
  mutating func remove(_ thread: ThreadReference) {
    var before: ThreadReference?
    var at = first
    while let other = at, other != thread {
      before = other
      at = other.value.nextInLine
    }
    precondition(at != nil, "a thread leaves a line in which it does not stand")
    let next = thread.value.nextInLine
    if let before { before.value.nextInLine = next } else { first = next }
    if last == thread { last = before }
    thread.value.nextInLine = nil
  }

  /// The place of `thread`, from 1. O(position).
  func position(of thread: ThreadReference) -> UInt32 {
    var position: UInt32 = 1
    var at = first
    while let other = at, other != thread {
      position += 1
      at = other.value.nextInLine
    }
    return position
  }

  /// O(length).
  var length: UInt32 {
    var length: UInt32 = 0
    var at = first
    while let thread = at {
      length += 1
      at = thread.value.nextInLine
    }
    return length
  }
}
