/// An object that is ready to be handed out, and where its state is kept: with both at hand, handing it out needs no
/// look-up.
@safe
struct Round {
  var object: UnsafeMutableRawPointer
  var state: UnsafeMutablePointer<UInt8>
}

/// Rounds for one processor, last in first out. The rounds follow it. While it is loaded the front counts.
@safe
struct Magazine {
  var count: Int
  /// Most rounds; 0 for the magazine that nobody owns, in which nothing is ever found or put.
  let capacity: Int
  /// In a depot.
  var next: UnsafeMutablePointer<Magazine>?

  /// Capacities, by size number: what a record of the books holds.
  static func capacity(_ size: Int) -> Int {
    (Books.size(recordNumber(size)) - headSize) / MemoryLayout<Round>.stride
  }

  /// The record of the books for a size of magazine: 64, 128, 256 and 576 bytes at 32 bits, 6, 14, 30 and 70 rounds.
  static func recordNumber(_ size: Int) -> Int {
    switch size {
    case 0: 2
    case 1: 4
    case 2: 6
    default: 8
    }
  }

  static var sizes: Int { 4 }

  /// Bytes before the rounds.
  @inline(__always) static var headSize: Int { MemoryLayout<UInt>.size == 4 ? 16 : 32 }
}

/// A magazine where it lies. Having one means that nobody else uses it: it is a processor's, and the processor's lock
/// is held, or it is being moved.
@safe
struct MagazineReference: Equatable {
  let pointer: UnsafeMutablePointer<Magazine>

  @inline(__always) init(_ pointer: UnsafeMutablePointer<Magazine>) { unsafe self.pointer = pointer }

  @inline(__always) var count: Int {
    get { unsafe pointer.pointee.count }
    nonmutating set { unsafe pointer.pointee.count = newValue }
  }

  @inline(__always) var capacity: Int { unsafe pointer.pointee.capacity }
  @inline(__always)
  var rounds: UnsafeMutablePointer<Round> {
    // They were laid out behind the head.
    unsafe (UnsafeMutableRawPointer(pointer) + Magazine.headSize).assumingMemoryBound(to: Round.self)
  }

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == capacity }

  /// Takes the object added last, which stays cached; nil if there is none. For reaping.
  func takeCached() -> UnsafeMutableRawPointer? {
    guard !isEmpty else { return nil }
    count &-= 1
    return unsafe rounds[count].object
  }
}

/// Magazines that no processor has, full ones and empty ones.
@safe
struct Depot {
  private var full: UnsafeMutablePointer<Magazine>?
  private var empty: UnsafeMutablePointer<Magazine>?
  private(set) var fullCount = 0
  private(set) var emptyCount = 0

  init() {
    unsafe full = nil
    unsafe empty = nil
  }

  mutating func putFull(_ magazine: MagazineReference) {
    unsafe magazine.pointer.pointee.next = full
    unsafe full = magazine.pointer
    fullCount += 1
  }

  mutating func putEmpty(_ magazine: MagazineReference) {
    unsafe magazine.pointer.pointee.next = empty
    unsafe empty = magazine.pointer
    emptyCount += 1
  }

  mutating func takeFull() -> MagazineReference? {
    guard let magazine = unsafe full else { return nil }
    unsafe full = magazine.pointee.next
    fullCount -= 1
    return unsafe MagazineReference(magazine)
  }

  mutating func takeEmpty() -> MagazineReference? {
    guard let magazine = unsafe empty else { return nil }
    unsafe empty = magazine.pointee.next
    emptyCount -= 1
    return unsafe MagazineReference(magazine)
  }

  /// Rounds in the full magazines. O(magazines).
  var rounds: Int {
    var sum = 0
    var next = unsafe full
    while let magazine = unsafe next {
      sum += unsafe magazine.pointee.count
      unsafe next = magazine.pointee.next
    }
    return sum
  }
}
