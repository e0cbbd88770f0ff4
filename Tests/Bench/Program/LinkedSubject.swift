import BenchHooks
import Traces

/// The subject that the program was linked with.
struct LinkedSubject: TraceSubject {
  func create(_ span: TraceSpan) -> Bool {
    subject_create(span.first, span.count, span.quantum, span.cachedUpTo, span.segments)
  }

  func allocate(_ count: UInt32) -> UInt32? { address(subject_allocate(count)) }
  func allocateBest(_ count: UInt32) -> UInt32? { address(subject_allocate_best(count)) }
  func allocateFirst(_ count: UInt32) -> UInt32? { address(subject_allocate_first(count)) }
  func allocateNext(_ count: UInt32) -> UInt32? { address(subject_allocate_next(count)) }

  func allocate(_ count: UInt32, alignment: UInt32, first: UInt32, last: UInt32) -> UInt32? {
    address(subject_allocate_bounded(count, alignment, first, last))
  }

  func claim(_ address: UInt32, _ count: UInt32) -> Bool { subject_claim(address, count) }
  func free(_ address: UInt32, _ count: UInt32) { subject_free(address, count) }
  func freeConstrained(_ address: UInt32, _ count: UInt32) { subject_free_bounded(address, count) }

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
