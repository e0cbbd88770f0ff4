#if os(none)
import Instructions
import Primitives
import Traces
import VMem

/// The engine in the kernel: an arena of 32-bit addresses whose callers serialise.
///
/// No function is inlined into a trace: the trace then costs the same with every subject.
@safe struct ArenaSubject: TraceSubject {
  typealias Engine = Arena<UInt32, NoLock>

  private let storage: UnsafeMutableRawBufferPointer
  private var arena: Engine?

  /// The bytes are the subject's alone for as long as it lives.
  @unsafe init(storage: UnsafeMutableRawBufferPointer) {
    unsafe self.storage = storage
  }

  mutating func create(_ span: TraceSpan) -> Bool {
    let index: AddressIndex = span.index == .always ? .always : .onDemand
    let needed = Engine.storageSize(
      spans: 1, allocations: Int(span.segments), quantum: span.quantum, cacheLimit: span.cachedUpTo,
      addressIndex: index)
    guard unsafe needed <= storage.count else { return false }
    arena = unsafe try? Engine.create(
      name: "bench", quantum: span.quantum, cacheLimit: span.cachedUpTo, addressIndex: index,
      storage: UnsafeMutableRawBufferPointer(rebasing: storage[..<needed]), lock: NoLock())
    return (try? arena?.add(first: span.first, count: span.count)) != nil
  }

  @inline(never) func allocate(_ count: UInt32) -> UInt32? { answer(Request(count: count)) }

  @inline(never)
  func allocateCached(_ count: UInt32) -> UInt32? {
    if let first = made.allocateCachedAtOnce(count: count) { return first }
    return allocate(count)
  }

  @inline(never) func allocateBest(_ count: UInt32) -> UInt32? { answer(count, .bestFit) }

  @inline(never) func allocateFirst(_ count: UInt32) -> UInt32? { answer(count, .firstFit) }

  @inline(never) func allocateNext(_ count: UInt32) -> UInt32? { answer(count, .nextFit) }

  @inline(never)
  func allocate(_ count: UInt32, alignment: UInt32, first: UInt32, last: UInt32) -> UInt32? {
    var request = Request<UInt32>(count: count)
    request.alignment = alignment
    request.first = first
    request.last = last
    return answer(request)
  }

  @inline(never)
  func claim(_ address: UInt32, _ count: UInt32) -> Bool {
    var request = Request<UInt32>(count: count)
    request.at = address
    return answer(request) != nil
  }

  @inline(never)
  func free(_ address: UInt32, _ count: UInt32) {
    do { try made.free(AddressRange(first: address, last: address &+ (count &- 1))) } catch {
      fatalError("free refused")
    }
  }

  @inline(never)
  func freeCached(_ address: UInt32, _ count: UInt32) {
    if !made.freeCachedAtOnce(first: address, count: count) { free(address, count) }
  }

  func freeConstrained(_ address: UInt32, _ count: UInt32) { free(address, count) }

  /// No trace calls anything before `create`.
  private var made: Engine {
    @inline(__always) get { unsafe arena.unsafelyUnwrapped }
  }

  @inline(__always)
  private func answer(_ count: UInt32, _ policy: Policy) -> UInt32? {
    var request = Request<UInt32>(count: count)
    request.policy = policy
    return answer(request)
  }

  @inline(__always)
  private func answer(_ request: Request<UInt32>) -> UInt32? {
    do { return try made.allocate(request).first } catch { return nil }
  }
}

/// The subject that answers at once. The empty assembly keeps the compiler from seeing that.
struct NullSubject: TraceSubject {
  mutating func create(_ span: TraceSpan) -> Bool { true }

  @inline(never) func allocate(_ count: UInt32) -> UInt32? { cpu_opaque(4096) }
  @inline(never) func allocateCached(_ count: UInt32) -> UInt32? { cpu_opaque(4096) }
  @inline(never) func allocateBest(_ count: UInt32) -> UInt32? { cpu_opaque(4096) }
  @inline(never) func allocateFirst(_ count: UInt32) -> UInt32? { cpu_opaque(4096) }
  @inline(never) func allocateNext(_ count: UInt32) -> UInt32? { cpu_opaque(4096) }

  @inline(never)
  func allocate(_ count: UInt32, alignment: UInt32, first: UInt32, last: UInt32) -> UInt32? {
    cpu_opaque(4096)
  }

  @inline(never) func claim(_ address: UInt32, _ count: UInt32) -> Bool { cpu_opaque(1) != 0 }
  @inline(never) func free(_ address: UInt32, _ count: UInt32) { _ = cpu_opaque(0) }
  @inline(never) func freeCached(_ address: UInt32, _ count: UInt32) { _ = cpu_opaque(0) }
  @inline(never) func freeConstrained(_ address: UInt32, _ count: UInt32) { _ = cpu_opaque(0) }
}
#endif
