#if os(none)
import Boot
import Primitives

/// The stacks of threads, for reports: a list whose nodes lie at the upper ends of the stacks themselves.
public enum ThreadStacks {
  /// A stack in the list.
  public struct Node: Sendable {
    let stack: KernelStack
    var next: Place<Node>?

    /// The node of a stack with the guard right below it.
    ///
    /// - Parameters:
    ///   - name: The thread's.
    ///   - first, last: The stack's addresses, both inclusive.
    public init(name: StaticString, first: UInt32, last: UInt32) {
      var stack = KernelStack(
        name: name, first: first, last: last, guardFirst: first - UInt32(STACK_GUARD_SIZE))
      stack.isThread = true
      self.stack = stack
    }
  }

  /// Changed with interrupts off on the only processor.
  private nonisolated(unsafe) static var first: Place<Node>?

  /// Adds a stack, whose mapping lasts until `remove`. Constant. Context: any.
  public static func add(_ node: Place<Node>) {
    withInterruptsDisabled {
      node.value.next = unsafe first
      unsafe first = node
    }
  }

  /// Takes a stack out. Linear in the stacks. Context: any.
  public static func remove(_ node: Place<Node>) {
    withInterruptsDisabled {
      guard var before = unsafe first else { return }
      if before == node {
        unsafe first = node.value.next
        return
      }
      while let next = before.value.next, next != node { before = next }
      before.value.next = node.value.next
    }
  }

  /// Longer than any list: a damaged one must not keep a report from its end.
  private static var limit: Int { 4096 }

  static func find(_ isWanted: (KernelStack) -> Bool) -> KernelStack? {
    var next = unsafe first
    var left = limit
    while let node = next, left > 0 {
      if isWanted(node.value.stack) { return node.value.stack }
      next = node.value.next
      left -= 1
    }
    return nil
  }
}
#endif
