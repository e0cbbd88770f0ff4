import Oracle
import VMem

/// Plays random steps of a duel. The same chances play the same steps: what comes next depends on them and on the
/// oracle's state, not on the arena's.
public struct RandomPlayer<Address: ArenaAddress, Source: Chance> {
  public private(set) var dice: Source
  private let duel: Duel<Address>
  /// How much of the arena should be in use; the player swings around it.
  private var fullness = 50

  public init(_ duel: Duel<Address>, _ dice: Source) {
    self.duel = duel
    self.dice = dice
  }

  /// Plays `count` steps, or fewer if the two come to disagree.
  public mutating func play(_ count: Int) throws {
    for number in 0..<count {
      if number % 256 == 0 { fullness = dice.roll(5...95) }
      try playOne()
    }
  }

  public mutating func playOne() throws {
    try duel.play(nextStep())
  }

  private mutating func nextStep() -> Duel<Address>.Step {
    let reference = duel.reference
    let inUse = 100 - reference.freeCells * 100 / reference.cellCount
    if dice.percent(8) { return nonsense() }
    if inUse > fullness || dice.percent(25) {
      if let live = dice.pick(reference.segments.filter { !$0.isFree }) {
        return dice.percent(75) ? .free(first: live.first, last: live.last) : part(of: live)
      }
    }
    return dice.percent(12) ? claim() : allocation()
  }

  private mutating func part(of live: ReferenceArena.Segment) -> Duel<Address>.Step {
    let quantum = duel.reference.quantum
    let cells = Int((live.last - live.first) / quantum) + 1
    let first = dice.roll(0...(cells - 1))
    let count = dice.roll(1...(cells - first))
    let start = live.first + UInt64(first) * quantum
    return .freeFragment(first: start, last: start + (UInt64(count) * quantum - 1))
  }

  private mutating func claim() -> Duel<Address>.Step {
    let reference = duel.reference
    let first = reference.address(ofCell: dice.roll(0...(reference.cellCount - 1)))
    let length = UInt64(dice.roll(1...8)) * reference.quantum - 1
    return .claim(first: first, last: first &+ length < first ? UInt64.max : first &+ length)
  }

  private mutating func allocation() -> Duel<Address>.Step {
    let quantum = duel.reference.quantum
    var wish = Wish(countMinusOne: UInt64(size()) * quantum - 1)
    if quantum > 1, dice.percent(50) { wish.countMinusOne -= UInt64(dice.roll(0...Int(quantum - 1))) }
    if dice.percent(40) {
      wish.alignment = 1 << UInt64(dice.roll(0...min(20, Address.bitWidth - 1)))
      let steps = Int(wish.alignment / quantum)
      if steps > 1, dice.percent(60) { wish.phase = UInt64(dice.roll(0...(steps - 1))) * quantum }
    }
    if dice.percent(25) {
      let smallest = 64 - (wish.countMinusOne | (quantum - 1)).leadingZeroBitCount
      let power = smallest + dice.roll(0...3)
      if power < Address.bitWidth { wish.nocross = 1 << UInt64(power) }
    }
    if dice.percent(35) {
      let ends = [someAddress(), someAddress()].sorted()
      wish.first = ends[0]
      wish.last = ends[1]
    }
    return .allocate(wish, dice.pick(Policy.allCases)!)
  }

  /// Mostly small sizes, sometimes up to the whole arena.
  private mutating func size() -> Int {
    let limit = duel.reference.cellCount
    switch dice.roll(0...9) {
    case 0...5: return dice.roll(1...min(8, limit))
    case 6...8: return dice.roll(1...min(64, limit))
    default: return dice.roll(1...(limit + 1))
    }
  }

  private mutating func someAddress() -> UInt64 {
    let reference = duel.reference
    let address = reference.address(ofCell: dice.roll(0...(reference.cellCount - 1)))
    return address + UInt64(dice.roll(0...Int(reference.quantum - 1)))
  }

  /// Calls that are mostly wrong: ranges at random, off the quantum, over several segments.
  private mutating func nonsense() -> Duel<Address>.Step {
    let ends = [someAddress(), someAddress()].sorted()
    switch dice.roll(0...3) {
    case 0: return .free(first: ends[0], last: ends[1])
    case 1: return .freeFragment(first: ends[0], last: ends[1])
    case 2: return .claim(first: ends[0], last: ends[1])
    default:
      let live = dice.pick(duel.reference.segments)!
      return .free(first: live.first, last: dice.percent(50) ? live.last : ends[1])
    }
  }
}
