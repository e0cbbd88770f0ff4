import Primitives

/// Allocations of one size, ready to be handed out by one processor.
struct Magazine<Address: ArenaAddress> {
  static var capacity: Int { 16 }

  private(set) var count = 0
  private var rounds: InlineArray<16, TagReference<Address>>

  /// An empty magazine; `filler` is any tag, it is never handed out.
  init(filler: TagReference<Address>) {
    rounds = InlineArray(repeating: filler)
  }

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == Magazine.capacity }

  /// Adds a round; there must be room.
  mutating func push(_ tag: TagReference<Address>) {
    rounds[count] = tag
    count += 1
  }

  /// Takes the round added last.
  mutating func pop() -> TagReference<Address>? {
    guard count > 0 else { return nil }
    count -= 1
    return rounds[count]
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

  /// The magazine of `processor` for `size + 1` quanta.
  func magazine(_ size: Int, of processor: Int) -> Place<Magazine<Address>> {
    precondition(size < sizes && processor < processors, "no such magazine")
    // In bounds, and the initialiser made as many.
    return unsafe Place(first.unsafelyUnwrapped + (processor * sizes + size))
  }
}
