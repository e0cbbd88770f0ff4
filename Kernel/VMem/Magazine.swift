import Primitives

/// Allocations of one size, ready to be handed out by one processor: a stack of their tags.
///
/// What is taken out stays written in its place until another comes to lie there. So the place where the next round would lie
/// tells what was taken last, which is mostly freed first; putting that back moves the top and nothing else. The ends of
/// the stack are told by what lies there, none or a tag that no free is meant for, so nothing is counted either.
@safe
struct Magazine<Address: ArenaAddress> {
  typealias Round = TagReference<Address>?

  static var capacity: Int { 13 }
  /// The rounds' places, one for the filler behind the last of them, and one for none at either end: a cache line of 64 bytes
  /// on a 32-bit machine.
  static var places: Int { capacity + 3 }

  /// Where the next round will lie; never one of the ends.
  private var top: UnsafeMutablePointer<Round>
  /// Frees that it took.
  private(set) var returns: UInt32 = 0

  /// An empty magazine whose rounds lie in `places` places from `start` on, its own as long as it is used. `filler` is what
  /// places hold that nothing was taken out of; for who looks it is in no client's hands.
  @unsafe init(at start: UnsafeMutablePointer<Round>, filler: TagReference<Address>) {
    unsafe start.initialize(repeating: filler, count: Magazine.places)
    unsafe start.pointee = nil
    unsafe (start + Magazine.places - 1).pointee = nil
    unsafe top = start + 1
  }

  /// Takes the round added last.
  @inline(__always)
  mutating func pop() -> TagReference<Address>? {
    // Below the lowest round is an end.
    let place = unsafe top - 1
    guard let tag = unsafe place.pointee else { return nil }
    unsafe top = place
    return tag
  }

  /// Puts back what was taken last, if it begins at `first` and is in a client's hands; whether it did. That it has the size
  /// for this magazine follows from VMem-I9.
  @inline(__always)
  mutating func putBack(_ first: Address) -> Bool {
    // Never an end. The filler, which lies behind the place of the last round, is never put back.
    let tag = unsafe top.pointee.unsafelyUnwrapped
    guard tag.first == first, !tag.isCached else { return false }
    add(tag)
    return true
  }

  /// Puts `tag`, which has the size and is in a client's hands, on top; whether there was room.
  mutating func push(_ tag: TagReference<Address>) -> Bool {
    // Behind the filler is an end.
    guard unsafe top[1] != nil else { return false }
    unsafe top.pointee = tag
    add(tag)
    return true
  }

  /// Makes a round of `tag`, which lies in the place for it, and that is not the filler's.
  @inline(__always)
  private mutating func add(_ tag: TagReference<Address>) {
    tag.insert(.isCached)
    unsafe top += 1
    returns &+= 1
  }
}

extension Magazine {
  /// O(capacity).
  var count: Int {
    var count = 0
    // Up to the end below.
    while unsafe top[-1 - count] != nil { count += 1 }
    return count
  }

  /// Forgets what was taken and begins at `first`: it is to be no allocation of this magazine's any more. O(capacity).
  mutating func forget(_ first: Address, filler: TagReference<Address>) {
    var place = unsafe top
    // Up to the end above.
    while let tag = unsafe place.pointee {
      if tag.first == first { unsafe place.pointee = filler }
      unsafe place += 1
    }
  }

  /// VMem-I9: whether it is one for `size + 1` quanta between `start` and the end that belongs to that; each round is what
  /// `push` may have been given, and what lies above them is `filler`, or an allocation of its size in a client's hands or
  /// in a magazine; and the last is `filler`.
  func isSound(_ size: Int, at start: UnsafeMutablePointer<Round>, filler: TagReference<Address>) -> Bool {
    let mark = CacheMark(size)
    let end = unsafe start + Magazine.places - 1
    guard unsafe start.pointee == nil, unsafe end.pointee == nil, unsafe (end - 1).pointee == filler,
      unsafe start < top, unsafe top < end
    else { return false }
    for index in 1..<Magazine.places - 1 {
      let place = unsafe start + index
      guard let tag = unsafe place.pointee else { return false }
      let isRound = unsafe place < top
      let mayLieThere =
        tag.isOf(mark, inMagazine: true) || !isRound && (tag == filler || tag.isOf(mark, inMagazine: false))
      if !mayLieThere { return false }
    }
    return true
  }
}

/// The magazines of an arena: for each processor one for each cached size, and behind them the places of their rounds.
@safe
struct MagazineRack<Address: ArenaAddress> {
  private let first: UnsafeMutablePointer<Magazine<Address>>
  /// Cached sizes: 1 to this many quanta.
  let sizes: Int
  let processors: Int

  /// The caller promises that `byteCount` bytes at `memory` are theirs, and calls `makeEmpty` before anything else.
  @unsafe @inline(__always)
  init(at memory: UnsafeMutableRawPointer, sizes: Int, processors: Int) {
    unsafe first = memory.assumingMemoryBound(to: Magazine<Address>.self)
    self.sizes = sizes
    self.processors = processors
  }

  static func byteCount(sizes: Int, processors: Int) -> Int {
    let each =
      MemoryLayout<Magazine<Address>>.stride
      + Magazine<Address>.places * MemoryLayout<Magazine<Address>.Round>.stride
    return each * sizes * processors
  }

  func makeEmpty(filler: TagReference<Address>) {
    for index in 0..<sizes * processors {
      // In bounds; and the memory is nobody else's.
      unsafe (first + index).initialize(to: Magazine(at: places(of: index), filler: filler))
    }
  }

  /// Where the rounds of a magazine lie; a pointer is aligned as a magazine is, which begins with one.
  private func places(of index: Int) -> UnsafeMutablePointer<Magazine<Address>.Round> {
    unsafe UnsafeMutableRawPointer(first + sizes * processors)
      .assumingMemoryBound(to: Magazine<Address>.Round.self) + index * Magazine<Address>.places
  }

  /// The magazine of `processor` for `size + 1` quanta; `size` is below `sizes`.
  @inline(__always)
  func uncheckedMagazine(_ size: Int, of processor: Int) -> Place<Magazine<Address>> {
    // In bounds: the caller looked, and processors are numbered as `Locking.processor` says.
    unsafe Place(first + (processor &* sizes &+ size))
  }

  /// The magazine of `processor` for `size + 1` quanta.
  func magazine(_ size: Int, of processor: Int) -> Place<Magazine<Address>> {
    precondition(size < sizes && processor < processors, "no such magazine")
    // In bounds, and `makeEmpty` made as many.
    return unsafe Place(first + (processor * sizes + size))
  }
}

extension MagazineRack {
  /// Notes that the allocation of `size + 1` quanta from `first` on is to end; `size` is below `sizes`. O(processors), for
  /// each the places of one magazine.
  func forget(_ first: Address, _ size: Int, filler: TagReference<Address>) {
    for processor in 0..<processors {
      magazine(size, of: processor).value.forget(first, filler: filler)
    }
  }

  /// VMem-I9, for all magazines. O(what they hold).
  func areSound(filler: TagReference<Address>) -> Bool {
    for processor in 0..<processors {
      for size in 0..<sizes {
        let places = unsafe places(of: processor * sizes + size)
        if unsafe !magazine(size, of: processor).value.isSound(size, at: places, filler: filler) {
          return false
        }
      }
    }
    return true
  }

  /// Frees that magazines took. O(magazines).
  var returns: UInt32 {
    var returns: UInt32 = 0
    for processor in 0..<processors {
      for size in 0..<sizes { returns &+= magazine(size, of: processor).value.returns }
    }
    return returns
  }

  /// Adds what the magazines hold, and how often what they took was handed out again: always but for what they still hold, and
  /// for the `reaped`. O(what they hold).
  func count(into statistics: inout Statistics, reaped: UInt32, quantumShift: UInt64) {
    statistics.cacheHits = returns &- reaped
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
