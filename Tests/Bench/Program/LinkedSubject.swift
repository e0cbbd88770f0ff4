import BenchHooks
import Traces

/// The subject that the program was linked with.
///
/// Safe because the subject's memory is never given back and `create` is what every trace calls first.
@safe struct LinkedSubject: TraceSubject {
  private var subject: subject_t?

  mutating func create(_ span: TraceSpan) -> Bool {
    unsafe subject = subject_create(
      span.first, span.count, span.quantum, span.cachedUpTo, span.segments,
      span.index.rawValue)
    return unsafe subject != nil
  }

  func allocate(_ count: UInt32) -> UInt32? { address(unsafe subject_allocate(subject, count)) }
  func allocateCached(_ count: UInt32) -> UInt32? { address(unsafe subject_allocate_cached(subject, count)) }
  func allocateBest(_ count: UInt32) -> UInt32? { address(unsafe subject_allocate_best(subject, count)) }
  func allocateFirst(_ count: UInt32) -> UInt32? { address(unsafe subject_allocate_first(subject, count)) }
  func allocateNext(_ count: UInt32) -> UInt32? { address(unsafe subject_allocate_next(subject, count)) }

  func allocate(_ count: UInt32, alignment: UInt32, first: UInt32, last: UInt32) -> UInt32? {
    address(unsafe subject_allocate_bounded(subject, count, alignment, first, last))
  }

  func claim(_ address: UInt32, _ count: UInt32) -> Bool { unsafe subject_claim(subject, address, count) }
  func free(_ address: UInt32, _ count: UInt32) { unsafe subject_free(subject, address, count) }
  func freeCached(_ address: UInt32, _ count: UInt32) {
    unsafe subject_free_cached(subject, address, count)
  }
  func freeConstrained(_ address: UInt32, _ count: UInt32) {
    unsafe subject_free_bounded(subject, address, count)
  }

  private func address(_ answer: subject_answer) -> UInt32? {
    answer >> 32 == 0 ? UInt32(truncatingIfNeeded: answer) : nil
  }
}

/// The program's meter: callgrind's client requests.
struct LinkedMeter: TraceMeter {
  func start() { meter_start() }
  func stop() { meter_stop() }
  func callBegins() { meter_call_begins() }
  func callEnds(_ call: TraceCall) { meter_call_ends(call.rawValue) }
}
