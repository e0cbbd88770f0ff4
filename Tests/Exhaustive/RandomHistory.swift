import Dispatch
import Duel
import Oracle
import Synchronization
import VMem

/// A long random history in an arena of thousands of quanta, so that large and small segments live side by side and
/// every class of sizes is used.
struct RandomHistory: Sendable {
  let name: String
  let seed: UInt64
  let play: @Sendable (UInt64) throws -> Void

  static let all: [RandomHistory] = [
    RandomHistory(name: "2,048 quanta at the end of 32 bits", seed: 11) {
      try play(UInt32.self, quantum: 1, [(UInt32.max - 2047, 2048)], $0)
    },
    RandomHistory(name: "pages over the whole of 32 bits", seed: 12) {
      try play(UInt32.self, quantum: 1 << 21, [(0, 2048)], $0)
    },
    RandomHistory(name: "both ends of 32 bits", seed: 13) {
      try play(UInt32.self, quantum: 0x1000, [(0, 1000), (0xFFFF_FFFF - 0xFFFFF, 256)], $0)
    },
    RandomHistory(name: "every address of 16 bits, quantum 16", seed: 14) {
      try play(UInt16.self, quantum: 16, [(0, 4096)], $0)
    },
    RandomHistory(name: "both ends of 64 bits", seed: 15) {
      try play(UInt64.self, quantum: 1, [(0, 700), (UInt64.max - 1299, 1300)], $0)
    },
    RandomHistory(name: "many spans that touch", seed: 16) {
      try play(UInt32.self, quantum: 4, (0..<16).map { (0x400 * UInt32($0), 256) }, $0)
    },
  ]

  /// Plays all of them, as many at a time as there are processors. What went wrong, for each.
  static func playAll() -> [String?] {
    let faults = Mutex([String?](repeating: nil, count: all.count))
    DispatchQueue.concurrentPerform(iterations: all.count) { index in
      do {
        try all[index].play(all[index].seed)
      } catch {
        let fault = "\(error)"
        faults.withLock { $0[index] = fault }
      }
    }
    return faults.withLock { $0 }
  }

  private static func play<Address: ArenaAddress>(
    _ type: Address.Type, quantum: Address, _ spans: [(first: Address, cells: Int)], _ seed: UInt64
  ) throws {
    let duel = try Duel<Address>(quantum: quantum, spans: spans, allocations: 8000)
    duel.compareEvery = 16
    var player = RandomPlayer(duel, Dice(seed: seed))
    try player.play(60_000)
  }
}
