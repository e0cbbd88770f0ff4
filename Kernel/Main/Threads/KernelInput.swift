#if os(none)
import Machine
import Primitives
import Threads

/// What is typed: the serial line's interrupt puts bytes into a ring, whoever reads sleeps until there is one.
enum KernelInput {
  /// More than a line of the monitor. What comes while it is full is dropped, as a terminal does.
  private nonisolated(unsafe) static var ring = InlineArray<256, UInt8>(repeating: 0)
  /// Bytes that came and bytes that were read, both modulo 2^32; written with interrupts off.
  private nonisolated(unsafe) static var arrived: UInt32 = 0
  private nonisolated(unsafe) static var taken: UInt32 = 0
  private nonisolated(unsafe) static var dropped: UInt32 = 0
  private nonisolated(unsafe) static var typed = WaitChannel(name: "input", wokenBy: .devices)

  private static var channel: Place<WaitChannel> {
    // A global stays where it is.
    unsafe withUnsafeMutablePointer(to: &typed) { unsafe Place($0) }
  }

  /// Lets the serial line interrupt. Boot, once; threads are there.
  static func start() {
    Interrupts.handle(vector: Interrupts.firstLineVector + UInt32(Console.line)) { _ in KernelInput.receive()
    }
    withInterruptsDisabled {
      Console.interruptOnInput()
      InterruptController.unmask(line: Console.line)
    }
  }

  /// The handler: takes everything that the port has.
  private static func receive() {
    while let byte = Console.receive() {
      if unsafe arrived &- taken < 256 {
        unsafe ring[Int(arrived & 255)] = byte
        unsafe arrived &+= 1
      } else {
        unsafe dropped &+= 1
      }
    }
    KernelThreads.scheduler.wakeAll(channel)
  }

  /// Sleeps until something is typed, `ticks` at most. Whether something was typed.
  static func wait(ticks: UInt32) -> Bool {
    KernelThreads.scheduler.sleep(on: channel, forTicks: max(ticks, 1)) { unsafe arrived == taken }
  }

  /// Forgets everything that was typed and not read.
  static func discard() {
    withInterruptsDisabled { unsafe taken = unsafe arrived }
  }

  /// The next byte; sleeps until there is one.
  static func next() -> UInt8 {
    KernelThreads.scheduler.sleep(on: channel) { unsafe arrived == taken }
    return withInterruptsDisabled {
      let byte = unsafe ring[Int(taken & 255)]
      unsafe taken &+= 1
      return byte
    }
  }
}
#endif
