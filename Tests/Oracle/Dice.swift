/// A small seeded generator, so that a failing run is repeated by its seed on any machine.
///
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
public struct Dice: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

}

extension Dice: Chance {
  /// The tiny bias of the remainder does not matter to a test.
  public mutating func roll(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }
}

/// What a player decides by: a seeded generator, or the bytes that a fuzzer made up.
public protocol Chance {
  /// A number in `range`.
  mutating func roll(_ range: ClosedRange<Int>) -> Int
}

extension Chance {
  /// True `chances` times in a hundred.
  public mutating func percent(_ chances: Int) -> Bool {
    roll(0...99) < chances
  }

  /// One of the elements; nil if there are none.
  public mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[roll(0...(elements.count - 1))]
  }
}
