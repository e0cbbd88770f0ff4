/// Where the addresses of a closed range lie on a row of dots, in proportion.
public struct Scale: Equatable, Sendable {
  public let first: UInt32
  public let last: UInt32
  /// Dots for the whole range; below 2^20.
  public let width: Int

  public init(first: UInt32, last: UInt32, width: Int) {
    self.first = first
    self.last = last
    self.width = width
  }

  /// The dots of the addresses `first`...`last`, cut to the range: from the first one's dot to the last one's, so never
  /// none (Drawing-I2). Nil if they lie outside.
  public func dots(first: UInt32, last: UInt32) -> (x: Int, count: Int)? {
    guard first <= self.last, last >= self.first else { return nil }
    let from = dot(of: max(first, self.first))
    let to = dot(of: min(last, self.last))
    return (from, to - from + 1)
  }

  /// The dot of an address of the range: floor(offset * width / count), 0...width - 1.
  ///
  /// The count is up to 2^32, so the product takes up to 52 bits. They are divided by hand, bit by bit: the machine has
  /// no 64-bit division, and the quotient has 20 bits at most.
  public func dot(of address: UInt32) -> Int {
    let count = UInt64(last - first) + 1
    var rest = UInt64(address - first) * UInt64(width)
    var part = count << 20
    var quotient = 0
    for _ in 0...20 {
      quotient <<= 1
      if rest >= part {
        rest -= part
        quotient |= 1
      }
      part >>= 1
    }
    return quotient
  }
}
