#if os(none)
import Machine
import Traces

/// What the calls of a trace cost: all together, or the worst of each kind.
///
/// One trace runs at a time, with interrupts off, so this is one global.
enum CallCosts {
  private nonisolated(unsafe) static var isCounting = false
  private nonisolated(unsafe) static var phaseStart: UInt32 = 0
  private nonisolated(unsafe) static var callStart: UInt32 = 0
  private nonisolated(unsafe) static var totalSoFar: UInt32 = 0
  private nonisolated(unsafe) static var worstOfEach = InlineArray<7, UInt32>(repeating: 0)

  static var total: UInt32 { unsafe totalSoFar }

  /// The worst call of each kind, its brackets included; 0 where there was none.
  static var worst: InlineArray<7, UInt32> { unsafe worstOfEach }

  static func reset() {
    unsafe totalSoFar = 0
    unsafe worstOfEach = InlineArray(repeating: 0)
  }

  static func start() {
    unsafe isCounting = true
    unsafe phaseStart = TimeStampCounter.low
  }

  static func stop() {
    unsafe totalSoFar &+= TimeStampCounter.low &- phaseStart
    unsafe isCounting = false
  }

  /// Not inlined, so that it costs the same around every call.
  @inline(never)
  static func callBegins() { unsafe callStart = TimeStampCounter.low }

  @inline(never)
  static func callEnds(_ call: TraceCall) {
    let cost = unsafe TimeStampCounter.low &- callStart
    let index = Int(call.rawValue)
    if unsafe isCounting, unsafe cost > worstOfEach[index] { unsafe worstOfEach[index] = cost }
  }
}

/// The meter of the kernel's traces.
struct KernelMeter: TraceMeter {
  func start() { CallCosts.start() }
  func stop() { CallCosts.stop() }
  func callBegins() { CallCosts.callBegins() }
  func callEnds(_ call: TraceCall) { CallCosts.callEnds(call) }
}
#endif
