// One function for each operation of the arena's interface. Linked alone, with these as roots, what remains is the
// machine code of one instantiation of the engine: the figure `arena.text`. Nothing here is ever run.

import Primitives
import VMem

private typealias Engine = Arena<UInt32, NoLock>

private nonisolated(unsafe) var created: Engine?

private var arena: Engine {
  @inline(__always) get { unsafe created.unsafelyUnwrapped }
}

@c(root_create) public func create(_ bytes: UnsafeMutableRawPointer, _ count: Int, _ quantum: UInt32) -> Bool
{
  let storage = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: count)
  guard let arena = try? unsafe Engine.create(name: "text", quantum: quantum, storage: storage) else {
    return false
  }
  unsafe created = arena
  return true
}

@c(root_add_storage) public func addStorage(_ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  unsafe arena.addStorage(UnsafeMutableRawBufferPointer(start: bytes, count: count))
}

@c(root_destroy) public func destroy() -> Bool { (try? arena.destroy()) != nil }

@c(root_add) public func add(_ first: UInt32, _ count: UInt32) -> Bool {
  (try? arena.add(first: first, count: count)) != nil
}

@c(root_allocate) public func allocate(_ request: UnsafePointer<UInt32>) -> UInt64 {
  guard let range = try? arena.allocate(unsafe parsed(request)) else { return .max }
  return UInt64(range.first) << 32 | UInt64(range.last)
}

@c(root_explain) public func explain(_ request: UnsafePointer<UInt32>) -> Bool {
  (try? arena.explain(unsafe parsed(request))) != nil
}

@c(root_free) public func free(_ first: UInt32, _ last: UInt32) -> Bool {
  (try? arena.free(AddressRange(first: first, last: last))) != nil
}

@c(root_free_fragment) public func freeFragment(_ first: UInt32, _ last: UInt32) -> Bool {
  (try? arena.freeFragment(AddressRange(first: first, last: last))) != nil
}

@c(root_segment) public func segment(_ address: UInt32) -> UInt64 {
  guard let segment = arena.segment(atOrAfter: address) else { return .max }
  return UInt64(segment.range.first) << 32 | UInt64(segment.range.last)
}

@c(root_span) public func span(_ address: UInt32) -> UInt64 {
  guard let span = arena.span(atOrAfter: address) else { return .max }
  return UInt64(span.first) << 32 | UInt64(span.last)
}

@c(root_statistics) public func statistics(_ result: UnsafeMutableRawPointer) {
  unsafe result.storeBytes(of: arena.statistics, as: Statistics.self)
}

private func parsed(_ words: UnsafePointer<UInt32>) -> Request<UInt32> {
  var request = unsafe Request(countMinusOne: words[0])
  request.policy = unsafe Policy(rawValue: UInt8(truncatingIfNeeded: words[1])) ?? .instantFit
  request.alignment = unsafe words[2]
  request.phase = unsafe words[3]
  request.nocross = unsafe words[4]
  request.first = unsafe words[5]
  request.last = unsafe words[6]
  request.at = unsafe words[7] == 0 ? nil : words[8]
  request.isFragmentable = unsafe words[9] != 0
  return request
}
