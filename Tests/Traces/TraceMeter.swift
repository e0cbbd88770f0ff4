/// Counts instructions, in one of two ways: everything between `start` and `stop`, or each call on its own.
public protocol TraceMeter {
  /// The part of the trace that counts begins.
  mutating func start()
  /// It ends.
  mutating func stop()
  /// One call begins. Used by `MeteredSubject` only, also outside `start` and `stop`, where it must not count.
  func callBegins()
  /// It ends.
  func callEnds(_ call: TraceCall)
}

/// A subject whose every call is metered. A trace is run either with this, for the worst call, or with the bare
/// subject, for the sum: the brackets around a call would be in the sum.
public struct MeteredSubject<Base: TraceSubject, Meter: TraceMeter>: TraceSubject {
  private var base: Base
  private let meter: Meter

  public init(_ base: Base, _ meter: Meter) {
    self.base = base
    self.meter = meter
  }

  public mutating func create(_ span: TraceSpan) -> Bool { base.create(span) }

  public func allocate(_ count: UInt32) -> UInt32? {
    meter.callBegins()
    let answer = base.allocate(count)
    meter.callEnds(.instant)
    return answer
  }

  public func allocateCached(_ count: UInt32) -> UInt32? {
    meter.callBegins()
    let answer = base.allocateCached(count)
    meter.callEnds(.instant)
    return answer
  }

  public func allocateBest(_ count: UInt32) -> UInt32? {
    meter.callBegins()
    let answer = base.allocateBest(count)
    meter.callEnds(.best)
    return answer
  }

  public func allocateFirst(_ count: UInt32) -> UInt32? {
    meter.callBegins()
    let answer = base.allocateFirst(count)
    meter.callEnds(.first)
    return answer
  }

  public func allocateNext(_ count: UInt32) -> UInt32? {
    meter.callBegins()
    let answer = base.allocateNext(count)
    meter.callEnds(.next)
    return answer
  }

  public func allocate(_ count: UInt32, alignment: UInt32, first: UInt32, last: UInt32) -> UInt32? {
    meter.callBegins()
    let answer = base.allocate(count, alignment: alignment, first: first, last: last)
    meter.callEnds(.bounded)
    return answer
  }

  public func claim(_ address: UInt32, _ count: UInt32) -> Bool {
    meter.callBegins()
    let answer = base.claim(address, count)
    meter.callEnds(.exact)
    return answer
  }

  public func free(_ address: UInt32, _ count: UInt32) {
    meter.callBegins()
    base.free(address, count)
    meter.callEnds(.free)
  }

  public func freeCached(_ address: UInt32, _ count: UInt32) {
    meter.callBegins()
    base.freeCached(address, count)
    meter.callEnds(.free)
  }

  public func freeConstrained(_ address: UInt32, _ count: UInt32) {
    meter.callBegins()
    base.freeConstrained(address, count)
    meter.callEnds(.free)
  }
}
