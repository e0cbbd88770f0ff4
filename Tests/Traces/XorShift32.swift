/// Marsaglia's xorshift generator with 32 bits of state and the shifts 13, 17, 5.
///
/// The figures of the peers were taken with this generator from this seed, so every trace here makes the same
/// choices in the same order.
public struct XorShift32 {
  private var state: UInt32 = 2_463_534_242

  public init() {}

  /// Another sequence.
  ///
  /// - Precondition: `seed` is not 0, from which the generator never gets away.
  public init(seed: UInt32) {
    precondition(seed != 0)
    state = seed
  }

  public mutating func next() -> UInt32 {
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    return state
  }

  /// A number below `bound`: the high half of a product, which needs no division.
  public mutating func next(below bound: UInt32) -> UInt32 {
    next().multipliedFullWidth(by: bound).high
  }
}
