import Duel
import Oracle
import Testing
import VMem

/// Random histories against the oracle, at the places where arithmetic breaks. The seed is in the test's name: a
/// failure is repeated by running the test again.
struct RandomTests {
  static let seeds: [UInt64] = [1, 2, 3]

  /// Each way to keep an index by address has a seed.
  private func index(_ seed: UInt64) -> AddressIndex {
    [.never, .onDemand, .always][Int(seed - 1) % 3]
  }

  @Test(arguments: seeds) func atTheTopOf32Bits(seed: UInt64) throws {
    let duel = try Duel<UInt32>(
      quantum: 1, spans: [(UInt32.max - 199, 200)], allocations: 600, addressIndex: index(seed))
    try play(duel, seed)
  }

  @Test(arguments: seeds) func atTheBottomOf32Bits(seed: UInt64) throws {
    let duel = try Duel<UInt32>(quantum: 1, spans: [(0, 200)], allocations: 600, addressIndex: index(seed))
    try play(duel, seed)
  }

  @Test(arguments: seeds) func atBothEndsOf32Bits(seed: UInt64) throws {
    let duel = try Duel<UInt32>(
      quantum: 1, spans: [(0, 100), (0x7FFF_FFD0, 96), (UInt32.max - 99, 100)], allocations: 600,
      addressIndex: index(seed))
    try play(duel, seed)
  }

  @Test(arguments: seeds) func pagesToTheEndOf32Bits(seed: UInt64) throws {
    let duel = try Duel<UInt32>(
      quantum: 0x1000, spans: [(0xFFFF_FFFF - 0xC7FFF, 200)], allocations: 600, addressIndex: index(seed))
    try play(duel, seed)
  }

  @Test(arguments: seeds) func theWholeOf32Bits(seed: UInt64) throws {
    let duel = try Duel<UInt32>(
      quantum: 0x0100_0000, spans: [(0, 256)], allocations: 600, addressIndex: index(seed))
    try play(duel, seed)
  }

  @Test(arguments: seeds) func theWholeOf16Bits(seed: UInt64) throws {
    let duel = try Duel<UInt16>(
      quantum: 0x100, spans: [(0, 256)], allocations: 600, addressIndex: index(seed))
    try play(duel, seed)
  }

  @Test(arguments: seeds) func atBothEndsOf64Bits(seed: UInt64) throws {
    let duel = try Duel<UInt64>(
      quantum: 16, spans: [(0, 100), (1 << 32 - 800, 100), (UInt64.max - 1599, 100)], allocations: 600,
      addressIndex: index(seed))
    try play(duel, seed)
  }

  @Test(arguments: seeds) func spansThatTouch(seed: UInt64) throws {
    let duel = try Duel<UInt32>(
      quantum: 4, spans: [(0x400, 64), (0x500, 64), (0x600, 64)], allocations: 600, addressIndex: index(seed))
    try play(duel, seed)
  }

  private func play<Address>(_ duel: Duel<Address>, _ seed: UInt64) throws {
    var player = RandomPlayer(duel, Dice(seed: seed))
    try player.play(600)
  }
}
