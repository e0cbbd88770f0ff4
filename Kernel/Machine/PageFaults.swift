#if os(none)
import Boot
import Instructions
import VMem

/// Who answers page faults in which addresses. A fault that nobody answers ends in a report.
public enum PageFaults {
  /// Answers a fault: `true` if the instruction is to be repeated. Runs on the stack of the thread that faulted, with
  /// interrupts on, and may sleep.
  ///
  /// - Parameters:
  ///   - address: The address that was touched, from CR2.
  ///   - isWrite: Whether it was written to.
  ///   - isProtection: Whether the page was mapped and the access not allowed.
  public typealias Handler =
    @convention(c) (_ context: UInt32, _ address: UInt32, _ isWrite: Bool, _ isProtection: Bool) -> Bool

  /// Whether an address of the range is the handler's to answer for; others of it are reported as if nobody had it.
  /// Any context.
  public typealias Ownership = @convention(c) (_ context: UInt32, _ address: UInt32) -> Bool

  private struct Entry {
    let range: AddressRange<UInt32>
    let owns: Ownership?
    let handler: Handler
    let context: UInt32
  }

  /// As many as there are kinds of memory that fault: few.
  private nonisolated(unsafe) static var entries = InlineArray<4, Entry?>(repeating: nil)

  /// Lets `handler` answer faults in `range` from now on; whether there was room for one more. Ranges do not overlap.
  ///
  /// Law 7 is kept: a fault with interrupts off, and so under a spin lock or in a handler, is never answered but ends in
  /// a report. Context: any.
  public static func handle(
    _ range: AddressRange<UInt32>, context: UInt32 = 0, owning owns: Ownership? = nil,
    by handler: @escaping Handler
  ) -> Bool {
    withInterruptsDisabled {
      for index in 0..<4 where unsafe entries[index] == nil {
        unsafe entries[index] = Entry(range: range, owns: owns, handler: handler, context: context)
        return true
      }
      return false
    }
  }

  /// Ends what `handle` began for the range that begins there. No fault of it is under way.
  public static func stopHandling(from first: UInt32) {
    withInterruptsDisabled {
      for index in 0..<4 where unsafe entries[index]?.range.first == first { unsafe entries[index] = nil }
    }
  }

  /// Says whose an address is that nothing is mapped at: writes what follows the address in a report, and answers whether
  /// it knew. Called at the end of everything, if no lock was held.
  public typealias Explanation = @convention(c) (_ address: UInt32) -> Bool

  private nonisolated(unsafe) static var explanation: Explanation?

  /// Lets `explanation` speak in reports of faults that nobody answered.
  public static func explain(by explanation: @escaping Explanation) { unsafe self.explanation = explanation }

  static func wasExplained(_ address: UInt32) -> Bool { unsafe explanation?(address) ?? false }

  /// Whether somebody answers faults at the address.
  static func covers(_ address: UInt32) -> Bool { entry(of: address) != nil }

  private static func entry(of address: UInt32) -> Entry? {
    for index in 0..<4 {
      guard let entry = unsafe entries[index], entry.range.contains(address) else { continue }
      // Only one handler may have an address.
      if entry.owns.map({ $0(entry.context, address) }) ?? true { return entry }
    }
    return nil
  }

  /// From the stub, interrupts off: whether the fault was answered.
  static func answer(_ frame: TrapFrame, address: UInt32) -> Bool {
    guard let entry = entry(of: address), mayAnswer(frame) else { return false }
    let code = PageFaultCode(bits: frame.error)
    cpu_enable_interrupts()
    let isAnswered = entry.handler(entry.context, address, code.isWrite, code.isProtection)
    cpu_disable_interrupts()
    return isAnswered
  }

  /// Whether the code that faulted may sleep: its interrupts were on.
  static func mayAnswer(_ frame: TrapFrame) -> Bool {
    frame.eflags & Interrupts.interruptFlag != 0 && !Interrupts.isInHandler
  }
}
#endif
