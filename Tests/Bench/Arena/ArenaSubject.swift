// The engine behind the bench program: an arena of 32-bit addresses whose callers serialise.

import BenchHooks
import Primitives
import VMem

private typealias Engine = Arena<UInt32, NoLock>

/// A literal: a shift would be computed at its first use, inside a call that counts.
private let refused: subject_answer = 0x1_0000_0000

@inline(__always)
private func allocate(_ subject: subject_t?, _ request: Request<UInt32>) -> subject_answer {
  do {
    return subject_answer(try unsafe arena(subject).allocate(request).first)
  } catch {
    return refused
  }
}

/// The arena that `subject_create` made. No trace calls anything before it, so nothing is checked: a check would be
/// no part of the engine.
@inline(__always)
private func arena(_ subject: subject_t?) -> Engine {
  unsafe subject.unsafelyUnwrapped.assumingMemoryBound(to: Engine.self).pointee
}

@c(subject_create) public func subjectCreate(
  _ first: UInt32, _ count: UInt32, _ quantum: UInt32, _ cachedUpTo: UInt32, _ segments: UInt32,
  _ index: UInt32
) -> subject_t? {
  let index: AddressIndex = index == 0 ? .onDemand : .always
  let bytes = Engine.storageSize(
    spans: 1, allocations: Int(segments), quantum: quantum, cacheLimit: cachedUpTo, addressIndex: index)
  guard let memory = unsafe bench_memory(bytes), let handle = unsafe bench_memory(MemoryLayout<Engine>.size),
    let arena = try? unsafe Engine.create(
      name: "bench", quantum: quantum, cacheLimit: cachedUpTo, addressIndex: index,
      storage: UnsafeMutableRawBufferPointer(start: memory, count: bytes), lock: NoLock()),
    (try? arena.add(first: first, count: count)) != nil
  else { return nil }
  unsafe handle.initializeMemory(as: Engine.self, to: arena)
  return unsafe handle
}

@c(subject_allocate) public func subjectAllocate(_ subject: subject_t?, _ count: UInt32) -> subject_answer {
  unsafe allocate(subject, Request(count: count))
}

/// As a function that hands out what is mostly cached would be written: the magazine, and all else by a call that ends it.
@c(subject_allocate_cached) public func subjectAllocateCached(
  _ subject: subject_t?, _ count: UInt32
) -> subject_answer {
  if let first = unsafe arena(subject).allocateCachedAtOnce(count: count) { return subject_answer(first) }
  return unsafe subjectAllocate(subject, count)
}

@c(subject_allocate_best) public func subjectAllocateBest(
  _ subject: subject_t?, _ count: UInt32
) -> subject_answer {
  var request = Request<UInt32>(count: count)
  request.policy = .bestFit
  return unsafe allocate(subject, request)
}

@c(subject_allocate_first) public func subjectAllocateFirst(
  _ subject: subject_t?, _ count: UInt32
) -> subject_answer {
  var request = Request<UInt32>(count: count)
  request.policy = .firstFit
  return unsafe allocate(subject, request)
}

@c(subject_allocate_next) public func subjectAllocateNext(
  _ subject: subject_t?, _ count: UInt32
) -> subject_answer {
  var request = Request<UInt32>(count: count)
  request.policy = .nextFit
  return unsafe allocate(subject, request)
}

@c(subject_allocate_bounded) public func subjectAllocateBounded(
  _ subject: subject_t?, _ count: UInt32, _ alignment: UInt32, _ first: UInt32, _ last: UInt32
) -> subject_answer {
  var request = Request<UInt32>(count: count)
  request.alignment = alignment
  request.first = first
  request.last = last
  return unsafe allocate(subject, request)
}

@c(subject_claim) public func subjectClaim(_ subject: subject_t?, _ address: UInt32, _ count: UInt32) -> Bool
{
  var request = Request<UInt32>(count: count)
  request.at = address
  do {
    _ = try unsafe arena(subject).allocate(request)
    return true
  } catch {
    return false
  }
}

/// A free of the very range that was answered cannot fail; if it does the figures are worth nothing.
@c(subject_free) public func subjectFree(_ subject: subject_t?, _ address: UInt32, _ count: UInt32) {
  do {
    try unsafe arena(subject).free(AddressRange(first: address, last: address &+ (count &- 1)))
  } catch {
    fatalError("free refused")
  }
}

@c(subject_free_cached) public func subjectFreeCached(
  _ subject: subject_t?, _ address: UInt32, _ count: UInt32
) {
  if unsafe !arena(subject).freeCachedAtOnce(first: address, count: count) {
    unsafe subjectFree(subject, address, count)
  }
}

@c(subject_free_bounded) public func subjectFreeBounded(
  _ subject: subject_t?, _ address: UInt32, _ count: UInt32
) {
  unsafe subjectFree(subject, address, count)
}
