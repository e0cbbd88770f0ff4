/// How much is allocated, and the most that ever was.
///
/// What is kept is the distance to the high-water mark, so that an allocation below it is one subtraction that also
/// compares.
struct Usage<Address: ArenaAddress> {
  /// The most addresses at one time; wraps to 0 for the whole space.
  private(set) var highWater: Address = 0
  private var below: Address = 0
  /// Whether the whole space ever was in use.
  private(set) var wasWhole = false
  /// The most allocations at one time.
  private(set) var countHighWater = 0
  private var countBelow = 0

  /// Addresses in use; wraps to 0 for the whole space.
  var addresses: Address { highWater &- below }
  var count: Int { countHighWater &- countBelow }

  /// Notes an allocation of `countMinusOne + 1` addresses.
  @inline(__always)
  mutating func add(_ countMinusOne: Address) {
    if below > countMinusOne { below = below &- countMinusOne &- 1 } else { raise(countMinusOne) }
    addOne()
  }

  @inline(never)
  private mutating func raise(_ countMinusOne: Address) {
    highWater = highWater &+ countMinusOne &+ 1 &- below
    below = 0
    if highWater == 0 { wasWhole = true }
  }

  /// Notes one allocation more, of addresses that are in use already.
  @inline(__always)
  mutating func addOne() {
    countBelow &-= 1
    if countBelow < 0 {
      countHighWater &+= 1
      countBelow = 0
    }
  }

  /// Notes that an allocation of so many addresses ended.
  @inline(__always)
  mutating func remove(_ countMinusOne: Address) {
    shrink(countMinusOne)
    removeOne()
  }

  /// Notes that so many addresses of an allocation were freed.
  @inline(__always)
  mutating func shrink(_ countMinusOne: Address) { below = below &+ countMinusOne &+ 1 }

  /// Notes one allocation less; its addresses stay in use.
  @inline(__always)
  mutating func removeOne() { countBelow &+= 1 }
}
