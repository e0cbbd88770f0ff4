import Primitives

/// What a scheduler needs of the machine under it: interrupts on and off, and a stack to go on with.
///
/// `Threads` knows no processor. The machine's module conforms a type of its own; the host's tests conform one whose
/// threads are the host's.
public protocol ThreadMachine: InterruptControl {
  /// What `restore` takes to let interrupts in: how a thread starts.
  static var interruptsOn: Saved { get }

  /// Whether this processor is in a handler, between the interrupt and its end.
  static var isInInterrupt: Bool { get }

  /// Lays `stack` out so that the first switch to what is returned calls `start`, which never returns, with
  /// interrupts off. Never fails.
  ///
  /// - Parameter stack: Writable bytes, the thread's alone until it has ended.
  static func prepare(
    stack: UnsafeMutableRawBufferPointer, start: @escaping @convention(c) () -> Void
  ) -> UInt

  /// Stores in `saved` what it takes to go on here, and goes on with `resumed`, which was prepared or saved before.
  /// Returns when somebody switches back, perhaps on another processor. Interrupts are off at both ends.
  static func switchContext(saving saved: UnsafeMutablePointer<UInt>, resuming resumed: UInt)

  /// Lets interrupts in and waits for one; interrupts are off before and after. One that was pending before the call
  /// ends the wait too: nothing is lost between a look at the queue and this.
  static func waitForInterrupt()
}
