/// What a trace remembers of one allocation.
public struct Slot {
  enum State: UInt8 {
    case empty, held, refused
  }

  var address: UInt32
  var count: UInt32
  var state: State
}

/// The slots of a trace, in memory that was handed in.
///
/// Safe because every index is checked against the number of slots that the bytes hold.
@safe public struct SlotTable {
  private let base: UnsafeMutablePointer<Slot>
  public let count: UInt32

  /// Bytes to hand in for `count` slots.
  public static func bytes(for count: UInt32) -> UInt32 { count * UInt32(MemoryLayout<Slot>.stride) }

  /// Empty slots in the bytes at `bytes`, which are the table's alone for as long as it lives, aligned to 4, and
  /// at least `bytes(for: count)` long.
  @unsafe public init(bytes: UnsafeMutableRawPointer, count: UInt32) {
    unsafe base = bytes.bindMemory(to: Slot.self, capacity: Int(count))
    self.count = count
    unsafe base.initialize(repeating: Slot(address: 0, count: 0, state: .empty), count: Int(count))
  }

  subscript(index: UInt32) -> Slot {
    get {
      precondition(index < count)
      return unsafe base[Int(index)]
    }
    nonmutating set {
      precondition(index < count)
      unsafe base[Int(index)] = newValue
    }
  }
}
