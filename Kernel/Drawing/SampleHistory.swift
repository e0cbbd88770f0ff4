/// Samples of several curves from the beginning on, in a fixed number of places: when all are taken, every other sample
/// goes and from then on half as many are kept.
///
/// So the whole time is always there, evenly spaced, and at least half of the places are in use once they were all taken
/// (Drawing-I4).
public struct SampleHistory<let places: Int> {
  /// What a curve shows where it had no value.
  public static var none: UInt16 { .max }

  /// The samples of a curve stand side by side, `columns` places for each.
  private var values = InlineArray<places, UInt16>(repeating: .max)
  public let curves: Int
  /// Samples kept.
  public private(set) var count = 0
  /// One of so many samples is kept.
  public private(set) var interval = 1
  /// Samples that were given.
  public private(set) var given = 0

  /// - Precondition: There are four places for each curve at least, and an even number.
  public init(curves: Int) {
    precondition(curves > 0 && places / curves >= 4)
    self.curves = curves
  }

  /// Samples that there is room for; even.
  public var capacity: Int { places / curves & ~1 }

  /// Takes a sample: `value` gives each curve's. Most calls cost a division; a full history costs O(places).
  public mutating func add(_ value: (_ curve: Int) -> UInt16) {
    defer { given += 1 }
    guard given % interval == 0 else { return }
    if count == capacity {
      thinOut()
      // The sample at hand is kept if it is one of the new interval's.
      guard given % interval == 0 else { return }
    }
    for curve in 0..<curves { values[curve * capacity + count] = value(curve) }
    count += 1
  }

  /// The sample number `index` of a curve, the oldest first.
  public subscript(curve: Int, index: Int) -> UInt16 {
    precondition(index >= 0 && index < count && curve >= 0 && curve < curves)
    return values[curve * capacity + index]
  }

  private mutating func thinOut() {
    for curve in 0..<curves {
      for index in 0..<(count / 2) { values[curve * capacity + index] = values[curve * capacity + 2 * index] }
    }
    count /= 2
    interval *= 2
  }
}
