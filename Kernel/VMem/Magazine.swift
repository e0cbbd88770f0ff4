import Primitives

/// Allocations of one size, ready to be handed out by one processor.
struct Magazine<Address: ArenaAddress> {
  /// With the count, a cache line of 64 bytes on a 32-bit machine.
  static var capacity: Int { 15 }

  private(set) var count = 0
  private var rounds: InlineArray<15, TagReference<Address>>

  /// An empty magazine; `filler` is any tag, it is never handed out.
  init(filler: TagReference<Address>) {
    rounds = InlineArray(repeating: filler)
  }

  /// Adds a round; whether there was room.
  @inline(__always)
  mutating func push(_ tag: TagReference<Address>) -> Bool {
    guard count < Magazine.capacity else { return false }
    // Below the capacity by the line above.
    unsafe rounds[unchecked: count] = tag
    count &+= 1
    return true
  }

  /// Takes the round added last.
  @inline(__always)
  mutating func pop() -> TagReference<Address>? {
    guard count > 0 else { return nil }
    count &-= 1
    // Below the capacity, as `push` left it.
    return unsafe rounds[unchecked: count]
  }
}

/// The magazines of an arena: for each processor one for each cached size.
@safe
struct MagazineRack<Address: ArenaAddress> {
  private let first: UnsafeMutablePointer<Magazine<Address>>?
  /// Cached sizes: 1 to this many quanta.
  let sizes: Int
  let processors: Int

  static var none: MagazineRack { unsafe MagazineRack(first: nil, sizes: 0, processors: 0) }

  /// Makes empty magazines at `memory`, which must have room for `sizes * processors` of them and be theirs.
  @unsafe init(
    at memory: UnsafeMutableRawPointer, sizes: Int, processors: Int, filler: TagReference<Address>
  ) {
    let first = unsafe memory.bindMemory(to: Magazine<Address>.self, capacity: sizes * processors)
    unsafe first.initialize(repeating: Magazine(filler: filler), count: sizes * processors)
    unsafe self.init(first: first, sizes: sizes, processors: processors)
  }

  private init(first: UnsafeMutablePointer<Magazine<Address>>?, sizes: Int, processors: Int) {
    unsafe self.first = first
    self.sizes = sizes
    self.processors = processors
  }

  /// Takes the round added last to the magazine of `processor` for `size + 1` quanta; `size` is below `sizes`.
  @inline(__always)
  func pop(_ size: Int, of processor: Int) -> TagReference<Address>? {
    // In bounds: the caller looked, and processors are numbered as `Locking.processor` says.
    unsafe first.unsafelyUnwrapped[processor &* sizes &+ size].pop()
  }

  /// Adds a round; whether there was room. `size` is below `sizes`.
  @inline(__always)
  func push(_ tag: TagReference<Address>, _ size: Int, of processor: Int) -> Bool {
    // As with `pop`.
    unsafe first.unsafelyUnwrapped[processor &* sizes &+ size].push(tag)
  }

  /// The magazine of `processor` for `size + 1` quanta.
  func magazine(_ size: Int, of processor: Int) -> Place<Magazine<Address>> {
    precondition(size < sizes && processor < processors, "no such magazine")
    // In bounds, and the initialiser made as many.
    return unsafe Place(first.unsafelyUnwrapped + (processor * sizes + size))
  }
}

extension MagazineRack {
  /// Adds what the magazines hold, which is not handed out again yet. O(magazines).
  func count(into statistics: inout Statistics, quantumShift: UInt64) {
    for processor in 0..<processors {
      for size in 0..<sizes {
        let count = magazine(size, of: processor).value.count
        statistics.cachedSegments += count
        statistics.cacheHits &-= UInt32(truncatingIfNeeded: count)
        statistics.cached += UInt64(count * (size + 1)) << quantumShift
      }
    }
  }
}
