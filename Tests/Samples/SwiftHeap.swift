// What the comment on `begin` takes as given: a kernel's memory, panic and entropy. The module itself exists on the bare machine
// alone, so `begin` is declared once more, with its types; the heap image calls the real one.
@_exported import KMem
@_exported import Pool
@_exported import Primitives

typealias Memory = KMem<UInt32, HostLock>

struct GivenMemory {
  var handle: UnsafeMutableRawPointer? { nil }
}

let kmem = GivenMemory()
let entropy: UInt32 = 1

func panic(_ reason: StaticString) -> Never { fatalError("\(reason)") }

enum SwiftHeap {
  typealias Allocate =
    @convention(c) (UnsafeMutableRawPointer?, Int, Int) -> UnsafeMutableRawPointer?
  typealias Free = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer) -> Void

  static func begin(
    context: UnsafeMutableRawPointer?, allocate: @escaping Allocate, free: @escaping Free, seed: UInt32
  ) {}
}
