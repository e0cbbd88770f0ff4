#if os(none)
import Boot
import Instructions
import Threads

/// The scheduler's machine: this processor's interrupts, and `thread_switch` in Boot/threads.S.
public enum HardwareThreads: ThreadMachine {
  public static func disable() -> UInt32 { ProcessorInterrupts.disable() }

  public static func restore(_ saved: UInt32) { ProcessorInterrupts.restore(saved) }

  /// EFLAGS of a thread that starts: the interrupt flag, and bit 1, which is always set.
  public static var interruptsOn: UInt32 { 0x202 }

  public static var isInInterrupt: Bool { Interrupts.isInHandler }

  /// The frame that `thread_switch` pops, above it where that returns to, and what `thread_first` calls.
  public static func prepare(
    stack: UnsafeMutableRawBufferPointer, start: @escaping @convention(c) () -> Void
  ) -> UInt {
    let top = (UInt(bitPattern: stack.baseAddress) + UInt(stack.count)) & ~15
    let called = unsafe UnsafeMutablePointer<@convention(c) () -> Void>(bitPattern: top - 16)
    let words = unsafe UnsafeMutablePointer<UInt32>(bitPattern: top - 16 - 20)
    precondition(stack.count >= 64)
    guard let called = unsafe called, let words = unsafe words else { return 0 }
    // All within the stack, which is the thread's alone.
    unsafe called.initialize(to: start)
    for index in 0..<4 { unsafe words[index] = 0 }  // EDI, ESI, EBX, EBP
    unsafe words[4] = address_of_thread_first()
    return top - 16 - 20
  }

  public static func switchContext(saving saved: UnsafeMutablePointer<UInt>, resuming resumed: UInt) {
    // UInt is a word of 32 bits here.
    unsafe thread_switch(
      UnsafeMutableRawPointer(saved).assumingMemoryBound(to: UInt32.self), UInt32(truncatingIfNeeded: resumed)
    )
  }

  public static func waitForInterrupt() {
    cpu_enable_interrupts_and_halt()
    cpu_disable_interrupts()
  }
}
#endif
