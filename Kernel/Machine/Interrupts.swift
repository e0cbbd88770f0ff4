#if os(none)
import Boot
import Instructions

/// The processor's interrupt flag and the table of who answers which vector.
public enum Interrupts {
  /// EFLAGS.IF (Intel SDM 3A, 2.3).
  static let interruptFlag: UInt32 = 0x200

  /// The vector of the first interrupt line.
  public static let firstLineVector: UInt32 = 32

  /// Whether the processor takes maskable interrupts now.
  public static var areEnabled: Bool { cpu_read_eflags() & interruptFlag != 0 }

  /// Lets maskable interrupts in.
  public static func enable() { cpu_enable_interrupts() }

  private static func entry(_ vector: UInt32) -> UnsafeMutablePointer<InterruptHandler> {
    precondition(vector < UInt32(TRAP_VECTORS))
    // One entry for each vector, reserved in traps.S; the index was just checked.
    return unsafe UnsafeMutablePointer<InterruptHandler>(bitPattern: UInt(address_of_interrupt_handlers()))
      .unsafelyUnwrapped + Int(vector)
  }

  /// Calls `function(context)` with interrupts off whenever the vector comes. Vectors 32...47 are the lines of
  /// the PICs, 48...63 are for the local APIC.
  public static func handle(
    vector: UInt32, context: UInt32 = 0, by function: @convention(c) (_ context: UInt32) -> Void
  ) {
    withInterruptsDisabled {
      unsafe entry(vector).pointee = InterruptHandler(function: function, context: context)
    }
  }

  /// Whether this processor is in a handler of an interrupt.
  public static var isInHandler: Bool { unsafe depth > 0 }

  /// Handlers that are under way: one, or more where a handler raised an interrupt itself. Written with interrupts off
  /// on the only processor.
  private nonisolated(unsafe) static var depth: UInt32 = 0

  /// Calls `function` after every interrupt, with interrupts off: when the line is acknowledged, and before the
  /// interrupted code goes on. It may return much later, when other threads have run.
  public static func atEnd(call function: @convention(c) () -> Void) {
    withInterruptsDisabled { unsafe endFunction = function }
  }

  private nonisolated(unsafe) static var endFunction: (@convention(c) () -> Void)?

  /// Calls `function` from now on, with interrupts off, whenever code turns interrupts off that were on, as every lock
  /// does, and whenever an interrupt is entered; whether that can be done. An optimised image spares each lock the
  /// question and cannot.
  public static func whenMasked(call function: @convention(c) () -> Void) -> Bool {
    #if DEBUG
    withInterruptsDisabled { unsafe maskedFunction = function }
    return true
    #else
    return false
    #endif
  }

  #if DEBUG
  private nonisolated(unsafe) static var maskedFunction: (@convention(c) () -> Void)?

  @inline(__always) static func callWhenMasked() {
    if let function = unsafe maskedFunction { function() }
  }
  #endif

  /// From the stub: the handler, the acknowledgement, then whoever wants to know.
  static func enter(vector: UInt32) {
    #if DEBUG
    callWhenMasked()
    #endif
    unsafe depth += 1
    deliver(vector: vector)
    unsafe depth -= 1
    if let function = unsafe endFunction, !isInHandler { function() }
  }

  /// Finds the handler and acknowledges the line. A line without a handler is masked, and said
  /// so, for it would come again at once.
  private static func deliver(vector: UInt32) {
    let line = UInt8(truncatingIfNeeded: vector &- firstLineVector)
    let isLine = vector < firstLineVector + InterruptController.lines
    if isLine && InterruptController.isSpurious(line: line) { return }
    let handler = unsafe entry(vector).pointee
    if let function = handler.function {
      function(handler.context)
    } else {
      if isLine { InterruptController.mask(line: line) }
      unsafe unhandledCount &+= 1
    }
    if isLine { InterruptController.acknowledge(line: line) }
  }

  /// Interrupts that came although nobody had asked for them.
  public static var unhandled: UInt32 { unsafe unhandledCount }

  /// Written with interrupts off on the only processor.
  private nonisolated(unsafe) static var unhandledCount: UInt32 = 0
}

/// Runs the body with maskable interrupts off, then restores the flag as it was, so that it nests.
///
/// Any context. Cost: constant besides the body.
public func withInterruptsDisabled<Result: ~Copyable, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let saved = ProcessorInterrupts.disable()
  defer { ProcessorInterrupts.restore(saved) }
  return try body()
}
#endif
