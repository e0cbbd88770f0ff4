// The engine behind the bench program: an arena of 32-bit addresses whose callers serialise.

import BenchHooks
import Primitives
import VMem

/// `nil` until `subject_create`; no trace calls anything else before, so it is unwrapped without a check: the check
/// is no part of the engine.
private nonisolated(unsafe) var created: Arena<UInt32, NoLock>?

private var arena: Arena<UInt32, NoLock> {
  @inline(__always) get { unsafe created.unsafelyUnwrapped }
}

private let refused: subject_answer = 1 << 32

@inline(__always)
private func answer(_ request: Request<UInt32>) -> subject_answer {
  do {
    return subject_answer(try arena.allocate(request).first)
  } catch {
    return refused
  }
}

@c(subject_create) public func subjectCreate(
  _ first: UInt32, _ count: UInt32, _ quantum: UInt32, _ cachedUpTo: UInt32, _ segments: UInt32
) -> Bool {
  let bytes = Arena<UInt32, NoLock>.storageSize(spans: 1, allocations: Int(segments))
  guard let memory = unsafe bench_memory(bytes) else { return false }
  let storage = unsafe UnsafeMutableRawBufferPointer(start: memory, count: bytes)
  guard
    let arena = try? unsafe Arena<UInt32, NoLock>.create(name: "bench", quantum: quantum, storage: storage),
    (try? arena.add(first: first, count: count)) != nil
  else { return false }
  unsafe created = arena
  return true
}

@c(subject_allocate) public func subjectAllocate(_ count: UInt32) -> subject_answer {
  answer(Request(count: count))
}

@c(subject_allocate_best) public func subjectAllocateBest(_ count: UInt32) -> subject_answer {
  var request = Request(count: count)
  request.policy = .bestFit
  return answer(request)
}

@c(subject_allocate_first) public func subjectAllocateFirst(_ count: UInt32) -> subject_answer {
  var request = Request(count: count)
  request.policy = .firstFit
  return answer(request)
}

@c(subject_allocate_next) public func subjectAllocateNext(_ count: UInt32) -> subject_answer {
  var request = Request(count: count)
  request.policy = .nextFit
  return answer(request)
}

@c(subject_allocate_bounded) public func subjectAllocateBounded(
  _ count: UInt32, _ alignment: UInt32, _ first: UInt32, _ last: UInt32
) -> subject_answer {
  var request = Request(count: count)
  request.alignment = alignment
  request.first = first
  request.last = last
  return answer(request)
}

@c(subject_claim) public func subjectClaim(_ address: UInt32, _ count: UInt32) -> Bool {
  var request = Request(count: count)
  request.at = address
  do {
    _ = try arena.allocate(request)
    return true
  } catch {
    return false
  }
}

/// A free of the very range that was answered cannot fail; if it does the figures are worth nothing.
@c(subject_free) public func subjectFree(_ address: UInt32, _ count: UInt32) {
  do {
    try arena.free(AddressRange(first: address, last: address &+ (count &- 1)))
  } catch {
    fatalError("free refused")
  }
}

@c(subject_free_bounded) public func subjectFreeBounded(_ address: UInt32, _ count: UInt32) {
  subjectFree(address, count)
}
