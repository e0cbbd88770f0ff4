import Primitives

/// Allocations of one size, ready to be handed out by one processor.
struct Magazine<Address: ArenaAddress> {
  /// With the fields before them, a cache line of 64 bytes on a 32-bit machine.
  static var capacity: Int { 13 }

  /// The place of the round added last; -1 if there is none.
  private var top = -1
  /// What tags that it takes look like in a client's hands.
  let mark: CacheMark
  /// What was handed out last, while it is an allocation that this magazine takes; else the filler. What was taken last
  /// is mostly freed first, and then need not be looked for.
  private(set) var lastTaken: TagReference<Address>
  private var rounds: InlineArray<13, TagReference<Address>>

  /// An empty magazine for `size + 1` quanta, at most 64; `filler` is a tag that is no allocation, it is never handed out.
  init(size: Int, filler: TagReference<Address>) {
    mark = CacheMark(size)
    lastTaken = filler
    rounds = InlineArray(repeating: filler)
  }

  var count: Int { top + 1 }

  /// Adds a round; whether there was room.
  @inline(__always)
  mutating func push(_ tag: TagReference<Address>) -> Bool {
    guard top < Magazine.capacity &- 1 else { return false }
    top &+= 1
    // Below the capacity by the line above.
    unsafe rounds[unchecked: top] = tag
    return true
  }

  /// Takes the round added last.
  @inline(__always)
  mutating func pop() -> TagReference<Address>? {
    guard top >= 0 else { return nil }
    // Below the capacity, as `push` left it.
    let tag = unsafe rounds[unchecked: top]
    top &-= 1
    lastTaken = tag
    return tag
  }

  /// What was taken last, if it begins at `first` and is in a client's hands.
  @inline(__always)
  func lastTaken(at first: Address) -> TagReference<Address>? {
    lastTaken.first == first && lastTaken.isCacheable(mark) ? lastTaken : nil
  }

  /// Forgets what was taken last if it begins at `first`: it is no allocation of this magazine's any more.
  mutating func forget(_ first: Address, filler: TagReference<Address>) {
    if lastTaken.first == first { lastTaken = filler }
  }

  /// VMem-I9: whether each round is one that `push` may have been given, and what was taken last is `filler`, or an
  /// allocation of its size in a client's hands or in a magazine.
  func isSound(_ size: Int, filler: TagReference<Address>) -> Bool {
    guard mark == CacheMark(size), count <= Magazine.capacity else { return false }
    for index in 0..<count where !rounds[index].isOf(mark, inMagazine: true) { return false }
    return lastTaken == filler || lastTaken.isOf(mark, inMagazine: true)
      || lastTaken.isOf(mark, inMagazine: false)
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
    for index in 0..<sizes * processors {
      unsafe (first + index).initialize(to: Magazine(size: index % sizes, filler: filler))
    }
    unsafe self.init(first: first, sizes: sizes, processors: processors)
  }

  private init(first: UnsafeMutablePointer<Magazine<Address>>?, sizes: Int, processors: Int) {
    unsafe self.first = first
    self.sizes = sizes
    self.processors = processors
  }

  /// The magazine of `processor` for `size + 1` quanta; `size` is below `sizes`.
  @inline(__always)
  func uncheckedMagazine(_ size: Int, of processor: Int) -> Place<Magazine<Address>> {
    // In bounds: the caller looked, and processors are numbered as `Locking.processor` says.
    unsafe Place(first.unsafelyUnwrapped + (processor &* sizes &+ size))
  }

  /// The magazine of `processor` for `size + 1` quanta.
  func magazine(_ size: Int, of processor: Int) -> Place<Magazine<Address>> {
    precondition(size < sizes && processor < processors, "no such magazine")
    // In bounds, and the initialiser made as many.
    return unsafe Place(first.unsafelyUnwrapped + (processor * sizes + size))
  }
}

extension MagazineRack {
  /// Notes that the allocation of `size + 1` quanta from `first` on is to end; `size` is below `sizes`. O(processors).
  func forget(_ first: Address, _ size: Int, filler: TagReference<Address>) {
    for processor in 0..<processors {
      magazine(size, of: processor).value.forget(first, filler: filler)
    }
  }

  /// VMem-I9, for all magazines. O(what they hold).
  func areSound(filler: TagReference<Address>) -> Bool {
    for processor in 0..<processors {
      for size in 0..<sizes
      where !magazine(size, of: processor).value.isSound(size, filler: filler) { return false }
    }
    return true
  }

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
